/**
 * What the client's own check lets pass, the gateway accepts: two codecs that share no code read the documentation alike. Requests
 * are made from the documented lengths and character sets and a little beyond, and sent through the whole client.
 */
import { Merchant, Operation, Refund, RefundClient } from "@wechat-refund/core";
import { Effect, Layer, Redacted, Result } from "effect";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { Gateway, MemoryTransport } from "../src/index.ts";

const apiKey = "0123456789abcdef0123456789abcdef";
const identity = { appId: "wx8888888888888888", mchId: "1900000109" };

const digits = "0123456789";
const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const of = (characters: string, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...characters), minLength: 1, maxLength, size: "max" });
const number = (maxLength: number) => of(`${digits}${letters}_-|*@`, maxLength);

/** What XML, signatures and careless readers stumble over; then any character; then, seldom, what must not be sent. */
const awkward = [..."<>\"' =|%+/\\\n\t]&", "]]>", "<![CDATA[", "&amp;", "&#60;", "退款", "é", "\uFFFD"];
const character = fc
  .integer({ min: 0x20, max: 0xfffd })
  .filter((point) => (point < 0x7f || point > 0x9f) && (point < 0xd800 || point > 0xdfff))
  .map((point) => String.fromCodePoint(point))
  .filter(
    (character) => !/[\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\p{Cf}\p{Zl}\p{Zp}]/u.test(character),
  );
const forbidden = ["&key=", "\u0000", "\r", "\u2028", "\u202E", "\u{1F600}"];
const text = (maxLength: number) =>
  fc
    .array(
      fc.oneof(
        { arbitrary: fc.constantFrom(...awkward), weight: 100 },
        { arbitrary: character, weight: 100 },
        { arbitrary: number(4), weight: 100 },
        { arbitrary: fc.constantFrom(...forbidden), weight: 1 },
      ),
      { minLength: 1, maxLength, size: "max" },
    )
    .map((parts) => [...parts.join("")].slice(0, maxLength).join(""));

const goods = fc.record(
  {
    goodsId: of(`${digits}${letters}_-`, 32),
    wxpayGoodsId: number(32),
    goodsName: text(40),
    refundAmount: fc.integer({ min: 1, max: 1_000_000 }),
    refundQuantity: fc.integer({ min: 1, max: 1_000 }),
    price: fc.integer({ min: 1, max: 1_000_000 }),
  },
  { requiredKeys: ["goodsId", "refundAmount", "refundQuantity", "price"] },
);

const optional = <A>(values: fc.Arbitrary<A>) => fc.option(values, { nil: undefined });

const situation = fc
  .record({
    byTransaction: fc.boolean(),
    transactionId: of(digits, 32),
    outTradeNo: number(32),
    totalFee: fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 10_000_000_000 })),
    part: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1.05, noNaN: true })),
    currency: fc.constantFrom("CNY", "USD", "JPY"),
    namesCurrency: fc.boolean(),
    signType: fc.constantFrom("HMAC-SHA256" as const, "MD5" as const),
    subMchId: optional(of(digits, 32)),
    more: fc.record({
      outRefundNo: number(66),
      refundDesc: optional(text(82)),
      refundAccount: optional(fc.constantFrom(...Refund.RefundAccount.literals)),
      notifyUrl: optional(of(`${letters}${digits}-._~/`, 200).map((path) => `https://shop.example/${path}`)),
      opUserId: optional(fc.oneof(text(32), fc.constant(true as const))),
      deviceInfo: optional(text(33)),
      goodsDetail: optional(fc.array(goods, { minLength: 1, maxLength: 3 })),
    }),
  })
  .map(({ byTransaction, currency, more, namesCurrency, outTradeNo, part, totalFee, transactionId, ...client }) => ({
    ...client,
    order: { transactionId, outTradeNo, totalFee, feeType: currency },
    request: {
      order: byTransaction ? { transactionId } : { outTradeNo },
      totalFee,
      refundFee: Math.max(1, Math.floor(totalFee * part)),
      // It may only be left out where it would be CNY.
      refundFeeType: namesCurrency || currency !== "CNY" ? currency : undefined,
      ...more,
    } satisfies Refund.RefundRequest,
  }));

it("accepts every request that the client's own check accepts", async () => {
  let [sent, refused] = [0, 0];
  await fc.assert(
    fc.asyncProperty(situation, async ({ order, request, signType, subMchId }) => {
      const gateway = Gateway.make({
        merchants: [{ ...identity, apiKey, subMerchants: subMchId === undefined ? [] : [{ subMchId }] }],
        orders: [
          { mchId: identity.mchId, ...(subMchId !== undefined && { subMchId }), ...order, paidAt: Date.now() - 1 },
        ],
      });
      const merchant = Result.getOrThrow(
        Merchant.make({ ...identity, apiKey: Redacted.make(apiKey), signType, subMchId }),
      );
      const context = { merchant, nonce: "n", endpoint: Operation.mainEndpoint };
      if (Result.isFailure(Operation.prepare(Refund.operation, request, context))) {
        refused++;
        return;
      }
      sent++;
      const client = RefundClient.layer.pipe(
        Layer.provide([MemoryTransport.layer(gateway), Layer.succeed(Merchant.Merchant, merchant)]),
      );
      const accepted = await Effect.runPromise(
        RefundClient.RefundClient.use((api) => api.refund(request)).pipe(Effect.provide(client)),
      );
      const [row, ...others] = gateway.ledger.rows();
      expect(others).toEqual([]);
      expect({ ...accepted }).toMatchObject({
        outRefundNo: request.outRefundNo,
        refundFee: request.refundFee,
        refundId: row?.refundId,
        totalFee: order.totalFee,
        feeType: order.feeType,
        transactionId: order.transactionId,
        outTradeNo: order.outTradeNo,
      });
      expect(row).toMatchObject({ outRefundNo: request.outRefundNo, refundFee: request.refundFee });
    }),
    { numRuns: Number(process.env["RUNS"] ?? 400) },
  );
  // The arbitrary is near what is allowed: most of it passes, and some of it does not.
  expect(sent).toBeGreaterThan(100);
  expect(refused).toBeGreaterThan(10);
});
