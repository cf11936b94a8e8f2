/**
 * A refund as it is stored and sent for ever: what the caller asked, and what the configuration added to it when it was recorded.
 *
 * A number that is used again with other fields is another refund, and this is where the two are told apart: the fingerprint is of the
 * caller's fields alone, so that a setting that changes meanwhile makes no second refund of the first.
 */
import { createHash } from "node:crypto";
import type { MerchantIdentity } from "@wechat-refund/core/Merchant";
import { type Protocol, type Registered, speakerOf } from "@wechat-refund/core/Merchants";
import * as Operation from "@wechat-refund/core/Operation";
import * as Refund from "@wechat-refund/core/Refund";
import { InvalidRequest } from "@wechat-refund/core/RefundError";
import type { Speaker } from "@wechat-refund/core/Speaker";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";

const Goods = Schema.Struct({
  goodsId: Schema.String,
  wxpayGoodsId: Schema.optionalKey(Schema.String),
  goodsName: Schema.optionalKey(Schema.String),
  refundAmount: Schema.Int,
  refundQuantity: Schema.Int,
  price: Schema.Int,
});

/** A checked {@link Refund.RefundRequest}, without anything that is not sent. */
export const Asked = Schema.Struct({
  order: Schema.Union([Schema.Struct({ transactionId: Schema.String }), Schema.Struct({ outTradeNo: Schema.String })]),
  outRefundNo: Schema.String,
  totalFee: Schema.Int,
  refundFee: Schema.Int,
  refundFeeType: Schema.optionalKey(Schema.String),
  refundDesc: Schema.optionalKey(Schema.String),
  refundAccount: Schema.optionalKey(Refund.RefundAccount),
  notifyUrl: Schema.optionalKey(Schema.String),
  opUserId: Schema.optionalKey(Schema.String),
  deviceInfo: Schema.optionalKey(Schema.String),
  goodsDetail: Schema.optionalKey(Schema.Array(Goods)),
});
export type Asked = typeof Asked.Type;

/** What is stored: `asked` by the caller, and what the configuration gave. `v` is the form of this value. */
export const Frozen = Schema.Struct({
  v: Schema.Literal(1),
  /** APIv3 has none: there it is empty. */
  appId: Schema.String,
  subAppId: Schema.optionalKey(Schema.String),
  /** The address of notices, where the caller named none. */
  notifyUrl: Schema.optionalKey(Schema.String),
  asked: Asked,
});
export type Frozen = typeof Frozen.Type;

/** What a configuration gives to a refund that does not say it itself. */
export interface Defaults {
  readonly notifyUrl?: string | undefined;
}

// An absent field and one that is undefined are one thing; what is sent is what is stored.
const given = <A>(value: A): A =>
  typeof value !== "object" || value === null
    ? value
    : (Object.fromEntries(
        Object.entries(value)
          .filter(([, field]) => field !== undefined)
          .map(([name, field]) => [name, Array.isArray(field) ? field.map(given) : field]),
      ) as A);

const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : typeof value === "object" && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([name, field]) => [name, sorted(field)]),
        )
      : value;

/** Of the caller's fields, in an order of their own; `1:` is the version of how it is made. */
export const fingerprint = ({ asked }: Pick<Frozen, "asked">): string =>
  `1:${createHash("sha256")
    .update(JSON.stringify(sorted(asked)))
    .digest("hex")}`;

/** The request that is sent. */
export const requestOf = ({ asked, notifyUrl }: Frozen): Refund.RefundRequest =>
  asked.notifyUrl === undefined && notifyUrl !== undefined
    ? ({ ...asked, notifyUrl } as Refund.RefundRequest)
    : (asked as Refund.RefundRequest);

/** The names of the caller's fields in which two refunds differ. */
export const differing = (one: Pick<Frozen, "asked">, other: Pick<Frozen, "asked">): ReadonlyArray<string> => {
  const [a, b] = [one.asked, other.asked] as ReadonlyArray<Readonly<Record<string, unknown>>> as [
    Readonly<Record<string, unknown>>,
    Readonly<Record<string, unknown>>,
  ];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((name) => JSON.stringify(sorted(a[name])) !== JSON.stringify(sorted(b[name])))
    .sort();
};

/** The caller's fields as they are stored: `opUserId: true` is the merchant number. */
const askedOf = (copy: Refund.RefundRequest, mchId: string): Asked => {
  const asked = given(copy.opUserId === true ? { ...copy, opUserId: mchId } : copy) as Asked;
  return { ...asked, order: given(asked.order) };
};

const decodeAsked = Schema.decodeUnknownResult(Asked, { onExcessProperty: "error" });
const isNumber = Schema.is(Refund.OutRefundNo);

/**
 * A request as it was recorded, if it ever was, whatever protocol and settings there were: none of them is asked whether it may be sent.
 * `undefined` where it could not have been.
 */
export const recordedAs = (request: Refund.RefundRequest, { mchId }: { readonly mchId: string }): Asked | undefined => {
  const copy = Refund.operation.copy(request);
  if (typeof copy !== "object" || copy === null) return undefined;
  const asked = decodeAsked(askedOf(copy, mchId));
  // No store has one under a number that there cannot be, and a database may not even take it for a text.
  return Result.isSuccess(asked) && isNumber(asked.success.outRefundNo) ? asked.success : undefined;
};

/** Whose request it would be: of APIv2 the merchant itself, of another protocol its speaker. */
export type By = MerchantIdentity | Speaker;

const isSpeaker = (by: By): by is Speaker => "protocol" in by;

/** Freezes a request for the protocol that it is, or would be, made through. */
export const freezeFor = (
  request: Refund.RefundRequest,
  registered: Registered,
  protocol: Protocol = registered.protocol,
  defaults: Defaults = {},
): Result.Result<Frozen, InvalidRequest> => {
  const by = speakerOf(registered, protocol);
  if (by !== undefined) return freeze(request, by, defaults);
  const message = `was made through ${protocol}, which this merchant has no block of: give it one until its refunds are settled`;
  return Result.fail(new InvalidRequest({ issues: [{ field: "merchant", wire: "merchant", message }] }));
};

/** Checks a request as it would be sent, and freezes it. */
export const freeze = (
  request: Refund.RefundRequest,
  by: By,
  { notifyUrl }: Defaults = {},
): Result.Result<Frozen, InvalidRequest> => {
  const copy = Refund.operation.copy(request);
  const isObject = typeof copy === "object" && copy !== null;
  const usesDefault = isObject && notifyUrl !== undefined && copy.notifyUrl === undefined;
  // As it would be sent: what cannot be is not stored. Before that nothing is known of what the fields hold.
  const sent = usesDefault ? { ...copy, notifyUrl } : copy;
  const checked: Result.Result<unknown, InvalidRequest> = isSpeaker(by)
    ? by.check(sent)
    : Operation.encode(Refund.operation, sent, by);
  return Result.map(checked, (): Frozen => ({
    v: 1,
    appId: isSpeaker(by) ? "" : by.appId,
    ...(!isSpeaker(by) && by.subAppId !== undefined && { subAppId: by.subAppId }),
    ...(usesDefault && { notifyUrl }),
    asked: askedOf(copy, by.mchId),
  }));
};
