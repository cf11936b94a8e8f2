/**
 * What is answered where something is not as asked: a problem document (RFC 9457), by a `type` and a `code` that stay the same.
 *
 * Programs branch on `code`, people read `detail`. Nothing of a request is repeated but names of fields and numbers of refunds.
 */
import { Truth } from "@wechat-refund/core/RefundProgress";
import * as HttpApiError from "effect/http-api/HttpApiError";
import * as Schema from "effect/Schema";

/** The body, or the address, is not what HTTP and JSON call readable. */
export class Unreadable extends HttpApiError.Problem<Unreadable>()(
  "Unreadable",
  { type: "/problems/unreadable", status: 400, title: "The request cannot be read" },
  { code: Schema.tag("unreadable") },
) {}

/** There is no token, or none that counts. */
export class Unauthorized extends HttpApiError.Problem<Unauthorized>()(
  "Unauthorized",
  { type: "/problems/unauthorized", status: 401, title: "A token is needed" },
  { code: Schema.tag("unauthorized") },
) {}

/** The token may not do this to any merchant. */
export class Forbidden extends HttpApiError.Problem<Forbidden>()(
  "Forbidden",
  { type: "/problems/forbidden", status: 403, title: "The token has no right to do this" },
  { code: Schema.tag("forbidden"), right: Schema.optionalKey(Schema.String) },
) {}

/** There is no such thing, or the token may not see it: the two look alike. */
export class NotFound extends HttpApiError.Problem<NotFound>()(
  "NotFound",
  { type: "/problems/not-found", status: 404, title: "There is no such thing" },
  { code: Schema.tag("not-found") },
) {}

export class MethodNotAllowed extends HttpApiError.Problem<MethodNotAllowed>()(
  "MethodNotAllowed",
  { type: "/problems/method-not-allowed", status: 405, title: "This address takes other methods" },
  { code: Schema.tag("method-not-allowed") },
) {}

/** The number is taken by a refund with other fields. */
export class OtherRefund extends HttpApiError.Problem<OtherRefund>()(
  "OtherRefund",
  { type: "/problems/other-refund", status: 409, title: "The number is taken by a refund with other fields" },
  {
    code: Schema.tag("other-refund"),
    outRefundNo: Schema.String,
    /** The fields that differ. */
    fields: Schema.Array(Schema.String),
  },
) {}

/** The refund ended, and was removed since. */
export class NumberUsed extends HttpApiError.Problem<NumberUsed>()(
  "NumberUsed",
  { type: "/problems/number-used", status: 409, title: "The number was used by a refund that ended" },
  { code: Schema.tag("number-used"), outRefundNo: Schema.String, state: Schema.String },
) {}

/** What a person wanted is not possible now. */
export class NotPermitted extends HttpApiError.Problem<NotPermitted>()(
  "NotPermitted",
  { type: "/problems/not-permitted", status: 409, title: "This is not possible now" },
  {
    code: Schema.tag("not-permitted"),
    outRefundNo: Schema.String,
    state: Truth,
    /** What is possible. */
    actions: Schema.Array(Schema.String),
  },
) {}

/** The webhook takes messages: there is nothing to enable. */
export class NotDisabled extends HttpApiError.Problem<NotDisabled>()(
  "NotDisabled",
  { type: "/problems/not-disabled", status: 409, title: "The webhook is not disabled" },
  { code: Schema.tag("not-disabled"), webhook: Schema.String },
) {}

export class TooLarge extends HttpApiError.Problem<TooLarge>()(
  "TooLarge",
  { type: "/problems/too-large", status: 413, title: "The body is too large" },
  { code: Schema.tag("too-large") },
) {}

export class UnsupportedMediaType extends HttpApiError.Problem<UnsupportedMediaType>()(
  "UnsupportedMediaType",
  { type: "/problems/unsupported-media-type", status: 415, title: "The body must be JSON in UTF-8" },
  { code: Schema.tag("unsupported-media-type") },
) {}

/** The request is not for this host, or came past the proxy. */
export class Misdirected extends HttpApiError.Problem<Misdirected>()(
  "Misdirected",
  { type: "/problems/misdirected", status: 421, title: "The request is not for this service" },
  { code: Schema.tag("misdirected") },
) {}

/** One thing that is wrong with a request: where, as a JSON pointer into the body or as a parameter of the address, and what. */
export const Issue = Schema.Struct({
  pointer: Schema.optionalKey(Schema.String),
  parameter: Schema.optionalKey(Schema.String),
  detail: Schema.String,
});
export type Issue = typeof Issue.Type;

/** The request can be read, and these of its fields are wrong: all of them. Nothing was stored. */
export class Invalid extends HttpApiError.Problem<Invalid>()(
  "Invalid",
  { type: "/problems/invalid", status: 422, title: "Fields of the request are wrong" },
  { code: Schema.tag("invalid"), errors: Schema.Array(Issue) },
) {}

export class TooManyFailures extends HttpApiError.Problem<TooManyFailures>()(
  "TooManyFailures",
  { type: "/problems/too-many-failures", status: 429, title: "Too many requests without a token that counts" },
  { code: Schema.tag("too-many-failures") },
) {}

export class Internal extends HttpApiError.Problem<Internal>()(
  "Internal",
  { type: "/problems/internal", status: 500, title: "The service met a defect" },
  { code: Schema.tag("internal") },
) {}

/** The store cannot be reached or written. What was to be stored may have been: repeat the identical request. */
export class Unavailable extends HttpApiError.Problem<Unavailable>()(
  "Unavailable",
  { type: "/problems/unavailable", status: 503, title: "The store cannot be reached" },
  { code: Schema.tag("unavailable") },
) {}
