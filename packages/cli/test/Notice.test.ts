import { createCipheriv, hash } from "node:crypto";
import { BadNotice } from "@wechat-refund/core/RefundNotice";
import { describe, expect, it } from "vitest";
import { document, type Options, run } from "./support/bin.ts";
import { ofKind } from "./support/vectors.ts";

const key = "0123456789abcdef0123456789abcdef";
const appId = "wx2421b1c4370ec43b";
const mchId = "10000100";
const notice = (reqInfo: string, more = ""): string =>
  `<xml><return_code>SUCCESS</return_code><appid>${appId}</appid><mch_id>${mchId}</mch_id><nonce_str>n</nonce_str>${more}<req_info>${reqInfo}</req_info></xml>`;
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
  it.each<[name: string, input: string, env?: Options["env"]]>([
    ["nothing", ""],
    ["not XML", "req_info"],
    ["another key", notice(reqInfo), { WECHAT_PAY_API_KEY: "another key" }],
    ["another merchant", notice(reqInfo), { WECHAT_PAY_MCH_ID: "1900000109" }],
    ["another app", notice(reqInfo), { WECHAT_PAY_APP_ID: "wx8888888888888888" }],
    ["no merchant in it", notice(reqInfo).replace(/<mch_id>.*<\/mch_id>/, "")],
    ["return_code FAIL", notice(reqInfo).replace("SUCCESS", "FAIL")],
    ["cut off", notice(reqInfo.slice(0, -4))],
    ["a block lost", notice(reqInfo.slice(0, -64))],
    ["not base64", notice("***")],
    ["sealed nonsense", notice(seal("nonsense"))],
    ["sealed without an amount", notice(seal("<root><refund_status>SUCCESS</refund_status></root>"))],
    ["a DOCTYPE", `<!DOCTYPE xml>${notice(reqInfo)}`],
    ["too large", `${notice(reqInfo)}${" ".repeat(70_000)}`],
  ])("%s", async (_, input, env) => {
    const ran = await open(input, env);
    const { message } = new BadNotice();
    expect(document(ran.stdout)).toEqual({ ok: false, error: { reason: "BadNotice", message } });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toBe(`BadNotice: ${message}\n`);
  });
});

it("asks for a key", async () => {
  const ran = await open(notice(reqInfo), { WECHAT_PAY_API_KEY: "" });
  expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining("WECHAT_PAY_API_KEY") });
  expect(document(ran.stdout)).toMatchObject({ ok: false });
});
