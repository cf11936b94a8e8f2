/** One merchant, one order, one refund: the story that the tests of the core tell. */
import { readFileSync } from "node:fs";
import { Redacted, Result } from "effect";
import { Merchant, type Refund, type Signature } from "../../src/index.ts";

export const apiKey = "192006250b4c09247ec02edce69f6a2d";

export const merchantWith = (options: Partial<Merchant.MerchantOptions> = {}): Merchant.MerchantIdentity =>
  Result.getOrThrow(
    Merchant.make({ appId: "wx8888888888888888", mchId: "1900000109", apiKey: Redacted.make(apiKey), ...options }),
  );

export const signTypes: ReadonlyArray<Signature.SignType> = ["HMAC-SHA256", "MD5"];

export const request = {
  order: { outTradeNo: "1415757673" },
  outRefundNo: "R-1415701182_01",
  totalFee: 100,
  refundFee: 1,
} satisfies Refund.RefundRequest;

interface Fixtures {
  readonly applyRequestMd5: string;
  readonly acceptedMd5: string;
  readonly notEnoughMd5: string;
  readonly protocolFail: string;
  readonly queryTwoHmac: string;
  readonly noticeOuter: string;
  readonly noticeInner: string;
  readonly answer: string;
}

export const fixtures = JSON.parse(readFileSync(new URL("../data/fixtures.json", import.meta.url), "utf8")) as Fixtures;

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

export const reply = (body: string | Uint8Array, status = 200) => ({
  status,
  headers: { "content-type": "text/plain" },
  body: typeof body === "string" ? bytes(body) : body,
});
