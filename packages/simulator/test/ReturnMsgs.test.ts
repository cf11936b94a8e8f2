/** The texts of an unsigned FAIL that were recorded, said by the gateway and heard by the client. */
import { it } from "@effect/vitest";
import { Merchant, type Refund, RefundClient } from "@wechat-refund/core";
import { Effect, Layer, Redacted } from "effect";
import { describe, expect } from "vitest";
import { Fault, MemoryTransport } from "../src/index.ts";
import { apiKey, appId, gateway, mchId, paid } from "./client.ts";

const request: Refund.RefundRequest = {
  order: { outTradeNo: paid.outTradeNo },
  outRefundNo: "R-1",
  totalFee: 100,
  refundFee: 30,
};
const merchant = Merchant.layer({ appId, mchId, apiKey: Redacted.make(apiKey) });

const texts: ReadonlyArray<[returnMsg: string, outcome: string, advice: string]> = [
  ["签名错误", "not-accepted", "fix-account"],
  ["签名错误，请检查后再试", "not-accepted", "fix-account"],
  ["签名错误,请检查后再试", "not-accepted", "fix-account"],
  ["签名失败", "not-accepted", "fix-account"],
  ["SIGN ERROR", "not-accepted", "fix-account"],
  ["商户号非法", "not-accepted", "fix-account"],
  ["商户号mch_id与appid不匹配", "not-accepted", "fix-account"],
  ["商户号mch_id或sub_mch_id不存在", "not-accepted", "fix-account"],
  ["appid不存在", "not-accepted", "fix-account"],
  ["AppID不存在，请检查后再试", "not-accepted", "fix-account"],
  ["受理机构必须传入sub_mch_id", "not-accepted", "fix-account"],
  ["mch_id参数格式错误", "not-accepted", "fix-account"],
  ["appid参数长度有误", "not-accepted", "fix-account"],
  ["参数格式校验错误", "not-accepted", "fix-request"],
  ["0参数格式错误", "not-accepted", "fix-request"],
  ["certificate not match", "not-accepted", "fix-account"],
  ["invalid refund_fee", "not-accepted", "fix-request"],
  ["invalid total_fee", "not-accepted", "fix-request"],
  ["系统繁忙", "unknown", "query-first"],
  ["系统繁忙，签名错误率过高", "unknown", "query-first"],
  ["签名错误的退款已受理", "unknown", "query-first"],
];

describe("an unsigned FAIL", () => {
  it.effect.each(texts)("%s is %s, %s", ([returnMsg, outcome, advice]) =>
    Effect.gen(function* () {
      const to = gateway();
      const client = RefundClient.layer.pipe(Layer.provide([merchant, MemoryTransport.layer(to)]));
      to.faults.push(
        Fault.Fail({ returnMsg, accepted: outcome === "unknown" }),
        Fault.Fail({ returnMsg, accepted: false }),
      );
      yield* Effect.gen(function* () {
        const { query, refund } = yield* RefundClient.RefundClient;
        expect(yield* Effect.flip(refund(request))).toMatchObject({ outcome, advice });
        expect(yield* Effect.flip(query({ outRefundNo: "R-1" }))).toMatchObject({ outcome: "unknown", advice });
      }).pipe(Effect.provide(client));
      expect(to.ledger.size()).toBe(outcome === "unknown" ? 1 : 0);
    }),
  );
});
