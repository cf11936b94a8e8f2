/** Messages as the libraries make them, in Chinese: filled, joined, nested; and texts of others, which stay as they came. */
import { chinese, english } from "@wechat-refund/checkup/Language";
import { translated } from "@wechat-refund/checkup/Translated";
import * as Words from "@wechat-refund/checkup/Words";
import { InvalidMerchant } from "@wechat-refund/core/Merchant";
import {
  GatewayRefused,
  InvalidRequest,
  MalformedReply,
  ProtocolRejected,
  Rejected,
  TransportFailed,
  UntrustedReply,
} from "@wechat-refund/core/RefundError";
import { TransportError, Unreachable } from "@wechat-refund/core/Transport";
import { XmlError } from "@wechat-refund/core/Xml";
import { refuse } from "@wechat-refund/mutual-tls/CertificateError";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pairs } from "../src/internal/words/all.ts";
import { fill, make, match } from "../src/internal/words/template.ts";

const inChinese = translated(chinese);

describe("a message in Chinese", () => {
  it.each([
    [
      new InvalidRequest({
        issues: [
          {
            field: "refundFee",
            wire: "refund_fee",
            message: "must not be more than totalFee (total_fee), the whole order's amount",
          },
          { field: "notifyUrl", wire: "notify_url", message: "must not have a query string or a fragment" },
        ],
      }).message,
      "refundFee（refund_fee）不能大于 totalFee（total_fee），即整笔订单的金额；notifyUrl（notify_url）不能带查询参数或 # 片段",
    ],
    [
      new InvalidMerchant({
        issues: [{ field: "apiKey", message: "has white space around it: remove the spaces or the line end" }],
      }).message,
      "apiKey 首尾有空白：请去掉空格或换行",
    ],
    [
      refuse("expired", { file: "/etc/pay/apiclient_cert.p12", found: "It expired on 2026-11-01." }).message,
      "/etc/pay/apiclient_cert.p12：证书已过有效期：请在商户平台申请新证书（账户中心 → API安全 → 申请API证书）并安装。过期日期为 2026-11-01。",
    ],
    [
      new TransportFailed({
        error: new TransportError({
          reason: new Unreachable({
            detail: "nothing listens at the address, or a firewall refuses: check host and port",
            cause: { name: "Error", code: "ECONNREFUSED" },
          }),
        }),
      }).message,
      "Unreachable：该地址没有服务在监听，或被防火墙拒绝：请检查主机与端口（ECONNREFUSED）",
    ],
    [
      new MalformedReply({
        problem: new XmlError({ problem: "a field occurs twice", field: "refund_fee", offset: 12 }).message,
      }).message,
      "应答无法读取：refund_fee：字段重复（第 12 个字符处）",
    ],
    [
      new UntrustedReply({ problem: "mismatch", field: "out_refund_no", expected: "R-1", received: "R-2" }).message,
      "应答说的是另一个 out_refund_no：应为 R-1，收到 R-2",
    ],
    [
      new GatewayRefused({ status: 401, protocol: "v3", code: "SIGN_ERROR", said: "签名错误" }).message,
      "HTTP 401 SIGN_ERROR 签名错误：请求签名未被接受；请确认证书序列号与私钥配套、两者都属于本商户，且本机时钟准确",
    ],
    ["column 3 is given twice: leave one of them", "第 3 列重复填写：请只保留一个"],
    [
      "refund R-1 is blocked (top-up), Recorded: top up the merchant's account; Rejected: refund R-1: NOTENOUGH 余额不足 [not-accepted, top-up-then-resend-same]",
      "退款 R-1 受阻（top-up），Recorded：请为商户账户充值；Rejected：refund R-1: NOTENOUGH 余额不足 [not-accepted, top-up-then-resend-same]",
    ],
  ])("%s", (message, wanted) => {
    expect(inChinese(message)).toBe(wanted);
    expect(translated(english)(message)).toBe(message);
  });

  it("leaves the gateway's own words as they came, whatever they are", () => {
    const ours = ["is missing", "must be a text", "no answer; is given twice", "the reply cannot be read: is missing"];
    for (const text of ours) {
      expect(Words.failure(chinese, new ProtocolRejected({ returnMsg: text }))).toBe(`return_code FAIL：${text}`);
      expect(inChinese(`ProtocolRejected: refund R-1: return_code FAIL: ${text}`)).toContain(text);
      expect(inChinese(`Rejected: refund R-1: PARAM_ERROR ${text} [not-accepted, fix-request]`)).toContain(text);
      const rejected = new Rejected({ operation: "refund", errCode: "PARAM_ERROR", errCodeDes: text });
      expect(Words.failure(chinese, rejected)).toBe(`PARAM_ERROR ${text}`);
    }
    const unnamed = new Rejected({ operation: "refund", errCode: "", errCodeDes: "is missing" });
    expect(Words.failure(chinese, unnamed)).toBe("（没有 err_code） is missing");
  });

  it("leaves the parts that nobody here made, and says the others", () => {
    expect(inChinese("something else; is given twice; and more")).toBe("something else；重复填写；and more");
    expect(inChinese("the reply cannot be read: whatever")).toBe("应答无法读取：whatever");
    expect(inChinese("")).toBe("");
  });

  it("of two templates takes the one that names more of the message", () => {
    expect(inChinese("must be 1 to 32 letters and digits")).toBe("必须是 1 到 32 位的字母和数字");
    expect(inChinese("must be 1 to 64 of digits, letters and _ - | * @")).toBe(
      "必须是 1 到 64 位的数字、字母及 _ - | * @",
    );
  });

  it("says every text of the table, with whatever stands in its holes", () => {
    for (const [text, wanted] of pairs) {
      // What must be known there is.
      const filled = text.replaceAll(/\{([=~]?)(\d)\}/g, "X$2X").replaceAll(/\{!(\d)\}/g, "is missing");
      const expected = wanted.replaceAll(/\{(\d)\}/g, (_, name: string) =>
        text.includes(`{!${name}}`) ? "未填写" : `X${name}X`,
      );
      expect(inChinese(filled)).toBe(expected);
    }
  });

  it("says every text of the table behind the tag of an error", () => {
    expect(inChinese("BadFile: 2 bad lines in huge.csv; nothing was sent")).toBe(
      "BadFile：huge.csv 有 2 行有误；没有发出任何请求",
    );
    for (const [text] of pairs) {
      const filled = text.replaceAll(/\{[=~]?(\d)\}/g, "X$1X").replaceAll(/\{!\d\}/g, "is missing");
      expect(inChinese(`BadFile: ${filled}`)).toBe(`BadFile：${inChinese(filled)}`);
    }
  });
});

