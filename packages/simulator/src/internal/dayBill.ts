/** The bill of a day, for either interface: when there is one, what belongs into it, and its bytes. */
import type { Merchant } from "../GatewayConfig.ts";
import type { Ledger } from "../Ledger.ts";
import { type BillType, type Line, table } from "./billTable.ts";
import type { World } from "./verdict.ts";

const day = 86_400_000;
/** Bills are kept for three months. */
const keptFor = 92 * day;

const linesOf = (
  ledger: Ledger,
  type: BillType,
  isMeant: (line: Line) => boolean,
  isWithin: (at: number) => boolean,
) => {
  const lines: Array<{ readonly at: number; readonly line: Line }> = [];
  const add = (at: number, line: Line): void => {
    if (isWithin(at) && isMeant(line)) lines.push({ at, line });
  };
  if (type === "ALL" || type === "SUCCESS") for (const order of ledger.orders()) add(order.paidAt, { order });
  if (type !== "SUCCESS") for (const row of ledger.rows()) add(row.acceptedAt, { order: row.order, row });
  return lines.toSorted((a, b) => a.at - b.at).map(({ line }) => line);
};

export interface Asked {
  readonly merchant: Merchant;
  /** Empty for all of a provider's. */
  readonly subMchId: string;
  readonly type: BillType;
  /** The first millisecond of its day. */
  readonly start: number;
  readonly now: number;
}

/** The bytes of the bill; or that there is none, or not yet. */
export const dayBill = (
  { config, ledger }: World,
  { merchant, subMchId, type, start, now }: Asked,
): Uint8Array | "none" | "creating" => {
  const end = start + day;
  const { bills } = config;
  if (now < end || now - end > keptFor || (type === "RECHARGE_REFUND" && !bills.rechargeRefunds)) return "none";
  if (now < end + bills.readyAfterMillis) return "creating";
  const lines = linesOf(
    ledger,
    type,
    ({ order }) => order.mchId === merchant.mchId && (subMchId === "" || order.subMchId === subMchId),
    (at) => at >= start && at < end,
  );
  if (lines.length === 0) return "none";
  const break_ = bills.lineEnd === "CRLF" ? "\r\n" : "\n";
  const rows = table({ type, bills, form: bills.form, merchant, end: end - 1, lines });
  return new Uint8Array(Buffer.from(`${bills.byteOrderMark ? "\ufeff" : ""}${rows.join(break_)}${break_}`));
};
