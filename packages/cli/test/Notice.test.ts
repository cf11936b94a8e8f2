import { createCipheriv, hash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { document, type Options, run } from "./support/bin.ts";
import { ofKind } from "./support/vectors.ts";

const key = "0123456789abcdef0123456789abcdef";
const appId = "wx2421b1c4370ec43b";
const mchId = "10000100";
const notice = (reqInfo: string, more = ""): string =>
  `<xml><return_code>SUCCESS</return_code><appid>${appId}</appid><mch_id>${mchId}</mch_id><nonce_str>n</nonce_str>${more}<req_info>${reqInfo}</req_info></xml>`;
const payment = "<result_code>SUCCESS</result_code><out_trade_no>1</out_trade_no><total_fee>1</total_fee>";
const [vector] = ofKind("req_info") as unknown as ReadonlyArray<{ readonly req_info: string; readonly key: string }>;
const reqInfo = vector?.req_info ?? "";
const seal = (text: string, apiKey = key): string => {
  const cipher = createCipheriv("aes-256-ecb", hash("md5", apiKey), null);
  return Buffer.concat([cipher.update(text), cipher.final()]).toString("base64");
};

const open = (input: string, env: Options["env"] = {}) =>
  run(["notice"], { input, env: { WECHAT_PAY_API_KEY: key, ...env } });

const opened = {
  ok: true,
  value: {
    transactionId: "4200000215201811190261405420",
    outTradeNo: "71106718111915575302817",
    refundId: "50000408942018111907145868882",
    outRefundNo: "131811191610442717309",
    totalFee: 3960,
    settlementTotalFee: 3960,
    refundFee: 3960,
    settlementRefundFee: 3960,
    refundStatus: "SUCCESS",
    refundStatusText: "SUCCESS",
    successTime: "2018-11-19T08:24:13.000Z",
    refundRecvAccount: "支付用户零钱",
    refundAccount: "REFUND_SOURCE_RECHARGE_FUNDS",
    refundRequestSource: "API",
    keyUsed: "current",
    extra: {},
  },
};

describe("a good notice", () => {
  it("is printed as JSON, with the key alone", async () => {
    const ran = await open(notice(reqInfo));
    expect(document(ran.stdout)).toEqual(opened);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
  });

  it("says what was sealed, never what stands beside it", async () => {
    const beside = "<refund_fee>1</refund_fee><out_refund_no>VICTIM</out_refund_no>";
    expect(document((await open(notice(reqInfo, beside))).stdout)).toEqual(opened);
  });

  it("is the configured merchant's, and may be sealed with the previous key", async () => {
    const env = {
      WECHAT_PAY_APP_ID: appId,
      WECHAT_PAY_MCH_ID: mchId,
      WECHAT_PAY_API_KEY: "new",
      WECHAT_PAY_PREVIOUS_API_KEY: key,
    };
    const ran = await open(notice(reqInfo), env);
    expect(document(ran.stdout)).toMatchObject({ ok: true, value: { keyUsed: "previous" } });
    expect(ran.code).toBe(0);
  });
});

describe("a bad notice", () => {
  it.each<[name: string, input: string, problem: string, env?: Options["env"]]>([
    ["nothing", "", "empty"],
    ["not XML", "req_info", "not-xml"],
    ["JSON", '{"id":"EV-1"}', "json"],
    ["a payment's", notice("").replace("<nonce_str>", `${payment}<nonce_str>`), "payment-notice"],
    ["another key", notice(reqInfo), "unreadable", { WECHAT_PAY_API_KEY: "another key" }],
    ["another merchant", notice(reqInfo), "other-merchant", { WECHAT_PAY_MCH_ID: "1900000109" }],
    ["another app", notice(reqInfo), "other-merchant", { WECHAT_PAY_APP_ID: "wx8888888888888888" }],
    [
      "another sub-merchant",
      notice(reqInfo, "<sub_mch_id>1</sub_mch_id>"),
      "other-merchant",
      { WECHAT_PAY_SUB_MCH_ID: "2" },
    ],
    ["no merchant in it", notice(reqInfo).replace(/<mch_id>.*<\/mch_id>/, ""), "other-merchant"],
    ["return_code FAIL", notice(reqInfo).replace("SUCCESS", "FAIL"), "return-code-fail"],
    ["no req_info", notice(""), "no-req-info"],
    ["cut off", notice(reqInfo.slice(0, -4)), "unreadable"],
    ["a block lost", notice(reqInfo.slice(0, -64)), "unreadable"],
    ["not base64", notice("***"), "unreadable"],
    ["sealed nonsense", notice(seal("nonsense")), "unreadable"],
    ["sealed without an amount", notice(seal("<root><refund_status>SUCCESS</refund_status></root>")), "unreadable"],
    ["a DOCTYPE", `<!DOCTYPE xml>${notice(reqInfo)}`, "not-xml"],
    ["too large", `${notice(reqInfo)}${" ".repeat(70_000)}`, "too-large"],
  ])("%s", async (_, input, problem, env) => {
    const ran = await open(input, env);
    const { error } = document(ran.stdout) as { readonly error: { readonly message: string } };
    expect(error).toMatchObject({ reason: "BadNotice", problem });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toBe(`BadNotice: ${problem}: ${error.message}\n`);
  });

  it("does not repeat a key, for the merchant's name or in it", async () => {
    const secret = "9kQ2xV7bT4mZ0pL6cR1sW8yD3fG5hJaN";
    const ids: Readonly<Record<string, string>> = {
      WECHAT_PAY_APP_ID: appId,
      WECHAT_PAY_MCH_ID: mchId,
      WECHAT_PAY_SUB_MCH_ID: "1900000200",
    };
    for (const variable of Object.keys(ids)) {
      const ran = await open(notice(reqInfo, "<sub_mch_id>1900000200</sub_mch_id>"), { ...ids, [variable]: secret });
      expect(document(ran.stdout)).toMatchObject({ error: { problem: "other-merchant", expected: "(not shown)" } });
      expect(ran.stdout + ran.stderr).not.toContain(secret);
    }
    const sub = await open(notice(reqInfo, `<sub_mch_id>${key}</sub_mch_id>`), ids);
    expect(document(sub.stdout)).toMatchObject({ error: { expected: "1900000200", received: "<redacted>" } });
    expect(sub.stdout + sub.stderr).not.toContain(key);
  });

  it("gives one text for all that depends on the key", async () => {
    const texts = new Set(
      (await Promise.all([notice(reqInfo.slice(0, -64)), notice(seal("nonsense"))].map((input) => open(input)))).map(
        ({ stderr, stdout }) => stderr + stdout,
      ),
    );
    expect(texts.size).toBe(1);
  });

  it("says it in Chinese where that is wanted", async () => {
    const ran = await open("", { LC_ALL: "zh_CN.UTF-8" });
    expect(ran.stderr).toContain("请传入回调的原始报文");
  });
});

it("asks for a key", async () => {
  const ran = await open(notice(reqInfo), { WECHAT_PAY_API_KEY: "" });
  expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining("WECHAT_PAY_API_KEY") });
  expect(document(ran.stdout)).toMatchObject({ ok: false });
});
