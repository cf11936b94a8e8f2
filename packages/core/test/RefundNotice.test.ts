import { createCipheriv, createDecipheriv, hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Redacted, Result } from "effect";
import { afterEach, describe, expect, it, vi } from "vitest";
import { RefundNotice } from "../src/index.ts";
import { Replies } from "../src/testing/index.ts";
import { apiKey, bytes, fixtures, merchantWith, request } from "./support/story.ts";

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

  const { BadNotice } = RefundNotice;

  // The same fields, whose text fills its blocks exactly.
  const decipher = createDecipheriv("aes-256-ecb", hash("md5", apiKey), null);
  const plain = `${decipher.update(raw, undefined, "utf8")}${decipher.final("utf8")}`;
  const filled = plain.replace("</root>", `<f>${"x".repeat(16 - ((Buffer.byteLength(plain) + 7) % 16))}</f></root>`);
  const cipher = createCipheriv("aes-256-ecb", hash("md5", apiKey), null).setAutoPadding(false);
  const unpadded = Buffer.concat([cipher.update(filled), cipher.final()]);

  // What depends on the key.
  const unreadable: ReadonlyArray<[string, string | Uint8Array]> = [
    ["URL-safe base64", withInfo(reqInfo.replaceAll("+", "-").replaceAll("/", "_"))],
    ["blanks in base64", withInfo(`${reqInfo.slice(0, 8)} ${reqInfo.slice(8)}`)],
    ["padding missing", withInfo(reqInfo.replaceAll("=", "").slice(0, -1))],
    ["no base64 at all", withInfo("***")],
    ["not a multiple of 16", withInfo(raw.subarray(0, raw.length - 1).toString("base64"))],
    ["bytes behind the last block", withInfo(Buffer.concat([raw, Buffer.from("abc")]).toString("base64"))],
    ["no padding", withInfo(unpadded.toString("base64"))],
    ["cut by a block", withInfo(raw.subarray(0, raw.length - 16).toString("base64"))],
    ["another key", Replies.notice({ ...merchant, apiKey: otherKey }, request, "SUCCESS")],
    ["no refund number", inner({ out_refund_no: "" })],
    ["an amount that is none", inner({ refund_fee: "1.0" })],
    ["no status", inner({ refund_status: "" })],
    ...Array.from({ length: 16 }, (_, n): [string, string] => {
      const broken = Buffer.from(raw);
      broken[broken.length - 1 - n] = (broken[broken.length - 1 - n] ?? 0) ^ 0x55;
      return [`byte ${n} from the end changed`, withInfo(broken.toString("base64"))];
    }),
  ];
  it.each(unreadable)("refuses %s with the same error", (_, body) => {
    expect(Result.isSuccess(open(good))).toBe(true);
    expect(open(body)).toEqual(Result.fail(new BadNotice({ problem: "unreadable" })));
  });

  // What the envelope shows without a key.
  const payment = `<xml><return_code>SUCCESS</return_code><result_code>SUCCESS</result_code><appid>${merchant.appId}</appid><mch_id>${merchant.mchId}</mch_id><transaction_id>42</transaction_id><out_trade_no>1</out_trade_no><total_fee>100</total_fee><sign>x</sign></xml>`;
  const rows: ReadonlyArray<[string, string | Uint8Array, RefundNotice.BadNotice, RegExp]> = [
    ["nothing", "", new BadNotice({ problem: "empty" }), /raw bytes/],
    ["white space", " \r\n\t", new BadNotice({ problem: "empty" }), /raw bytes/],
    ["much white space", " ".repeat(100), new BadNotice({ problem: "empty" }), /raw bytes/],
    ["JSON after much white space", `${" ".repeat(100)}{}`, new BadNotice({ problem: "json" }), /APIv3/],
    ["JSON behind the mark of its encoding", '\uFEFF{"id":1}', new BadNotice({ problem: "json" }), /APIv3/],
    ["an object as text", "[object Object]", new BadNotice({ problem: "not-xml" }), /raw bytes/],
    ["a JSON notice", ' {"id":"EV-2018"}', new BadNotice({ problem: "json" }), /APIv3.*notify_url/],
    ["a JSON array", "[]", new BadNotice({ problem: "json" }), /APIv3/],
    ["a form", "req_info=x", new BadNotice({ problem: "not-xml" }), /neither parsed nor re-encoded/],
    ["other XML", "<root></root>", new BadNotice({ problem: "not-xml" }), /flat XML/],
    ["a DOCTYPE", `<!DOCTYPE xml>${good}`, new BadNotice({ problem: "not-xml" }), /flat XML/],
    ["too large", good + " ".repeat(64 * 1024), new BadNotice({ problem: "too-large" }), /64 KiB/],
    ["too much JSON", `{${" ".repeat(64 * 1024)}}`, new BadNotice({ problem: "too-large" }), /64 KiB/],
    ["a payment notice", payment, new BadNotice({ problem: "payment-notice" }), /支付结果通知.*notify_url/],
    ["an empty envelope", "<xml></xml>", new BadNotice({ problem: "no-req-info" }), /退款结果通知/],
    [
      "no req_info",
      good.replace(/<req_info>.*<\/req_info>/, ""),
      new BadNotice({ problem: "no-req-info" }),
      /req_info/,
    ],
    ["an empty req_info", withInfo(""), new BadNotice({ problem: "no-req-info" }), /req_info/],
    [
      "return_code FAIL",
      good.replace("<return_code>SUCCESS", "<return_code>FAIL"),
      new BadNotice({ problem: "return-code-fail" }),
      /return_code is not SUCCESS/,
    ],
    [
      "return_code FAIL and nothing else",
      "<xml><return_code>FAIL</return_code><return_msg>x</return_msg></xml>",
      new BadNotice({ problem: "return-code-fail" }),
      /query the refund/,
    ],
    [
      "another merchant",
      good.replace("<mch_id>1900000109", "<mch_id>1900000110"),
      new BadNotice({ problem: "other-merchant", field: "mch_id", expected: "1900000109", received: "1900000110" }),
      /another mch_id: expected 1900000109, received 1900000110; open it/,
    ],
    [
      "another app",
      good.replace("<appid>wx8888888888888888", "<appid>wx9\n\u009B"),
      new BadNotice({
        problem: "other-merchant",
        field: "appid",
        expected: "wx8888888888888888",
        received: "wx9\n\u009B",
      }),
      /another appid: expected wx8888888888888888, received wx9;/,
    ],
    [
      "no merchant",
      good.replace(/<mch_id>.*<\/mch_id>/, ""),
      new BadNotice({ problem: "other-merchant", field: "mch_id", expected: "1900000109" }),
      /another mch_id: expected 1900000109, received none/,
    ],
  ];
  it.each(rows)("says of %s what the envelope shows", (_, body, error, message) => {
    expect(open(body)).toEqual(Result.fail(error));
    expect(error.message).toMatch(/^not a refund notice for this merchant: /);
    expect(error.message).toMatch(message);
  });
  it("says what is no bytes at all, whatever a framework hands over", () => {
    for (const [given, problem] of [
      [undefined, "empty"],
      [null, "empty"],
      [{}, "not-xml"],
      [good, "not-xml"],
      [[60, 120], "not-xml"],
      [new ArrayBuffer(8), "not-xml"],
    ] as const) {
      const opened = RefundNotice.open(given as unknown as Uint8Array, merchant);
      expect(Result.isFailure(opened) ? opened.failure.problem : "opened").toBe(problem);
    }
  });

  it("has a sentence for every problem, and none shows a secret", () => {
    const said = new Set([...rows.map(([, , { problem }]) => problem), "unreadable"]);
    // Those of APIv3 are found elsewhere.
    const ofV3 = new Set(["xml", "not-json", "unsigned", "probe", "unknown-key", "wrong-sign", "clock", "other-event"]);
    expect([...said].toSorted()).toEqual(
      [...RefundNotice.Problem.literals].filter((problem) => !ofV3.has(problem)).toSorted(),
    );
  });

  it("takes a sub-merchant's notice for that sub-merchant alone, where the envelope names one", () => {
    const named = good.replace(
      "<nonce_str>",
      "<sub_appid>wx2</sub_appid><sub_mch_id>1900000200</sub_mch_id><nonce_str>",
    );
    const of = (subMchId: string, body = named) => open(body, { ...merchant, subMchId });
    expect(Result.getOrThrow(of("1900000200")).subMchId).toBe("1900000200");
    expect(of("1900000201")).toEqual(
      Result.fail(
        new BadNotice({
          problem: "other-merchant",
          field: "sub_mch_id",
          expected: "1900000201",
          received: "1900000200",
        }),
      ),
    );
    expect(Result.isSuccess(of("1900000201", good))).toBe(true);
    expect(Result.isSuccess(of("1900000201", named.replace("1900000200", "")))).toBe(true);
    expect(Result.isSuccess(open(named))).toBe(true);
  });
});

