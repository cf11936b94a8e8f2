/** The texts of an unsigned FAIL: which are recognised, in which spellings, and that no other text means more than unknown. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RefundError } from "../src/index.ts";
import { families, familyOf, meaningOfReturnMsg } from "../src/internal/returnMsgs.ts";
import { anyText } from "./support/anyText.ts";

const recorded = families.flatMap(({ family, recorded: texts }) => texts.map(({ text }) => [text, family] as const));

const fullWidth = (text: string): string =>
  text.replace(/[!-~]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0));

/** The same text as another hand would write it. */
const spellings = (text: string): ReadonlyArray<string> => [
  text,
  text.toUpperCase(),
  ` ${text}\n`,
  `${text}。`,
  `${text}.`,
  `${text}！`,
  fullWidth(text),
  text.replace(/[，,]/, " , "),
  text.replace(/(?<![A-Za-z_ ])([A-Za-z_]+)(?![A-Za-z_ ])/g, " $1 "),
];

/** Words that turn a text's meaning round, or that another one is made of. */
const words = [
  "的退款已受理",
  "系统繁忙，",
  "率过高",
  "不是",
  "没有",
  "非",
  "已受理",
  "请重试",
  "退款成功",
  "，但退款已受理",
  "not ",
  "no ",
  "accepted ",
  " refund accepted",
  "0",
  "a",
  "_x",
  ";",
  "？",
  "\u200B",
];

describe("return_msg", () => {
  it("is looked for in these families, with these meanings", () => {
    expect(families.map(({ family, meaning: { advice, outcome } }) => `${family}: ${outcome}, ${advice}`)).toEqual([
      "signature: not-accepted, fix-account",
      "merchant: not-accepted, fix-account",
      "parameter: not-accepted, fix-request",
      "certificate: not-accepted, fix-account",
      "amount: not-accepted, fix-request",
    ]);
  });

  it.each(recorded)("%s is of the family %s, in every spelling", (text, family) => {
    for (const spelling of spellings(text)) expect([spelling, familyOf(spelling)]).toEqual([spelling, family]);
    for (const { grammar, family: other } of families) {
      if (other !== family) expect(grammar.test(text.toLowerCase())).toBe(false);
    }
  });

  it.each([
    ["签名校验失败", "signature"],
    ["签名验证错误，请检查后重试", "signature"],
    ["sign_error", "signature"],
    ["sub_mch_id与sub_appid不匹配", "merchant"],
    ["mch_id不存在", "merchant"],
    ["商户号 mch_id 与 appid 不匹配", "merchant"],
    ["sub_mch_id参数格式错误", "merchant"],
    ["商户号与appid不匹配", "merchant"],
    ["特约商户号不存在", "merchant"],
    ["子商户号sub_mch_id不存在", "merchant"],
    ["appid and mch_id not match", "merchant"],
    ["签名错误 请检查后再试", "signature"],
    ["证书校验错误", "certificate"],
    ["XML格式错误", "parameter"],
    ["post数据为空", "parameter"],
    ["out_refund_no参数长度有误", "parameter"],
    ["total_fee参数格式错误，请检查后再试。", "parameter"],
    ["17参数格式错误", "parameter"],
  ])("%s is of the family %s, though nobody recorded it", (text, family) => {
    expect(familyOf(text)).toBe(family);
  });

  it.each([
    "",
    "OK",
    "系统繁忙",
    "系统繁忙，请稍后再试",
    "系统错误",
    "签名",
    "签名错误的退款已受理",
    "系统繁忙，签名错误率过高",
    "非签名错误",
    "签名没有错误",
    "签名错误，退款已受理",
    "签名错误，请检查后再试，退款成功",
    "签名错误 签名错误",
    "accepted参数格式错误",
    "退款参数格式错误",
    "appid与商户号",
    "appid存在",
    "certificate not matched, refund accepted",
    "no invalid refund_fee",
    "invalid refund_fee_type",
    "invalid",
    "订单已全额退款",
    "退款处理中",
    "签名错误".repeat(40),
  ])("%j means unknown", (text) => {
    expect(meaningOfReturnMsg(text)).toMatchObject({ outcome: "unknown", advice: "query-first" });
    expect(new RefundError.ProtocolRejected({ returnMsg: text }).family).toBe(undefined);
  });

  it("means unknown when a word is put before, behind or into a text of a family", () => {
    const member = fc.constantFrom(...recorded.map(([text]) => text));
    fc.assert(
      fc.property(member, fc.constantFrom(...words), fc.double({ min: 0, max: 1, noNaN: true }), (text, word, at) => {
        const cut = Math.round(at * text.length);
        const changed = `${text.slice(0, cut)}${word}${text.slice(cut)}`;
        // A bare number may name a parameter: that text is a member itself.
        fc.pre(!/^[0-9]{1,2}参数格式(?:校验)?错误$/.test(changed));
        return familyOf(changed) === undefined;
      }),
      { numRuns: 5000 },
    );
  });

  it("means unknown when it is made of two texts of families", () => {
    for (const [one] of recorded) {
      for (const [other] of recorded) {
        for (const between of ["", "，", ";", " ", "\n"]) expect(familyOf(`${one}${between}${other}`)).toBe(undefined);
      }
    }
  });

  it("means unknown for any text outside the families", () => {
    const pieces = fc.constantFrom(
      ..."签名 错误 失败 参数 格式 长度 有误 商户号 appid mch_id 与 不匹配 不存在 ， 请检查后再试 系统繁忙 。".split(
        " ",
      ),
      ..."invalid refund_fee total_fee certificate not match".split(" "),
      " ",
    );
    const known = new Set(
      [
        ..."签名错误 签名失败 参数格式错误 参数长度错误 参数长度有误 参数格式有误".split(" "),
        ..."appid不存在 mch_id不存在 商户号不存在 商户号appid不存在 商户号mch_id不存在".split(" "),
        "invalid refund_fee",
        "invalid total_fee",
        "certificate not match",
      ].flatMap((text) => [text, `${text}，请检查后再试`, `${text}请检查后再试`]),
    );
    const isMember = (text: string): boolean => {
      const bare = text.trim().replace(/ *。$/, "");
      return (
        known.has(bare.replace(/\s+/g, " ")) ||
        known.has(bare.replaceAll(" ", "")) ||
        /^(?:商户号)? ?(?:appid|mch_id)? ?与 ?(?:商户号)? ?(?:appid|mch_id)? ?不匹配/.test(bare) ||
        /^(?:(?:商户号)? ?(?:appid|mch_id)?|refund_fee|total_fee) ?参数/.test(bare)
      );
    };
    fc.assert(
      fc.property(fc.array(pieces, { minLength: 1, maxLength: 6 }), (parts) => {
        const text = parts.join("");
        fc.pre(!isMember(text));
        return meaningOfReturnMsg(text).outcome === "unknown";
      }),
      { numRuns: 20_000 },
    );
    fc.assert(
      fc.property(anyText({ maxLength: 200 }), (text) => meaningOfReturnMsg(text).outcome === "unknown"),
      { numRuns: 5000 },
    );
  });

  it("of a failed query never says that a refund was not accepted, and gives the family's advice", () => {
    for (const { meaning, recorded: texts } of families) {
      for (const { text } of texts) {
        const reason = new RefundError.ProtocolRejected({ returnMsg: text });
        const failed = new RefundError.RefundError({ operation: "refundquery", reason });
        expect([failed.outcome, failed.advice]).toEqual(["unknown", meaning.advice]);
      }
    }
  });
});
