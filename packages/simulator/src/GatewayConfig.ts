/**
 * What a gateway knows before the first request: merchants, paid orders, and how refunds go on once they are accepted.
 *
 * Plain data, checked as a whole when the gateway is made, every wrong field named at once. What two entries must not share is
 * left to the ledger.
 */
import * as Effect from "effect/Effect";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import { onOneLine } from "@wechat-refund/core/Printed";
import * as SchemaIssue from "effect/SchemaIssue";
import { Options as Chaos } from "./Chaos.ts";
import { callback } from "./internal/callback.ts";
import { MerchantV3 } from "./internal/merchantV3.ts";

export { MerchantV3 } from "./internal/merchantV3.ts";

const text = (max: number, pattern: RegExp, expected: string) =>
  Schema.String.check(Schema.isPattern(pattern, { expected }), Schema.isMaxLength(max));
const number = text(32, /^[0-9A-Za-z]+$/, "1 to 32 letters and digits");
const apiKeyPattern = /^[0-9A-Za-z]{32}$/;
const apiKey = Schema.String.check(Schema.isPattern(apiKeyPattern, { expected: "32 letters and digits" }));
/** Whether a text could be an API key. */
export const isApiKey = (text: string): boolean => apiKeyPattern.test(text);
const duration = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0));
const callbackUrl = Schema.String.check(
  Schema.makeFilter((url) => callback(url) || "Expected an http or https address without a query"),
  Schema.isMaxLength(256),
);
const fen = (minimum: 0 | 1) => Schema.Int.check(Schema.isBetween({ minimum, maximum: Number.MAX_SAFE_INTEGER }));

/**
 * What becomes of a refund once it is accepted. `SUCCESS` and `REFUNDCLOSE` are final; `CHANGE` waits for a person. `NOTSURE` is the
 * gateway of 2015, which had not made up its mind and told nobody.
 */
export const Outcome = Schema.Literals(["SUCCESS", "REFUNDCLOSE", "CHANGE", "NOTSURE"]);
export type Outcome = typeof Outcome.Type;

const isFinal = (status: Outcome | undefined): boolean => status === "SUCCESS" || status === "REFUNDCLOSE";

/**
 * The course of an accepted refund: it is `PROCESSING`, then each step's status from `afterMillis` after acceptance. An empty
 * course stays `PROCESSING` for ever; nothing follows a final status.
 */
export const Course = Schema.Array(Schema.Struct({ status: Outcome, afterMillis: duration })).check(
  Schema.makeFilter((steps) =>
    steps.every(({ afterMillis }, n) => {
      const next = steps[n + 1];
      return next === undefined || (!isFinal(steps[n]?.status) && next.afterMillis > afterMillis);
    })
      ? undefined
      : "Expected steps in the order of time, none after SUCCESS or REFUNDCLOSE",
  ),
);
export type Course = typeof Course.Type;

/**
 * The merchant's refundable money in fen. On the old fund flow a request draws on `unsettled` unless its `refund_account` says
 * `REFUND_SOURCE_RECHARGE_FUNDS`; on the new flow everything is `available`.
 */
export const Funds = Schema.Struct({
  flow: Schema.Literals(["old", "new"]).pipe(Schema.withDecodingDefaultKey(Effect.succeed("new"))),
  unsettled: fen(0).pipe(Schema.withDecodingDefaultKey(Effect.succeed(0))),
  available: fen(0),
});

