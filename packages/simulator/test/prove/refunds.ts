/** What is refunded in a proof. It loads nothing: some who import it are measured. */

/** The n-th refund of a proof, its order and its amounts. */
export const refundOf = (n: number) => ({
  outTradeNo: `ORDER-${n}`,
  outRefundNo: `R-${n}`,
  totalFee: 1000 + n,
  refundFee: 1 + ((n * 7) % 1000),
});
