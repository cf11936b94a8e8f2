import { readFileSync } from "node:fs";
import { Redacted, Result } from "effect";
import { describe, expect, it } from "vitest";
import { RefundNotice } from "../src/index.ts";
import { Replies } from "../src/testing/index.ts";
import { bytes, fixtures, merchantWith, request } from "./support/story.ts";

const merchant = merchantWith();
const otherKey = Redacted.make("0123456789abcdef0123456789abcdef");
const open = (body: string | Uint8Array, by = merchant) =>
  RefundNotice.open(typeof body === "string" ? bytes(body) : body, by);

const { vectors } = JSON.parse(readFileSync(new URL("data/vectors.json", import.meta.url), "utf8")) as {
  readonly vectors: ReadonlyArray<{
    id: string;
    kind: string;
    key: string;
    req_info: string;
    plaintext: string;
    xml: string;
  }>;
};

describe("req_info", () => {
  it.each(vectors.filter(({ kind }) => kind === "req_info"))("$id opens", ({ key, plaintext, req_info }) => {
    const fields = RefundNotice.unseal(req_info, Redacted.make(key));
    const expected = [...plaintext.matchAll(/<([a-z_]+)>(?:<!\[CDATA\[(.*?)\]\]>|([^<]*))<\/\1>/g)].map(
      ([, name, cdata, text]) => [name, cdata ?? text],
    );
    expect(expected.length).toBeGreaterThan(0);
    expect([...(fields ?? [])]).toEqual(expected);
  });

  it.each(vectors.filter(({ kind }) => kind === "req_info-hostile"))("$id does not", ({ key, req_info }) => {
    expect(RefundNotice.unseal(req_info, Redacted.make(key))).toBe(undefined);
  });

  it("does not let what stands beside it override it", () => {
    const vector = vectors.find(({ id }) => id === "derived-notify-outer-override");
    const outer = { appId: "wx2421b1c4370ec43b", mchId: "10000100", apiKey: Redacted.make(vector?.key ?? "") };
    const result = RefundNotice.open(bytes(vector?.xml ?? ""), outer);
    expect(Result.isSuccess(result) ? result.success.outRefundNo : "refused").not.toBe("VICTIM");
  });

  it("keeps the leading zeros of the key's MD5", () => {
    const sealed = "Wbdp39Dc6Sl+u0iiH5DDaIjGKLCVRy8+WdU4PSurTux/MzC/btg2e+N/HkCW6LXr/X5at4b8lbq++X+wsq+IPg==";
    const fields = RefundNotice.unseal(sealed, Redacted.make("TestKey0000000000000000000000009"));
    expect([...(fields ?? [])]).toEqual([["refund_status", "SUCCESS"]]);
  });
});

describe("open", () => {
  it("reads a notice", () => {
    const notice = Result.getOrThrow(open(fixtures.noticeOuter));
    expect(notice).toMatchObject({
      outRefundNo: "R-1415701182_01",
      refundFee: 1,
      totalFee: 100,
      refundStatus: "SUCCESS",
      refundRequestSource: "API",
      refundRecvAccount: "支付用户零钱",
      keyUsed: "current",
      extra: {},
    });
    expect(notice.successTime?.epochMilliseconds).toBe(Date.UTC(2026, 0, 1, 4, 0, 5));
  });

  it("reads notices sealed with either key during a change, and says which", () => {
    const changing = { ...merchant, apiKey: otherKey, previousApiKey: merchant.apiKey };
    expect(Result.getOrThrow(open(fixtures.noticeOuter, changing)).keyUsed).toBe("previous");
    const current = Replies.notice({ ...merchant, apiKey: otherKey }, request, "CHANGE");
    expect(Result.getOrThrow(open(current, changing))).toMatchObject({ keyUsed: "current", refundStatus: "CHANGE" });
  });

  it("recognises refunds made by hand in the merchant platform", () => {
    const body = Replies.notice(merchant, request, "REFUNDCLOSE", { refund_request_source: "VENDOR_PLATFORM" });
    expect(Result.getOrThrow(open(body))).toMatchObject({
      refundRequestSource: "VENDOR_PLATFORM",
      refundStatus: "REFUNDCLOSE",
    });
  });

  const good = new TextDecoder().decode(Replies.notice(merchant, request, "SUCCESS"));
  const reqInfo = /<req_info>(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?<\/req_info>/.exec(good)?.[1] ?? "";
  const withInfo = (value: string) => good.replace(reqInfo, value);
  const raw = Buffer.from(reqInfo, "base64");
  const inner = (more: Record<string, string>) => Replies.notice(merchant, request, "SUCCESS", more);

  const bad: ReadonlyArray<[string, string | Uint8Array]> = [
    ["nothing", ""],
    ["not XML", "{}"],
    ["too large", good + " ".repeat(64 * 1024)],
    ["no req_info", good.replace(/<req_info>.*<\/req_info>/, "")],
    ["an empty req_info", withInfo("")],
    ["URL-safe base64", withInfo(reqInfo.replaceAll("+", "-").replaceAll("/", "_"))],
    ["blanks in base64", withInfo(`${reqInfo.slice(0, 8)} ${reqInfo.slice(8)}`)],
    ["padding missing", withInfo(reqInfo.replaceAll("=", "").slice(0, -1))],
    ["not a multiple of 16", withInfo(raw.subarray(0, raw.length - 1).toString("base64"))],
    ["cut by a block", withInfo(raw.subarray(0, raw.length - 16).toString("base64"))],
    ["return_code FAIL", good.replace("<return_code>SUCCESS", "<return_code>FAIL")],
    ["another merchant", good.replace("<mch_id>1900000109", "<mch_id>1900000110")],
    ["another app", good.replace("<appid>wx8888888888888888", "<appid>wx9")],
    ["another key", Replies.notice({ ...merchant, apiKey: otherKey }, request, "SUCCESS")],
    ["no refund number", inner({ out_refund_no: "" })],
    ["an amount that is none", inner({ refund_fee: "1.0" })],
    ["no status", inner({ refund_status: "" })],
    ["a time that is none", inner({ success_time: "2026-02-30 00:00:00" })],
    ...Array.from({ length: 16 }, (_, n): [string, string] => {
      const broken = Buffer.from(raw);
      broken[broken.length - 1 - n] = (broken[broken.length - 1 - n] ?? 0) ^ 0x55;
      return [`byte ${n} from the end changed`, withInfo(broken.toString("base64"))];
    }),
  ];
  it.each(bad)("refuses %s with the same error", (_, body) => {
    expect(Result.isSuccess(open(good))).toBe(true);
    expect(open(body)).toEqual(Result.fail(new RefundNotice.BadNotice()));
  });
});

describe("answers", () => {
  it("are the documented bytes", () => {
    expect(new TextDecoder().decode(RefundNotice.acknowledge)).toBe(fixtures.answer);
    expect(new TextDecoder().decode(RefundNotice.refuse)).toContain("<![CDATA[FAIL]]>");
  });
});