/** A merchant. One with `subMerchants` is a service provider: its requests must name one of them. */
export const Merchant = Schema.Struct({
  appId: number,
  mchId: number,
  apiKey,
  /** Still valid while keys change: requests signed with it are accepted. */
  previousApiKey: Schema.optionalKey(apiKey),
  /** When the previous key ends, in milliseconds since 1970. Without it, never. */
  previousKeyUntil: Schema.optionalKey(Schema.Int),
  /** Which key signs the replies while keys change: the one that signed the request, or always the one named. */
  repliesSignedWith: Schema.Literals(["request-key", "apiKey", "previousApiKey"]).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed("request-key")),
  ),
  /** Which key seals the notices while keys change. */
  noticesSealedWith: Schema.Literals(["apiKey", "previousApiKey"]).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed("apiKey")),
  ),
  /** The address for notices set in the merchant platform; a request's `notify_url` goes before it. */
  notifyUrl: Schema.optionalKey(callbackUrl),
  /** The addresses that may call; every other is refused with `NOAUTH`. Without it, all may. */
  allowedAddresses: Schema.optionalKey(Schema.Array(Schema.String)),
  subMerchants: Schema.Array(Schema.Struct({ subMchId: number, subAppId: Schema.optionalKey(number) })).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed([])),
  ),
  /** Without it there is always enough. */
  funds: Schema.optionalKey(Funds),
  /** Without it the merchant has no APIv3. */
  v3: Schema.optionalKey(MerchantV3),
}).check(
  Schema.makeFilter(({ previousApiKey, repliesSignedWith, noticesSealedWith }) =>
    previousApiKey === undefined && [repliesSignedWith, noticesSealedWith].includes("previousApiKey")
      ? { path: ["previousApiKey"], issue: "Expected a key, since repliesSignedWith or noticesSealedWith names it" }
      : undefined,
  ),
);
export type Merchant = typeof Merchant.Type;

/** Part of a payment that was not cash: `CASH` was paid for by the merchant or WeChat, `NO_CASH` never was money. */
export const Coupon = Schema.Struct({
  id: text(20, /^[0-9]+$/, "1 to 20 digits"),
  type: Schema.Literals(["CASH", "NO_CASH"]),
  fee: fen(1),
});
export type Coupon = typeof Coupon.Type;

/** A paid order; amounts in fen, times in milliseconds since 1970. */
export const Order = Schema.Struct({
  mchId: number,
  subMchId: Schema.optionalKey(number),
  transactionId: text(32, /^[0-9]+$/, "1 to 32 digits"),
  outTradeNo: text(32, /^[0-9A-Za-z_\-|*@]+$/, "1 to 32 of 0-9 A-Z a-z _ - | * @"),
  totalFee: fen(1),
  /** What is left of `totalFee` beside the coupons; may be left out. */
  cashFee: Schema.optionalKey(fen(0)),
  coupons: Schema.Array(Coupon).pipe(Schema.withDecodingDefaultKey(Effect.succeed([]))),
  feeType: text(8, /^[A-Z]{3}$/, "an ISO 4217 code").pipe(Schema.withDecodingDefaultKey(Effect.succeed("CNY"))),
  paidAt: Schema.Int,
  /** Until then the order is still being processed: its refunds are refused with `ORDER_NOT_READY`. */
  readyAt: Schema.optionalKey(Schema.Int),
  /** How it was paid, as bills say it. */
  tradeType: Schema.Literals(["JSAPI", "NATIVE", "APP", "MWEB", "MICROPAY"]).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed("JSAPI")),
  ),
  /** The payer, as bills name it. */
  openId: text(128, /^[0-9A-Za-z_-]+$/, "letters, digits, _ and -").pipe(
    Schema.withDecodingDefaultKey(Effect.succeed("oUpF8uMuAJO_M2pxb1Q9zNjWeS6o")),
  ),
  /** What was bought, and the merchant's own words, as bills repeat them. */
  body: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(128))),
  attach: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(127))),
  /** The payer's account was closed: every refund is refused. */
  userAbnormal: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(false))),
  /** Where the money goes, as `refund_recv_accout` says it. */
  receivingAccount: text(64, /^[^\p{C}]+$/u, "1 to 64 printable characters").pipe(
    Schema.withDecodingDefaultKey(Effect.succeed("支付用户零钱")),
  ),
  /** The course of this order's refunds, instead of the gateway's. */
  course: Schema.optionalKey(Course),
}).check(
  Schema.makeFilter(({ totalFee, cashFee, coupons }) => {
    const cash = totalFee - coupons.reduce((sum, { fee }) => sum + fee, 0);
    if (new Set(coupons.map(({ id }) => id)).size < coupons.length) {
      return { path: ["coupons"], issue: "Expected each id once" };
    }
    if (cash < 0) return { path: ["coupons"], issue: "Expected no more than totalFee in all" };
    if (cashFee !== undefined && cashFee !== cash)
      return { path: ["cashFee"], issue: `Expected ${cash}, totalFee less the coupons` };
    return undefined;
  }),
);
export type Order = typeof Order.Type;