describe("the work that opening takes", () => {
  const changing = { ...merchant, apiKey: otherKey, previousApiKey: merchant.apiKey };
  const good = new TextDecoder().decode(Replies.notice(merchant, request, "SUCCESS"));
  const reqInfo = /<req_info>(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?<\/req_info>/.exec(good)?.[1] ?? "";
  const damaged = (at: number) => {
    const bytesOf = Buffer.from(reqInfo, "base64");
    bytesOf[at] = (bytesOf[at] ?? 0) ^ 1;
    return good.replace(reqInfo, bytesOf.toString("base64"));
  };
  const causes: ReadonlyArray<[string, string | Uint8Array]> = [
    ["a good notice", good],
    ["the first key's", Replies.notice({ ...merchant, apiKey: otherKey }, request, "SUCCESS")],
    ["nobody's key", Replies.notice({ ...merchant, apiKey: Redacted.make("f".repeat(32)) }, request, "SUCCESS")],
    ["its first block damaged", damaged(0)],
    ["its last block damaged", damaged(Buffer.from(reqInfo, "base64").length - 1)],
    ["an amount that is none", Replies.notice(merchant, request, "SUCCESS", { refund_fee: "1.0" })],
    ["not base64", good.replace(reqInfo, `${reqInfo.slice(0, -4)}****`)],
    ["no whole blocks", good.replace(reqInfo, Buffer.from(reqInfo, "base64").subarray(0, -1).toString("base64"))],
  ];

  afterEach(() => {
    vi.doUnmock("../src/internal/crypto.ts");
    vi.doUnmock("../src/Xml.ts");
    vi.resetModules();
  });

  it.each(causes)("is the same for %s: two decryptions, and the plain text of each read", async (_, body) => {
    vi.resetModules();
    const steps: Array<string> = [];
    vi.doMock("../src/internal/crypto.ts", async (original) => {
      const crypto = await original<typeof import("../src/internal/crypto.ts")>();
      return {
        ...crypto,
        decryptNotice: (...given: Parameters<typeof crypto.decryptNotice>) => {
          steps.push("decrypt");
          return crypto.decryptNotice(...given);
        },
      };
    });
    vi.doMock("../src/Xml.ts", async (original) => {
      const xml = await original<typeof import("../src/Xml.ts")>();
      return {
        ...xml,
        read: (...given: Parameters<typeof xml.read>) => {
          steps.push(`read ${given[1]?.root ?? "xml"}`);
          return xml.read(...given);
        },
      };
    });
    const fresh = await import("../src/RefundNotice.ts");
    fresh.open(typeof body === "string" ? bytes(body) : body, changing);
    expect(steps).toEqual(["read xml", "decrypt", "read root", "decrypt", "read root"]);
  });
});

describe("answers", () => {
  it("are the documented bytes", () => {
    expect(new TextDecoder().decode(RefundNotice.acknowledge)).toBe(fixtures.answer);
    expect(new TextDecoder().decode(RefundNotice.refuse)).toContain("<![CDATA[FAIL]]>");
  });
});