describe("any text", () => {
  /** Texts of ours, of others, and both joined in every way. */
  const piece = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 30 }),
    fc.constantFrom("; ", ". ", ": ", " (", ")", " [", "]", " ", "{0}", "{=0}", "is missing", "column 7"),
    fc.constantFrom(...pairs.map(([text]) => text)),
  );
  const text = fc.array(piece, { maxLength: 12 }).map((parts) => parts.join(""));

  it("comes back, and never throws; in English as it is", () => {
    fc.assert(
      fc.property(text, (given) => {
        expect(typeof inChinese(given)).toBe("string");
        expect(translated(english)(given)).toBe(given);
      }),
    );
  });

  it("loses no number and no name that is repeated in a message", () => {
    fc.assert(
      fc.property(fc.constantFrom(...pairs), fc.stringMatching(/^[A-Z0-9_-]{6,12}$/), ([english], name) => {
        const holes = english.match(/\{[=!~]?\d\}/g) ?? [];
        const given = english.replaceAll(/\{[=!~]?\d\}/g, `Q${name}`);
        expect(inChinese(given).split(`Q${name}`).length).toBeGreaterThanOrEqual(holes.length + 1);
      }),
    );
  });

  it("without Chinese of ours stays as it came where it is longer than any message", () => {
    const long = `is missing; ${"x".repeat(9000)}`;
    expect(inChinese(long)).toBe(long);
  });

  it("costs time by its length alone, also where it was made to cost more", () => {
    const spend = (given: string): number => {
      const before = process.cpuUsage();
      inChinese(given);
      const { system, user } = process.cpuUsage(before);
      return (system + user) / 1000;
    };
    const bits = [
      "; ",
      ". ",
      ": ",
      " (",
      "a b ",
      "must not contain ",
      "the reply cannot be read: ",
      "HTTP 1: ",
      "x: ",
      "(",
      "the reply cannot be read: . ",
      "HTTP 1 the reply cannot be read: x at character x. ",
      "; x ",
    ];
    const slow = bits.map((bit) => bit.repeat(8000 / bit.length)).filter((given) => spend(given) > 2000);
    expect(slow).toEqual([]);
  });
});

describe("a template", () => {
  it("finds each piece from where the one before ended, and no empty hole", () => {
    const template = make(["a {0} b {1} c", "甲{1}乙{0}"]);
    expect(match("a 1 b 2 c", template)).toEqual(["1", "2"]);
    expect(match("a 1 b 2 b 3 c", template)).toEqual(["1", "2 b 3"]);
    expect(match("a  b 2 c", template)).toBeUndefined();
    expect(match("a 1 b  c", template)).toBeUndefined();
    expect(match("a 1 c", template)).toBeUndefined();
    expect(fill(template, ["1", "2"])).toBe("甲2乙1");
  });
});
