/**
 * The day's bill (下载交易账单, 对账单) of refunds: its request, what the first bytes of the answer are, and its table, read as it comes.
 *
 * A bill is not signed and came over a verified connection: it says what to ask for, and never ends a refund. A refund's line is written
 * once, when the refund starts: it proves that the refund exists and of what amount, and its status is that of the end of its day.
 *
 * Left to others: sending (`Transport`), and unpacking and decoding the bytes (`BillText`).
 */
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import { onOneLine } from "./Printed.ts";
import { oneLine } from "./internal/oneLine.ts";
import { familyOf } from "./internal/returnMsgs.ts";
import { dayOf, isDay, readyAt } from "./internal/beijing.ts";
import { BillReader } from "./internal/billReader.ts";
import { identityOf, post, type Post, type PrepareContext, signed } from "./Operation.ts";
import { InvalidRequest } from "./RefundError.ts";
import { read as readXml } from "./Xml.ts";

export { type BillProblem, BillReader, type Ending, type Entry } from "./internal/billReader.ts";
export type { Bad, Billed } from "./internal/billRow.ts";
export { dayOf, days, isDay, readyAt } from "./internal/beijing.ts";

/** `REFUND`: the day's refunds. `ALL`: payments, too. `RECHARGE_REFUND`: refunds from recharge accounts (充值退款), which the others leave out. */
export const BillType = Schema.Literals(["REFUND", "ALL", "RECHARGE_REFUND"]);
export type BillType = typeof BillType.Type;

/** Which bill. Where the merchant's identity names a sub-merchant it is that one's alone; without, all of a provider's (服务商) in one. */
export interface BillRequest {
  /** The day in Beijing: `2026-11-23`. */
  readonly date: string;
  /** `REFUND` unless given. */
  readonly type?: BillType | undefined;
  /** Packed with gzip, unless `false`. */
  readonly packed?: boolean | undefined;
}

/** The path of the request. It needs no client certificate. */
export const path = "/pay/downloadbill";

/** The largest body that is taken as it came, packed or not: 64 MiB. */
export const maxReplyBytes = 64 * 1024 * 1024;

/** The request's bytes, signed. Never sends anything. */
export const prepare = (
  request: BillRequest,
  { endpoint, merchant, nonce }: PrepareContext,
): Result.Result<Post, InvalidRequest> => {
  const { date, packed = true, type = "REFUND" } = request;
  const issues = [
    ...(isDay(date)
      ? []
      : [{ field: "date", wire: "bill_date", message: "must be a day such as 2026-11-23, in Beijing" }]),
    ...(BillType.literals.includes(type)
      ? []
      : [{ field: "type", wire: "bill_type", message: `must be one of ${BillType.literals.join(", ")}` }]),
  ];
  if (issues.length > 0) return Result.fail(new InvalidRequest({ issues }));
  const fields = identityOf(merchant);
  fields.set("bill_date", date.replaceAll("-", ""));
  fields.set("bill_type", type);
  if (packed) fields.set("tar_type", "GZIP");
  return Result.flatMap(signed(fields, merchant, nonce), (params) => post(path, params, endpoint));
};

/**
 * Why there is no bill. `none`: nothing was traded that day, which is an answer. `not-ready`: it is being made, until ten in the morning
 * after. `no-such-day`: a day to come, or more than three months ago. `no-permission`: the merchant may not download bills. `refused`: the
 * request is wrong, or who asks. `failed`: the gateway could not, or nothing else is known. `page`: an HTML page, from whatever stands
 * between. `unreadable`: neither a bill nor a message.
 */
export const Why = Schema.Literals([
  "none",
  "not-ready",
  "no-such-day",
  "no-permission",
  "refused",
  "failed",
  "page",
  "unreadable",
]);
export type Why = typeof Why.Type;

const remedies: Readonly<Record<Why, string>> = {
  none: "nothing was traded on that day (No Bill Exist)",
  "not-ready":
    "the bill is not there yet: it can be had from ten in the morning of the day after, Beijing time, if anything was traded; ask again each half hour",
  "no-such-day": "there is no bill of that day: bills are of days gone by, and kept for three months",
  "no-permission":
    "the merchant may not download bills: grant it in the merchant platform (商户平台, 交易账单), or ask as the merchant whose they are",
  refused:
    "the request was refused: check the merchant's numbers (appid, mch_id), its key (API密钥, in APIv3 the private key with its serial number) and the date",
  failed: "the gateway could not give it: ask again later",
  page: "an HTML page instead of a bill: something between here and the gateway answered; check endpoint and proxy",
  unreadable: "the answer is neither a bill nor a message of the gateway: ask again",
};