const count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)).pipe(Schema.withDecodingDefaultKey(Effect.succeed(0)));

/** How much a merchant may ask; 0 is no limit. {@link documentedLimits} are the real gateway's. */
export const Limits = Schema.Struct({
  /** More are refused with `FREQUENCY_LIMITED`. */
  refundsPerSecond: count,
  queriesPerSecond: count,
  /** Refunds of orders paid more than a month ago; more are refused with `FREQUENCY_LIMITED`. */
  oldOrdersPerMinute: count,
  /** More failing calls than this in a second, and for `blockMillis` all are refused with `INVALID_REQ_TOO_MUCH`. */
  failuresPerSecond: count,
  blockMillis: duration.pipe(Schema.withDecodingDefaultKey(Effect.succeed(60_000))),
});
export type Limits = typeof Limits.Type;

/** What the documentation allows a merchant. */
export const documentedLimits: Limits = {
  refundsPerSecond: 150,
  queriesPerSecond: 300,
  oldOrdersPerMinute: 5_000,
  failuresPerSecond: 6,
  blockMillis: 60_000,
};

const rate = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 })).pipe(
  Schema.withDecodingDefaultKey(Effect.succeed(0)),
);

/** How notices misbehave, by the gateway's seed; by default they do not. */
export const NoticeHabits = Schema.Struct({
  /** How many posts are followed by the same again within five seconds, from 0 to 1. */
  duplicates: rate,
  /** How many first posts are held back, so that later notices overtake them, and for how long at most. */
  held: rate,
  heldUpToMillis: duration.pipe(Schema.withDecodingDefaultKey(Effect.succeed(60_000))),
  /**
   * How many posts come after one that is no refund notice: a payment's, or one in the form of APIv3, which is well signed where refunds
   * are told of in that form. Its answer changes nothing.
   */
  strangers: rate,
  /** How many notices of APIv3 are posted with a wrong signature first (签名探测流量), to see that it is refused. */
  probes: rate,
});

/** The columns of a bill and their names: today's, the early ones, and those of 2017 and 2018. */
export const BillForm = Schema.Literals(["current", "old", "redPacket"]);
export type BillForm = typeof BillForm.Type;

export const Bills = Schema.Struct({
  form: BillForm.pipe(Schema.withDecodingDefaultKey(Effect.succeed("current"))),
  /** The merchants' commission, a fraction. Default 0.006. */
  feeRate: Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 })).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(0.006)),
  ),
  byteOrderMark: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(true))),
  lineEnd: Schema.Literals(["CRLF", "LF"]).pipe(Schema.withDecodingDefaultKey(Effect.succeed("CRLF"))),
  /** Decimals of an amount: `1.20`, `1.2`, or `1.20000`; all were seen. */
  decimals: Schema.Literals(["two", "least", "five"]).pipe(Schema.withDecodingDefaultKey(Effect.succeed("two"))),
  /** Colons of times, and some commas of the header, in full width, as in the early documentation. */
  fullWidth: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(false))),
  /** The summary's count as `45.0`. */
  countDecimals: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(false))),
  /** Columns the other way round: whoever reads them by name does not see it. */
  reversed: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(false))),
  /** Whether a bill of type RECHARGE_REFUND has the day's refunds, which are then of recharges; else there is none. */
  rechargeRefunds: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(false))),
  /** From when on a day's bill is there, in milliseconds after its midnight: nine in the morning unless told otherwise. */
  readyAfterMillis: duration.pipe(Schema.withDecodingDefaultKey(Effect.succeed(9 * 3_600_000))),
});

