import * as HttpApiError from "effect/http-api/HttpApiError";
import * as Schema from "effect/Schema";
declare const Unreadable_base: HttpApiError.ProblemClass<Unreadable, "Unreadable", "/problems/unreadable", 400, {
    readonly code: Schema.tag<"unreadable">;
}, {}>;
/** The body, or the address, is not what HTTP and JSON call readable. */
export declare class Unreadable extends Unreadable_base {
}
declare const Unauthorized_base: HttpApiError.ProblemClass<Unauthorized, "Unauthorized", "/problems/unauthorized", 401, {
    readonly code: Schema.tag<"unauthorized">;
}, {}>;
/** There is no token, or none that counts. */
export declare class Unauthorized extends Unauthorized_base {
}
declare const Forbidden_base: HttpApiError.ProblemClass<Forbidden, "Forbidden", "/problems/forbidden", 403, {
    readonly code: Schema.tag<"forbidden">;
    readonly right: Schema.optionalKey<Schema.String>;
}, {}>;
/** The token may not do this to any merchant. */
export declare class Forbidden extends Forbidden_base {
}
declare const NotFound_base: HttpApiError.ProblemClass<NotFound, "NotFound", "/problems/not-found", 404, {
    readonly code: Schema.tag<"not-found">;
}, {}>;
/** There is no such thing, or the token may not see it: the two look alike. */
export declare class NotFound extends NotFound_base {
}
declare const MethodNotAllowed_base: HttpApiError.ProblemClass<MethodNotAllowed, "MethodNotAllowed", "/problems/method-not-allowed", 405, {
    readonly code: Schema.tag<"method-not-allowed">;
}, {}>;
export declare class MethodNotAllowed extends MethodNotAllowed_base {
}
declare const OtherRefund_base: HttpApiError.ProblemClass<OtherRefund, "OtherRefund", "/problems/other-refund", 409, {
    readonly code: Schema.tag<"other-refund">;
    readonly outRefundNo: Schema.String;
    /** The fields that differ. */
    readonly fields: Schema.$Array<Schema.String>;
}, {}>;
/** The number is taken by a refund with other fields. */
export declare class OtherRefund extends OtherRefund_base {
}
declare const NumberUsed_base: HttpApiError.ProblemClass<NumberUsed, "NumberUsed", "/problems/number-used", 409, {
    readonly code: Schema.tag<"number-used">;
    readonly outRefundNo: Schema.String;
    readonly state: Schema.String;
}, {}>;
/** The refund ended, and was removed since. */
export declare class NumberUsed extends NumberUsed_base {
}
declare const NotPermitted_base: HttpApiError.ProblemClass<NotPermitted, "NotPermitted", "/problems/not-permitted", 409, {
    readonly code: Schema.tag<"not-permitted">;
    readonly outRefundNo: Schema.String;
    readonly state: Schema.Literals<readonly ["Recorded", "Unknown", "Accepted", "Succeeded", "Closed", "Rejected", "NotMade", "Resolved"]>;
    /** What is possible. */
    readonly actions: Schema.$Array<Schema.String>;
}, {}>;
/** What a person wanted is not possible now. */
export declare class NotPermitted extends NotPermitted_base {
}
declare const NotDisabled_base: HttpApiError.ProblemClass<NotDisabled, "NotDisabled", "/problems/not-disabled", 409, {
    readonly code: Schema.tag<"not-disabled">;
    readonly webhook: Schema.String;
}, {}>;
/** The webhook takes messages: there is nothing to enable. */
export declare class NotDisabled extends NotDisabled_base {
}
declare const TooLarge_base: HttpApiError.ProblemClass<TooLarge, "TooLarge", "/problems/too-large", 413, {
    readonly code: Schema.tag<"too-large">;
}, {}>;
export declare class TooLarge extends TooLarge_base {
}
declare const UnsupportedMediaType_base: HttpApiError.ProblemClass<UnsupportedMediaType, "UnsupportedMediaType", "/problems/unsupported-media-type", 415, {
    readonly code: Schema.tag<"unsupported-media-type">;
}, {}>;
export declare class UnsupportedMediaType extends UnsupportedMediaType_base {
}
declare const Misdirected_base: HttpApiError.ProblemClass<Misdirected, "Misdirected", "/problems/misdirected", 421, {
    readonly code: Schema.tag<"misdirected">;
}, {}>;
/** The request is not for this host, or came past the proxy. */
export declare class Misdirected extends Misdirected_base {
}
/** One thing that is wrong with a request: where, as a JSON pointer into the body or as a parameter of the address, and what. */
export declare const Issue: Schema.Struct<{
    readonly pointer: Schema.optionalKey<Schema.String>;
    readonly parameter: Schema.optionalKey<Schema.String>;
    readonly detail: Schema.String;
}>;
export type Issue = typeof Issue.Type;
declare const Invalid_base: HttpApiError.ProblemClass<Invalid, "Invalid", "/problems/invalid", 422, {
    readonly code: Schema.tag<"invalid">;
    readonly errors: Schema.$Array<Schema.Struct<{
        readonly pointer: Schema.optionalKey<Schema.String>;
        readonly parameter: Schema.optionalKey<Schema.String>;
        readonly detail: Schema.String;
    }>>;
}, {}>;
/** The request can be read, and these of its fields are wrong: all of them. Nothing was stored. */
export declare class Invalid extends Invalid_base {
}
declare const TooManyFailures_base: HttpApiError.ProblemClass<TooManyFailures, "TooManyFailures", "/problems/too-many-failures", 429, {
    readonly code: Schema.tag<"too-many-failures">;
}, {}>;
export declare class TooManyFailures extends TooManyFailures_base {
}
declare const Internal_base: HttpApiError.ProblemClass<Internal, "Internal", "/problems/internal", 500, {
    readonly code: Schema.tag<"internal">;
}, {}>;
export declare class Internal extends Internal_base {
}
declare const Unavailable_base: HttpApiError.ProblemClass<Unavailable, "Unavailable", "/problems/unavailable", 503, {
    readonly code: Schema.tag<"unavailable">;
}, {}>;
/** The store cannot be reached or written. What was to be stored may have been: repeat the identical request. */
export declare class Unavailable extends Unavailable_base {
}
export {};