/** There is no bill, and why. `message` says what to do. */
export class NoBill extends onOneLine(
  Schema.TaggedError<NoBill>("@wechat-refund/core/RefundBill/NoBill")("NoBill", {
    why: Why,
    returnMsg: Schema.optionalKey(Schema.String),
    errorCode: Schema.optionalKey(Schema.String),
    status: Schema.optionalKey(Schema.Finite),
  }),
) {
  /** Whether asking again may help: `never`, `later`, or once something is `mended`. */
  get again(): "never" | "later" | "mended" {
    switch (this.why) {
      case "none":
      case "no-such-day":
        return "never";
      case "no-permission":
      case "refused":
        return "mended";
      default:
        return "later";
    }
  }
  override get message(): string {
    const { errorCode, returnMsg, status, why } = this;
    const said = [
      ...(status === undefined || status === 200 ? [] : [`HTTP ${status}`]),
      ...(returnMsg === undefined ? [] : [oneLine(returnMsg)]),
      ...(errorCode === undefined ? [] : [`error_code ${oneLine(errorCode)}`]),
    ];
    return `${remedies[why]}${said.length === 0 ? "" : ` [${said.join(", ")}]`}`;
  }
}

/** How the body of a bill comes. */
export type Packing = "gzip" | "plain";

/** What an answer begins with. `start` holds its first bytes: all of them, or 64 KiB. */
export interface Beginning {
  readonly status: number;
  readonly start: Uint8Array;
}

const isXml = /^\s*<(?:\?xml|xml)[\s?>]/;
const isPage = /^\s*<(?:!|html|head|body)/i;
const noBill = /^no bill exist$/i;
const creating = /^bill creating$/i;
const wrongDay = /^invalid bill_date$/i;
/** What is wrong with a request, in words or as `error_code` 20001, which goes with any of them. */
const wrong =
  /^(?:invalid (?:[a-z]+_[a-z]+|appid|parameter)(?:: ?only gzip supported)?|nonce_str too long|(?:data format|sign) error|missing parameter|require post method|empty post data)$/i;
const wrongCode = "20001";
/** The merchant's permission for bills was closed (账单API权限已经关闭), whatever the words. */
const closedCode = "20007";
const forbidden = /^(?:no[ _]?auth|.{0,40}(?:无|没有|未开通)[^。]{0,20}权限.{0,40})$/i;

const day = 86_400_000;

/** Bills are kept for three months: 92 days at most, and one more for whoever counts otherwise. */
const isOfNoBill = (date: string, now: number): boolean => date > dayOf(now) || date < dayOf(now - 93 * day);

/** What it means that the gateway has no bill of a day: `now` is in ms since 1970. */
export const whyAbsent = (date: string, now: number): Why => {
  if (isOfNoBill(date, now)) return "no-such-day";
  // Before its bill was made nobody knows that there will be none.
  return now < readyAt(date) ? "not-ready" : "none";
};

const whyOf = (returnMsg: string, errorCode: string | undefined, date: string, now: number): Why => {
  const text = returnMsg.trim();
  if (creating.test(text)) return "not-ready";
  if (noBill.test(text)) return whyAbsent(date, now);
  if (forbidden.test(text) || errorCode === closedCode) return "no-permission";
  if (wrongDay.test(text) && isOfNoBill(date, now)) return "no-such-day";
  if (wrong.test(text) || errorCode === wrongCode || familyOf(text) !== undefined) return "refused";
  return "failed";
};

const decoder = new TextDecoder();

/** What an answer is, by its first bytes: a bill, and whether it is packed, or why it is none. `now` is in ms since 1970. */
export const interpret = (
  { date }: Pick<BillRequest, "date">,
  { start, status }: Beginning,
  now: number,
): Result.Result<Packing, NoBill> => {
  const text = decoder.decode(start.subarray(0, 256));
  if (isPage.test(text)) return Result.fail(new NoBill({ why: "page", status }));
  if (status !== 200) return Result.fail(new NoBill({ why: "failed", status }));
  if (isXml.test(text)) {
    const params = Result.getOrUndefined(readXml(start));
    const returnMsg = params?.get("return_msg");
    const errorCode = params?.get("error_code");
    if (params === undefined || params.get("return_code") !== "FAIL") {
      return Result.fail(new NoBill({ why: "unreadable", status }));
    }
    return Result.fail(
      new NoBill({
        why: whyOf(returnMsg ?? "", errorCode, date, now),
        ...(returnMsg !== undefined && { returnMsg }),
        ...(errorCode !== undefined && { errorCode }),
      }),
    );
  }
  if (start[0] === 0x1f && start[1] === 0x8b) return Result.succeed("gzip");
  return start.length === 0 || /^\s*[<{]/.test(text)
    ? Result.fail(new NoBill({ why: "unreadable", status }))
    : Result.succeed("plain");
};

/** Reads a whole text at once: for small bills and for tests. */
export const read = (text: string) => {
  const reader = new BillReader();
  const entries = reader.push(text);
  const { entries: last, ending } = reader.end();
  return { entries: [...entries, ...last], ending };
};