export type Bills = typeof Bills.Type;

/** Everything a gateway is made of. */
export const Config = Schema.Struct({
  merchants: Schema.NonEmptyArray(Merchant),
  orders: Schema.Array(Order).pipe(Schema.withDecodingDefaultKey(Effect.succeed([]))),
  /** The same seed, requests and times give the same bytes. */
  seed: Schema.String.pipe(Schema.withDecodingDefaultKey(Effect.succeed("wechat-refund"))),
  /** By default a refund is `SUCCESS` five seconds after acceptance. */
  course: Course.pipe(
    Schema.withDecodingDefaultKey(Effect.succeed([{ status: "SUCCESS" as const, afterMillis: 5_000 }])),
  ),
  /**
   * What an accepted number gets when it is sent again unchanged. Documented is only that it refunds once: `"same-success"`
   * repeats the success with the same `refund_id`; `"business-error"` answers `ERROR` 订单已全额退款 when the order is fully
   * refunded and `INVALID_REQUEST` otherwise.
   */
  replay: Schema.Literals(["same-success", "business-error"]).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed("same-success")),
  ),
  /**
   * The least time between two refunds of one order; one minute is the documented rule, 0 switches it off. No code is
   * documented for it: the gateway says `FREQUENCY_LIMITED`, which asks for patience and the same number, where
   * `INVALID_REQUEST` would call the refund failed.
   */
  spacingMillis: duration.pipe(Schema.withDecodingDefaultKey(Effect.succeed(0))),
  /**
   * What a client certificate that is missing or not accepted meets where one is needed: the front's page, or the end of the
   * connection without a word, as merchants also report.
   */
  badCertificate: Schema.Literals(["page", "silence"]).pipe(Schema.withDecodingDefaultKey(Effect.succeed("page"))),
  limits: Limits.pipe(Schema.withDecodingDefaultKey(Effect.succeed({}))),
  /**
   * An order with more refunds than this is not found by its order id any more. Documented is both that it must be asked
   * about by refund number beyond 20, and a page of 36 refunds by order id; so by default there is no such end.
   */
  queryByOrderUpTo: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))),
  /**
   * Whether APIv3 signs its 429 and 5xx, of which nobody recorded it. Whatever is refused for its own sake is signed, as recorded, and
   * what failed the check of the request's signature never is.
   */
  signsUnrecorded: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(false))),
  bills: Bills.pipe(Schema.withDecodingDefaultKey(Effect.succeed({}))),
  notices: NoticeHabits.pipe(Schema.withDecodingDefaultKey(Effect.succeed({}))),
  /** What goes wrong at random. Without it, nothing. */
  chaos: Schema.optionalKey(Chaos),
  /** How many of the latest exchanges, and of the notices done with, are kept; memory grows with it. */
  logLimit: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(1_000)),
  ),
});
export type Config = typeof Config.Type;

/** The configuration, or part of it, is wrong: a mistake of the caller, thrown. Names fields, never their values. */
export class InvalidConfig extends onOneLine(
  Schema.TaggedError<InvalidConfig>("@wechat-refund/simulator/InvalidConfig")("InvalidConfig", {
    issues: Schema.Array(Schema.String),
  }),
) {
  override get message(): string {
    return `the gateway's configuration is wrong: ${this.issues.join("; ")}`;
  }
}

const format = SchemaIssue.makeFormatterStandardSchemaV1();

/** A checked decoder for the type; throws {@link InvalidConfig}. */
export const decoder = <T, E>(schema: Schema.Codec<T, E>): ((input: E) => T) => {
  const decode = Schema.decodeUnknownResult(schema, { errors: "all", onExcessProperty: "error" });
  return (input) =>
    Result.getOrThrowWith(
      decode(input),
      ({ issue }) =>
        new InvalidConfig({
          issues: format(issue).issues.map(({ path = [], message }) => `${path.map(String).join(".")}: ${message}`),
        }),
    );
};
