import * as HttpApi from "effect/http-api/HttpApi";
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint";
import * as HttpApiGroup from "effect/http-api/HttpApiGroup";
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware";
import * as HttpApiSchema from "effect/http-api/HttpApiSchema";
import * as Schema from "effect/Schema";
import { Access } from "./Access.ts";
import { Internal, Invalid, MethodNotAllowed, NotFound, NotPermitted, NotDisabled, NumberUsed, OtherRefund, TooLarge, Unavailable, Unreadable, UnsupportedMediaType } from "./Problems.ts";
declare const Checked_base: HttpApiMiddleware.ServiceClass<Checked, "@wechat-refund/server/Checked", {
    requires: never;
    provides: never;
    error: typeof Invalid;
    clientError: never;
    requiredForClient: false;
    security: never;
}, HttpApiMiddleware.HttpApiMiddleware<never, typeof Invalid, never>>;
/** Turns what is wrong with an address's parameters into a problem document. */
export declare class Checked extends Checked_base {
}
declare const Api_base: HttpApi.HttpApi<"wechat-refund", HttpApiGroup.HttpApiGroup<"reconciliations", HttpApiEndpoint.HttpApiEndpoint<"reconciliation", "GET", "/v1/reconciliations/:mchId/:date", Schema.toCodecStringTree<Schema.Struct<{
    mchId: Schema.String;
    date: Schema.String;
}>>, Schema.toCodecStringTree<Schema.Struct<{
    after: Schema.optionalKey<Schema.String>;
    limit: Schema.optionalKey<Schema.String>;
}>>, never, never, Schema.toCodecJson<Schema.Struct<{
    readonly mchId: Schema.String;
    readonly date: Schema.String;
    readonly state: Schema.Literals<readonly ["waiting", "asking", "done", "lost"]>;
    readonly attempts: Schema.Int;
    readonly nextAt: Schema.optionalKey<Schema.String>;
    readonly why: Schema.optionalKey<Schema.String>;
    readonly whole: Schema.optionalKey<Schema.Boolean>;
    readonly lines: Schema.optionalKey<Schema.Int>;
    readonly totals: Schema.$Array<Schema.Struct<{
        readonly currency: Schema.String;
        readonly ours: Schema.Struct<{
            readonly count: Schema.Int;
            readonly amount: Schema.Finite;
        }>;
        readonly theirs: Schema.Struct<{
            readonly count: Schema.Int;
            readonly amount: Schema.Finite;
        }>;
        readonly open: Schema.Struct<{
            readonly count: Schema.Int;
            readonly amount: Schema.Finite;
        }>;
        readonly kinds: Schema.Struct<{
            readonly matched: Schema.Struct<{
                readonly count: Schema.Int;
                readonly amount: Schema.Finite;
            }>;
            readonly "amount-differs": Schema.Struct<{
                readonly count: Schema.Int;
                readonly amount: Schema.Finite;
            }>;
            readonly "only-there": Schema.Struct<{
                readonly count: Schema.Int;
                readonly amount: Schema.Finite;
            }>;
            readonly "only-here": Schema.Struct<{
                readonly count: Schema.Int;
                readonly amount: Schema.Finite;
            }>;
            readonly twice: Schema.Struct<{
                readonly count: Schema.Int;
                readonly amount: Schema.Finite;
            }>;
            readonly elsewhere: Schema.Struct<{
                readonly count: Schema.Int;
                readonly amount: Schema.Finite;
            }>;
            readonly contradiction: Schema.Struct<{
                readonly count: Schema.Int;
                readonly amount: Schema.Finite;
            }>;
        }>;
    }>>;
    readonly problems: Schema.$Array<Schema.Struct<{
        readonly line: Schema.optionalKey<Schema.Int>;
        readonly problem: Schema.String;
    }>>;
    readonly differences: Schema.Int;
    readonly kept: Schema.Int;
    readonly comparedAt: Schema.optionalKey<Schema.String>;
    readonly doneAt: Schema.optionalKey<Schema.String>;
    readonly position: Schema.optionalKey<Schema.Int>;
    readonly found: Schema.$Array<Schema.Struct<{
        readonly merchant: Schema.optionalKey<Schema.String>;
        readonly mchId: Schema.String;
        readonly subMchId: Schema.optionalKey<Schema.String>;
        readonly id: Schema.Int;
        readonly kind: Schema.Literals<readonly import("@wechat-refund/core/Reconciliation").Kind[]>;
        readonly outRefundNo: Schema.String;
        readonly fields: Schema.$Array<Schema.String>;
        readonly ours: Schema.optionalKey<Schema.Struct<{
            readonly refundFee: Schema.Int;
            readonly currency: Schema.String;
            readonly refundId: Schema.optionalKey<Schema.String>;
            readonly transactionId: Schema.optionalKey<Schema.String>;
            readonly outTradeNo: Schema.optionalKey<Schema.String>;
            readonly state: Schema.Literals<readonly ["Recorded", "Unknown", "Accepted", "Succeeded", "Closed", "Rejected", "NotMade", "Resolved"]>;
        }>>;
        readonly theirs: Schema.optionalKey<Schema.Struct<{
            readonly refundFee: Schema.Int;
            readonly currency: Schema.String;
            readonly refundId: Schema.optionalKey<Schema.String>;
            readonly transactionId: Schema.optionalKey<Schema.String>;
            readonly outTradeNo: Schema.optionalKey<Schema.String>;
            readonly status: Schema.String;
            readonly time: Schema.optionalKey<Schema.String>;
            readonly line: Schema.Int;
        }>>;
        readonly whatToDo: Schema.String;
        readonly agreesWith: Schema.optionalKey<Schema.Literals<readonly ["ours", "theirs", "both", "neither", "unknown"]>>;
        readonly record: Schema.optionalKey<Schema.Struct<{
            readonly refundId: Schema.String;
            readonly status: Schema.String;
            readonly refundFee: Schema.Int;
        }>>;
        readonly notAsked: Schema.optionalKey<Schema.String>;
        readonly askedAt: Schema.optionalKey<Schema.String>;
    }>>;
    readonly next: Schema.optionalKey<Schema.String>;
}>>, Schema.toCodecJson<typeof NotFound | typeof MethodNotAllowed | typeof Invalid | typeof Internal | typeof Unavailable>, Access | Checked, never> | HttpApiEndpoint.HttpApiEndpoint<"reconciliationFeed", "GET", "/v1/reconciliations/feed", never, Schema.toCodecStringTree<Schema.Struct<{
    after: Schema.optionalKey<Schema.String>;
    wait: Schema.optionalKey<Schema.String>;
}>>, never, never, Schema.toCodecJson<Schema.Struct<{
    readonly reconciliations: Schema.$Array<Schema.Struct<{
        mchId: Schema.String;
        date: Schema.String;
        state: Schema.Literals<readonly ["waiting", "asking", "done", "lost"]>;
        attempts: Schema.Int;
        nextAt: Schema.optionalKey<Schema.String>;
        why: Schema.optionalKey<Schema.String>;
        whole: Schema.optionalKey<Schema.Boolean>;
        lines: Schema.optionalKey<Schema.Int>;
        totals: Schema.$Array<Schema.Struct<{
            readonly currency: Schema.String;
            readonly ours: Schema.Struct<{
                readonly count: Schema.Int;
                readonly amount: Schema.Finite;
            }>;
            readonly theirs: Schema.Struct<{
                readonly count: Schema.Int;
                readonly amount: Schema.Finite;
            }>;
            readonly open: Schema.Struct<{
                readonly count: Schema.Int;
                readonly amount: Schema.Finite;
            }>;
            readonly kinds: Schema.Struct<{
                readonly matched: Schema.Struct<{
                    readonly count: Schema.Int;
                    readonly amount: Schema.Finite;
                }>;
                readonly "amount-differs": Schema.Struct<{
                    readonly count: Schema.Int;
                    readonly amount: Schema.Finite;
                }>;
                readonly "only-there": Schema.Struct<{
                    readonly count: Schema.Int;
                    readonly amount: Schema.Finite;
                }>;
                readonly "only-here": Schema.Struct<{
                    readonly count: Schema.Int;
                    readonly amount: Schema.Finite;
                }>;
                readonly twice: Schema.Struct<{
                    readonly count: Schema.Int;
                    readonly amount: Schema.Finite;
                }>;
                readonly elsewhere: Schema.Struct<{
                    readonly count: Schema.Int;
                    readonly amount: Schema.Finite;
                }>;
                readonly contradiction: Schema.Struct<{
                    readonly count: Schema.Int;
                    readonly amount: Schema.Finite;
                }>;
            }>;
        }>>;
        problems: Schema.$Array<Schema.Struct<{
            readonly line: Schema.optionalKey<Schema.Int>;
            readonly problem: Schema.String;
        }>>;
        differences: Schema.Int;
        kept: Schema.Int;
        comparedAt: Schema.optionalKey<Schema.String>;
        doneAt: Schema.optionalKey<Schema.String>;
        position: Schema.optionalKey<Schema.Int>;
    }>>;
    readonly next: Schema.Int;
}>>, Schema.toCodecJson<typeof NotFound | typeof MethodNotAllowed | typeof Invalid | typeof Internal | typeof Unavailable>, Access | Checked, never> | HttpApiEndpoint.HttpApiEndpoint<"reconciliations", "GET", "/v1/reconciliations", never, Schema.toCodecStringTree<Schema.Struct<{
    mchId: Schema.optionalKey<Schema.String>;
    from: Schema.optionalKey<Schema.String>;
    to: Schema.optionalKey<Schema.String>;
    state: Schema.optionalKey<Schema.$Array<Schema.Literals<readonly ["waiting", "asking", "done", "lost"]>>>;
    after: Schema.optionalKey<Schema.String>;
    limit: Schema.optionalKey<Schema.String>;
}>>, never, never, Schema.toCodecJson<Schema.Struct<{
    readonly reconciliations: Schema.$Array<Schema.Struct<{
        mchId: Schema.String;
        date: Schema.String;
        state: Schema.Literals<readonly ["waiting", "asking", "done", "lost"]>;
        attempts: Schema.Int;
        nextAt: Schema.optionalKey<Schema.String>;
        why: Schema.optionalKey<Schema.String>;
        whole: Schema.optionalKey<Schema.Boolean>;
        lines: Schema.optionalKey<Schema.Int>;
        totals: Schema.$Array<Schema.Struct<{
            readonly currency: Schema.String;
            readonly ours: Schema.Struct<{
                readonly count: Schema.Int;
                readonly amount: Schema.Finite;
            }>;
            readonly theirs: Schema.Struct<{
                readonly count: Schema.Int;
                readonly amount: Schema.Finite;
            }>;
            readonly open: Schema.Struct<{
                readonly count: Schema.Int;
                readonly amount: Schema.Finite;
            }>;
            readonly kinds: Schema.Struct<{
                readonly matched: Schema.Struct<{
                    readonly count: Schema.Int;
                    readonly amount: Schema.Finite;
                }>;
                readonly "amount-differs": Schema.Struct<{
                    readonly count: Schema.Int;
                    readonly amount: Schema.Finite;
                }>;
                readonly "only-there": Schema.Struct<{
                    readonly count: Schema.Int;
                    readonly amount: Schema.Finite;
                }>;
                readonly "only-here": Schema.Struct<{
                    readonly count: Schema.Int;
                    readonly amount: Schema.Finite;
                }>;
                readonly twice: Schema.Struct<{
                    readonly count: Schema.Int;
                    readonly amount: Schema.Finite;
                }>;
                readonly elsewhere: Schema.Struct<{
                    readonly count: Schema.Int;
                    readonly amount: Schema.Finite;
                }>;
                readonly contradiction: Schema.Struct<{
                    readonly count: Schema.Int;
                    readonly amount: Schema.Finite;
                }>;
            }>;
        }>>;
        problems: Schema.$Array<Schema.Struct<{
            readonly line: Schema.optionalKey<Schema.Int>;
            readonly problem: Schema.String;
        }>>;
        differences: Schema.Int;
        kept: Schema.Int;
        comparedAt: Schema.optionalKey<Schema.String>;
        doneAt: Schema.optionalKey<Schema.String>;
        position: Schema.optionalKey<Schema.Int>;
    }>>;
    readonly next: Schema.optionalKey<Schema.String>;
}>>, Schema.toCodecJson<typeof NotFound | typeof MethodNotAllowed | typeof Invalid | typeof Internal | typeof Unavailable>, Access | Checked, never>, true> | HttpApiGroup.HttpApiGroup<"refunds", HttpApiEndpoint.HttpApiEndpoint<"cancel", "POST", "/v1/refunds/:merchant/:outRefundNo/cancel", Schema.toCodecStringTree<Schema.Struct<{
    merchant: Schema.String;
    outRefundNo: Schema.String;
}>>, never, Schema.toCodecJson<Schema.Struct<{
    readonly reason: Schema.String;
}>>, never, Schema.toCodecJson<Schema.Struct<{
    merchant: Schema.optionalKey<Schema.String>;
    mchId: Schema.String;
    subMchId: Schema.optionalKey<Schema.String>;
    outRefundNo: Schema.String;
    version: Schema.Int;
    state: Schema.Literals<readonly ["Recorded", "Unknown", "Accepted", "Succeeded", "Closed", "Rejected", "NotMade", "Resolved"]>;
    moneyReturned: Schema.NullOr<Schema.Boolean>;
    block: Schema.optionalKey<Schema.Struct<{
        readonly cause: Schema.Literals<readonly ["top-up", "key", "certificate", "account", "request", "other-refund", "change", "overdue", "denied", "withheld"]>;
        readonly detail: Schema.optionalKey<Schema.String>;
    }>>;
    final: Schema.Boolean;
    order: Schema.$Record<Schema.String, Schema.String>;
    totalFee: Schema.Int;
    refundFee: Schema.Int;
    currency: Schema.String;
    refundId: Schema.optionalKey<Schema.String>;
    actions: Schema.$Array<Schema.Literals<readonly ["cancel", "go-on", "resolve", "start-again"]>>;
    createdAt: Schema.String;
    updatedAt: Schema.String;
}>>, Schema.toCodecJson<typeof Unreadable | typeof NotFound | typeof MethodNotAllowed | typeof NotPermitted | typeof TooLarge | typeof UnsupportedMediaType | typeof Invalid | typeof Internal | typeof Unavailable>, Access | Checked, never> | HttpApiEndpoint.HttpApiEndpoint<"find", "GET", "/v1/refunds/:merchant/:outRefundNo", Schema.toCodecStringTree<Schema.Struct<{
    merchant: Schema.String;
    outRefundNo: Schema.String;
}>>, never, never, never, Schema.toCodecJson<Schema.Struct<{
    readonly merchant: Schema.optionalKey<Schema.String>;
    readonly mchId: Schema.String;
    readonly subMchId: Schema.optionalKey<Schema.String>;
    readonly outRefundNo: Schema.String;
    readonly version: Schema.Int;
    readonly state: Schema.Literals<readonly ["Recorded", "Unknown", "Accepted", "Succeeded", "Closed", "Rejected", "NotMade", "Resolved"]>;
    readonly moneyReturned: Schema.NullOr<Schema.Boolean>;
    readonly block: Schema.optionalKey<Schema.Struct<{
        readonly cause: Schema.Literals<readonly ["top-up", "key", "certificate", "account", "request", "other-refund", "change", "overdue", "denied", "withheld"]>;
        readonly detail: Schema.optionalKey<Schema.String>;
    }>>;
    readonly final: Schema.Boolean;
    readonly order: Schema.$Record<Schema.String, Schema.String>;
    readonly totalFee: Schema.Int;
    readonly refundFee: Schema.Int;
    readonly currency: Schema.String;
    readonly refundId: Schema.optionalKey<Schema.String>;
    readonly actions: Schema.$Array<Schema.Literals<readonly ["cancel", "go-on", "resolve", "start-again"]>>;
    readonly createdAt: Schema.String;
    readonly updatedAt: Schema.String;
    readonly history: Schema.$Array<Schema.Struct<{
        readonly seq: Schema.Int;
        readonly at: Schema.String;
        readonly what: Schema.String;
        readonly state: Schema.String;
        readonly block: Schema.optionalKey<Schema.String>;
        readonly detail: Schema.optionalKey<Schema.Codec<Schema.Json, Schema.Json, never, never>>;
    }>>;
}>>, Schema.toCodecJson<typeof NotFound | typeof MethodNotAllowed | typeof Invalid | typeof Internal | typeof Unavailable>, Access | Checked, never> | HttpApiEndpoint.HttpApiEndpoint<"go-on", "POST", "/v1/refunds/:merchant/:outRefundNo/go-on", Schema.toCodecStringTree<Schema.Struct<{
    merchant: Schema.String;
    outRefundNo: Schema.String;
}>>, never, Schema.toCodecJson<Schema.Struct<{
    readonly reason: Schema.String;
}>>, never, Schema.toCodecJson<Schema.Struct<{
    merchant: Schema.optionalKey<Schema.String>;
    mchId: Schema.String;
    subMchId: Schema.optionalKey<Schema.String>;
    outRefundNo: Schema.String;
    version: Schema.Int;
    state: Schema.Literals<readonly ["Recorded", "Unknown", "Accepted", "Succeeded", "Closed", "Rejected", "NotMade", "Resolved"]>;
    moneyReturned: Schema.NullOr<Schema.Boolean>;
    block: Schema.optionalKey<Schema.Struct<{
        readonly cause: Schema.Literals<readonly ["top-up", "key", "certificate", "account", "request", "other-refund", "change", "overdue", "denied", "withheld"]>;
        readonly detail: Schema.optionalKey<Schema.String>;
    }>>;
    final: Schema.Boolean;
    order: Schema.$Record<Schema.String, Schema.String>;
    totalFee: Schema.Int;
    refundFee: Schema.Int;
    currency: Schema.String;
    refundId: Schema.optionalKey<Schema.String>;
    actions: Schema.$Array<Schema.Literals<readonly ["cancel", "go-on", "resolve", "start-again"]>>;
    createdAt: Schema.String;
    updatedAt: Schema.String;
}>>, Schema.toCodecJson<typeof Unreadable | typeof NotFound | typeof MethodNotAllowed | typeof NotPermitted | typeof TooLarge | typeof UnsupportedMediaType | typeof Invalid | typeof Internal | typeof Unavailable>, Access | Checked, never> | HttpApiEndpoint.HttpApiEndpoint<"list", "GET", "/v1/refunds", never, Schema.toCodecStringTree<Schema.Struct<{
    merchant: Schema.optionalKey<Schema.String>;
    state: Schema.optionalKey<Schema.$Array<Schema.Literals<readonly ["Recorded", "Unknown", "Accepted", "Succeeded", "Closed", "Rejected", "NotMade", "Resolved"]>>>;
    block: Schema.optionalKey<Schema.$Array<Schema.Literals<readonly ["top-up", "key", "certificate", "account", "request", "other-refund", "change", "overdue", "denied", "withheld", "any"]>>>;
    transactionId: Schema.optionalKey<Schema.String>;
    outTradeNo: Schema.optionalKey<Schema.String>;
    outRefundNo: Schema.optionalKey<Schema.String>;
    prefix: Schema.optionalKey<Schema.String>;
    from: Schema.optionalKey<Schema.String>;
    until: Schema.optionalKey<Schema.String>;
    after: Schema.optionalKey<Schema.String>;
    limit: Schema.optionalKey<Schema.String>;
}>>, never, never, Schema.toCodecJson<Schema.Struct<{
    readonly refunds: Schema.$Array<Schema.Struct<{
        merchant: Schema.optionalKey<Schema.String>;
        mchId: Schema.String;
        subMchId: Schema.optionalKey<Schema.String>;
        outRefundNo: Schema.String;
        version: Schema.Int;
        state: Schema.Literals<readonly ["Recorded", "Unknown", "Accepted", "Succeeded", "Closed", "Rejected", "NotMade", "Resolved"]>;
        moneyReturned: Schema.NullOr<Schema.Boolean>;
        block: Schema.optionalKey<Schema.Struct<{
            readonly cause: Schema.Literals<readonly ["top-up", "key", "certificate", "account", "request", "other-refund", "change", "overdue", "denied", "withheld"]>;
            readonly detail: Schema.optionalKey<Schema.String>;
        }>>;
        final: Schema.Boolean;
        order: Schema.$Record<Schema.String, Schema.String>;
        totalFee: Schema.Int;
        refundFee: Schema.Int;
        currency: Schema.String;
        refundId: Schema.optionalKey<Schema.String>;
        actions: Schema.$Array<Schema.Literals<readonly ["cancel", "go-on", "resolve", "start-again"]>>;
        createdAt: Schema.String;
        updatedAt: Schema.String;
    }>>;
    readonly unread: Schema.optionalKey<Schema.$Array<Schema.String>>;
    readonly next: Schema.optionalKey<Schema.String>;
}>>, Schema.toCodecJson<typeof NotFound | typeof MethodNotAllowed | typeof Invalid | typeof Internal | typeof Unavailable>, Access | Checked, never> | HttpApiEndpoint.HttpApiEndpoint<"resolve", "POST", "/v1/refunds/:merchant/:outRefundNo/resolve", Schema.toCodecStringTree<Schema.Struct<{
    merchant: Schema.String;
    outRefundNo: Schema.String;
}>>, never, Schema.toCodecJson<Schema.Struct<{
    readonly reason: Schema.String;
}>>, never, Schema.toCodecJson<Schema.Struct<{
    merchant: Schema.optionalKey<Schema.String>;
    mchId: Schema.String;
    subMchId: Schema.optionalKey<Schema.String>;
    outRefundNo: Schema.String;
    version: Schema.Int;
    state: Schema.Literals<readonly ["Recorded", "Unknown", "Accepted", "Succeeded", "Closed", "Rejected", "NotMade", "Resolved"]>;
    moneyReturned: Schema.NullOr<Schema.Boolean>;
    block: Schema.optionalKey<Schema.Struct<{
        readonly cause: Schema.Literals<readonly ["top-up", "key", "certificate", "account", "request", "other-refund", "change", "overdue", "denied", "withheld"]>;
        readonly detail: Schema.optionalKey<Schema.String>;
    }>>;
    final: Schema.Boolean;
    order: Schema.$Record<Schema.String, Schema.String>;
    totalFee: Schema.Int;
    refundFee: Schema.Int;
    currency: Schema.String;
    refundId: Schema.optionalKey<Schema.String>;
    actions: Schema.$Array<Schema.Literals<readonly ["cancel", "go-on", "resolve", "start-again"]>>;
    createdAt: Schema.String;
    updatedAt: Schema.String;
}>>, Schema.toCodecJson<typeof Unreadable | typeof NotFound | typeof MethodNotAllowed | typeof NotPermitted | typeof TooLarge | typeof UnsupportedMediaType | typeof Invalid | typeof Internal | typeof Unavailable>, Access | Checked, never> | HttpApiEndpoint.HttpApiEndpoint<"start", "POST", "/v1/refunds", never, never, Schema.toCodecJson<Schema.Struct<{
    readonly merchant: Schema.optionalKey<Schema.String>;
    readonly order: Schema.Union<readonly [Schema.Struct<{
        readonly outTradeNo: Schema.String;
    }>, Schema.Struct<{
        readonly transactionId: Schema.String;
    }>]>;
    readonly outRefundNo: Schema.String;
    readonly totalFee: Schema.Int;
    readonly refundFee: Schema.Int;
    readonly refundFeeType: Schema.optionalKey<Schema.String>;
    readonly refundDesc: Schema.optionalKey<Schema.String>;
    readonly refundAccount: Schema.optionalKey<Schema.Literals<readonly ["REFUND_SOURCE_UNSETTLED_FUNDS", "REFUND_SOURCE_RECHARGE_FUNDS"]>>;
    readonly notifyUrl: Schema.optionalKey<Schema.String>;
    readonly opUserId: Schema.optionalKey<Schema.Union<readonly [Schema.String, Schema.Literal<true>]>>;
    readonly deviceInfo: Schema.optionalKey<Schema.String>;
    readonly goodsDetail: Schema.optionalKey<Schema.$Array<Schema.Struct<{
        readonly goodsId: Schema.String;
        readonly wxpayGoodsId: Schema.optionalKey<Schema.String>;
        readonly goodsName: Schema.optionalKey<Schema.String>;
        readonly refundAmount: Schema.Int;
        readonly refundQuantity: Schema.Int;
        readonly price: Schema.Int;
    }>>>;
    readonly attempted: Schema.optionalKey<Schema.Boolean>;
}>>, never, HttpApiSchema.WithHeaders<Schema.toCodecJson<Schema.Struct<{
    readonly merchant: Schema.optionalKey<Schema.String>;
    readonly mchId: Schema.String;
    readonly subMchId: Schema.optionalKey<Schema.String>;
    readonly outRefundNo: Schema.String;
    readonly version: Schema.Int;
    readonly state: Schema.Literals<readonly ["Recorded", "Unknown", "Accepted", "Succeeded", "Closed", "Rejected", "NotMade", "Resolved"]>;
    readonly moneyReturned: Schema.NullOr<Schema.Boolean>;
    readonly block: Schema.optionalKey<Schema.Struct<{
        readonly cause: Schema.Literals<readonly ["top-up", "key", "certificate", "account", "request", "other-refund", "change", "overdue", "denied", "withheld"]>;
        readonly detail: Schema.optionalKey<Schema.String>;
    }>>;
    readonly final: Schema.Boolean;
    readonly order: Schema.$Record<Schema.String, Schema.String>;
    readonly totalFee: Schema.Int;
    readonly refundFee: Schema.Int;
    readonly currency: Schema.String;
    readonly refundId: Schema.optionalKey<Schema.String>;
    readonly actions: Schema.$Array<Schema.Literals<readonly ["cancel", "go-on", "resolve", "start-again"]>>;
    readonly createdAt: Schema.String;
    readonly updatedAt: Schema.String;
    readonly created: Schema.Boolean;
}>>, Schema.toCodecStringTree<Schema.Struct<{
    location: Schema.String;
}>>>, Schema.toCodecJson<typeof Unreadable | typeof NotFound | typeof MethodNotAllowed | typeof OtherRefund | typeof NumberUsed | typeof TooLarge | typeof UnsupportedMediaType | typeof Invalid | typeof Internal | typeof Unavailable>, Access | Checked, never> | HttpApiEndpoint.HttpApiEndpoint<"start-again", "POST", "/v1/refunds/:merchant/:outRefundNo/start-again", Schema.toCodecStringTree<Schema.Struct<{
    merchant: Schema.String;
    outRefundNo: Schema.String;
}>>, never, Schema.toCodecJson<Schema.Struct<{
    readonly reason: Schema.String;
}>>, never, Schema.toCodecJson<Schema.Struct<{
    merchant: Schema.optionalKey<Schema.String>;
    mchId: Schema.String;
    subMchId: Schema.optionalKey<Schema.String>;
    outRefundNo: Schema.String;
    version: Schema.Int;
    state: Schema.Literals<readonly ["Recorded", "Unknown", "Accepted", "Succeeded", "Closed", "Rejected", "NotMade", "Resolved"]>;
    moneyReturned: Schema.NullOr<Schema.Boolean>;
    block: Schema.optionalKey<Schema.Struct<{
        readonly cause: Schema.Literals<readonly ["top-up", "key", "certificate", "account", "request", "other-refund", "change", "overdue", "denied", "withheld"]>;
        readonly detail: Schema.optionalKey<Schema.String>;
    }>>;
    final: Schema.Boolean;
    order: Schema.$Record<Schema.String, Schema.String>;
    totalFee: Schema.Int;
    refundFee: Schema.Int;
    currency: Schema.String;
    refundId: Schema.optionalKey<Schema.String>;
    actions: Schema.$Array<Schema.Literals<readonly ["cancel", "go-on", "resolve", "start-again"]>>;
    createdAt: Schema.String;
    updatedAt: Schema.String;
}>>, Schema.toCodecJson<typeof Unreadable | typeof NotFound | typeof MethodNotAllowed | typeof NotPermitted | typeof TooLarge | typeof UnsupportedMediaType | typeof Invalid | typeof Internal | typeof Unavailable>, Access | Checked, never>, true> | HttpApiGroup.HttpApiGroup<"service", HttpApiEndpoint.HttpApiEndpoint<"events", "GET", "/v1/events", never, Schema.toCodecStringTree<Schema.Struct<{
    merchant: Schema.optionalKey<Schema.String>;
    after: Schema.optionalKey<Schema.String>;
    wait: Schema.optionalKey<Schema.String>;
}>>, never, never, Schema.toCodecJson<Schema.Struct<{
    readonly events: Schema.$Array<Schema.Struct<{
        readonly merchant: Schema.optionalKey<Schema.String>;
        readonly mchId: Schema.String;
        readonly subMchId: Schema.optionalKey<Schema.String>;
        readonly position: Schema.Int;
        readonly outRefundNo: Schema.String;
        readonly version: Schema.Int;
        readonly seq: Schema.Int;
        readonly at: Schema.String;
        readonly state: Schema.String;
        readonly fromState: Schema.optionalKey<Schema.String>;
        readonly moneyReturned: Schema.NullOr<Schema.Boolean>;
        readonly block: Schema.optionalKey<Schema.Literals<readonly ["top-up", "key", "certificate", "account", "request", "other-refund", "change", "overdue", "denied", "withheld"]>>;
        readonly fromBlock: Schema.optionalKey<Schema.Literals<readonly ["top-up", "key", "certificate", "account", "request", "other-refund", "change", "overdue", "denied", "withheld"]>>;
        readonly refundFee: Schema.Int;
        readonly currency: Schema.String;
        readonly what: Schema.String;
        readonly detail: Schema.optionalKey<Schema.Codec<Schema.Json, Schema.Json, never, never>>;
    }>>;
    readonly next: Schema.Int;
}>>, Schema.toCodecJson<typeof NotFound | typeof MethodNotAllowed | typeof Invalid | typeof Internal | typeof Unavailable>, Access | Checked, never> | HttpApiEndpoint.HttpApiEndpoint<"merchants", "GET", "/v1/merchants", never, never, never, never, Schema.toCodecJson<Schema.Struct<{
    readonly merchants: Schema.$Array<Schema.Struct<{
        readonly merchant: Schema.String;
        readonly mchId: Schema.String;
        readonly subMchId: Schema.optionalKey<Schema.String>;
        readonly paused: Schema.optionalKey<Schema.Struct<{
            readonly by: Schema.String;
            readonly reason: Schema.String;
            readonly since: Schema.String;
        }>>;
        readonly held: Schema.optionalKey<Schema.Struct<{
            readonly cause: Schema.Literals<readonly ["top-up", "key", "certificate", "account", "request", "other-refund", "change", "overdue", "denied", "withheld"]>;
            readonly detail: Schema.String;
        }>>;
    }>>;
}>>, Schema.toCodecJson<typeof NotFound | typeof MethodNotAllowed | typeof Invalid | typeof Internal | typeof Unavailable>, Access | Checked, never> | HttpApiEndpoint.HttpApiEndpoint<"pause", "POST", "/v1/merchants/:merchant/pause", Schema.toCodecStringTree<Schema.Struct<{
    merchant: Schema.String;
}>>, never, Schema.toCodecJson<Schema.Struct<{
    readonly reason: Schema.String;
}>>, never, Schema.toCodecJson<Schema.Struct<{
    readonly merchant: Schema.String;
    readonly mchId: Schema.String;
    readonly subMchId: Schema.optionalKey<Schema.String>;
    readonly paused: Schema.optionalKey<Schema.Struct<{
        readonly by: Schema.String;
        readonly reason: Schema.String;
        readonly since: Schema.String;
    }>>;
    readonly held: Schema.optionalKey<Schema.Struct<{
        readonly cause: Schema.Literals<readonly ["top-up", "key", "certificate", "account", "request", "other-refund", "change", "overdue", "denied", "withheld"]>;
        readonly detail: Schema.String;
    }>>;
}>>, Schema.toCodecJson<typeof Unreadable | typeof NotFound | typeof MethodNotAllowed | typeof TooLarge | typeof UnsupportedMediaType | typeof Invalid | typeof Internal | typeof Unavailable>, Access | Checked, never> | HttpApiEndpoint.HttpApiEndpoint<"resume", "POST", "/v1/merchants/:merchant/resume", Schema.toCodecStringTree<Schema.Struct<{
    merchant: Schema.String;
}>>, never, Schema.toCodecJson<Schema.Struct<{
    readonly reason: Schema.String;
}>>, never, Schema.toCodecJson<Schema.Struct<{
    readonly merchant: Schema.String;
    readonly mchId: Schema.String;
    readonly subMchId: Schema.optionalKey<Schema.String>;
    readonly paused: Schema.optionalKey<Schema.Struct<{
        readonly by: Schema.String;
        readonly reason: Schema.String;
        readonly since: Schema.String;
    }>>;
    readonly held: Schema.optionalKey<Schema.Struct<{
        readonly cause: Schema.Literals<readonly ["top-up", "key", "certificate", "account", "request", "other-refund", "change", "overdue", "denied", "withheld"]>;
        readonly detail: Schema.String;
    }>>;
}>>, Schema.toCodecJson<typeof Unreadable | typeof NotFound | typeof MethodNotAllowed | typeof TooLarge | typeof UnsupportedMediaType | typeof Invalid | typeof Internal | typeof Unavailable>, Access | Checked, never> | HttpApiEndpoint.HttpApiEndpoint<"totals", "GET", "/v1/totals", never, Schema.toCodecStringTree<Schema.Struct<{
    merchant: Schema.optionalKey<Schema.String>;
}>>, never, never, Schema.toCodecJson<Schema.Struct<{
    readonly totals: Schema.$Array<Schema.Struct<{
        readonly merchant: Schema.optionalKey<Schema.String>;
        readonly mchId: Schema.String;
        readonly subMchId: Schema.optionalKey<Schema.String>;
        readonly currency: Schema.String;
        readonly state: Schema.Literals<readonly ["Recorded", "Unknown", "Accepted", "Succeeded", "Closed", "Rejected", "NotMade", "Resolved"]>;
        readonly block: Schema.optionalKey<Schema.Literals<readonly ["top-up", "key", "certificate", "account", "request", "other-refund", "change", "overdue", "denied", "withheld"]>>;
        readonly count: Schema.Int;
        readonly amount: Schema.Finite;
    }>>;
}>>, Schema.toCodecJson<typeof NotFound | typeof MethodNotAllowed | typeof Invalid | typeof Internal | typeof Unavailable>, Access | Checked, never>, true> | HttpApiGroup.HttpApiGroup<"webhooks", HttpApiEndpoint.HttpApiEndpoint<"deliveries", "GET", "/v1/webhooks/:webhook/deliveries", Schema.toCodecStringTree<Schema.Struct<{
    webhook: Schema.String;
}>>, Schema.toCodecStringTree<Schema.Struct<{
    state: Schema.optionalKey<Schema.Literals<readonly ["pending", "delivered", "dead"]>>;
    after: Schema.optionalKey<Schema.String>;
    limit: Schema.optionalKey<Schema.String>;
}>>, never, never, Schema.toCodecJson<Schema.Struct<{
    readonly deliveries: Schema.$Array<Schema.Struct<{
        readonly id: Schema.String;
        readonly message: Schema.String;
        readonly type: Schema.String;
        readonly state: Schema.Literals<readonly ["pending", "delivered", "dead"]>;
        readonly position: Schema.optionalKey<Schema.Int>;
        readonly outRefundNo: Schema.optionalKey<Schema.String>;
        readonly at: Schema.String;
        readonly attempts: Schema.Int;
        readonly since: Schema.String;
        readonly nextAt: Schema.optionalKey<Schema.String>;
        readonly status: Schema.optionalKey<Schema.Int>;
        readonly failure: Schema.optionalKey<Schema.String>;
        readonly endedAt: Schema.optionalKey<Schema.String>;
        readonly replayed: Schema.optionalKey<Schema.Struct<{
            readonly by: Schema.String;
            readonly reason: Schema.String;
        }>>;
    }>>;
    readonly next: Schema.optionalKey<Schema.String>;
}>>, Schema.toCodecJson<typeof NotFound | typeof MethodNotAllowed | typeof Invalid | typeof Internal | typeof Unavailable>, Access | Checked, never> | HttpApiEndpoint.HttpApiEndpoint<"delivery", "GET", "/v1/webhooks/:webhook/deliveries/:delivery", Schema.toCodecStringTree<Schema.Struct<{
    webhook: Schema.String;
    delivery: Schema.String;
}>>, never, never, never, Schema.toCodecJson<Schema.Struct<{
    readonly id: Schema.String;
    readonly message: Schema.String;
    readonly type: Schema.String;
    readonly state: Schema.Literals<readonly ["pending", "delivered", "dead"]>;
    readonly position: Schema.optionalKey<Schema.Int>;
    readonly outRefundNo: Schema.optionalKey<Schema.String>;
    readonly at: Schema.String;
    readonly attempts: Schema.Int;
    readonly since: Schema.String;
    readonly nextAt: Schema.optionalKey<Schema.String>;
    readonly status: Schema.optionalKey<Schema.Int>;
    readonly failure: Schema.optionalKey<Schema.String>;
    readonly endedAt: Schema.optionalKey<Schema.String>;
    readonly replayed: Schema.optionalKey<Schema.Struct<{
        readonly by: Schema.String;
        readonly reason: Schema.String;
    }>>;
}>>, Schema.toCodecJson<typeof NotFound | typeof MethodNotAllowed | typeof Invalid | typeof Internal | typeof Unavailable>, Access | Checked, never> | HttpApiEndpoint.HttpApiEndpoint<"enable", "POST", "/v1/webhooks/:webhook/enable", Schema.toCodecStringTree<Schema.Struct<{
    webhook: Schema.String;
}>>, never, Schema.toCodecJson<Schema.Struct<{
    readonly reason: Schema.String;
}>>, never, Schema.toCodecJson<Schema.Struct<{
    readonly webhook: Schema.String;
    readonly configured: Schema.Boolean;
    readonly host: Schema.optionalKey<Schema.String>;
    readonly merchants: Schema.$Array<Schema.String>;
    readonly types: Schema.$Array<Schema.String>;
    readonly secrets: Schema.Int;
    readonly pending: Schema.Int;
    readonly dead: Schema.Int;
    readonly deliveredAt: Schema.optionalKey<Schema.String>;
    readonly failedAt: Schema.optionalKey<Schema.String>;
    readonly failure: Schema.optionalKey<Schema.String>;
    readonly disabled: Schema.optionalKey<Schema.Struct<{
        readonly since: Schema.String;
        readonly why: Schema.String;
    }>>;
    readonly enabled: Schema.optionalKey<Schema.Struct<{
        readonly by: Schema.String;
        readonly reason: Schema.String;
        readonly at: Schema.String;
    }>>;
}>>, Schema.toCodecJson<typeof Unreadable | typeof NotFound | typeof MethodNotAllowed | typeof NotDisabled | typeof TooLarge | typeof UnsupportedMediaType | typeof Invalid | typeof Internal | typeof Unavailable>, Access | Checked, never> | HttpApiEndpoint.HttpApiEndpoint<"ping", "POST", "/v1/webhooks/:webhook/ping", Schema.toCodecStringTree<Schema.Struct<{
    webhook: Schema.String;
}>>, never, never, never, Schema.toCodecJson<Schema.Struct<{
    readonly id: Schema.String;
    readonly message: Schema.String;
    readonly type: Schema.String;
    readonly state: Schema.Literals<readonly ["pending", "delivered", "dead"]>;
    readonly position: Schema.optionalKey<Schema.Int>;
    readonly outRefundNo: Schema.optionalKey<Schema.String>;
    readonly at: Schema.String;
    readonly attempts: Schema.Int;
    readonly since: Schema.String;
    readonly nextAt: Schema.optionalKey<Schema.String>;
    readonly status: Schema.optionalKey<Schema.Int>;
    readonly failure: Schema.optionalKey<Schema.String>;
    readonly endedAt: Schema.optionalKey<Schema.String>;
    readonly replayed: Schema.optionalKey<Schema.Struct<{
        readonly by: Schema.String;
        readonly reason: Schema.String;
    }>>;
}>>, Schema.toCodecJson<typeof NotFound | typeof MethodNotAllowed | typeof Invalid | typeof Internal | typeof Unavailable>, Access | Checked, never> | HttpApiEndpoint.HttpApiEndpoint<"replay", "POST", "/v1/webhooks/:webhook/replay", Schema.toCodecStringTree<Schema.Struct<{
    webhook: Schema.String;
}>>, never, Schema.toCodecJson<Schema.Struct<{
    readonly reason: Schema.String;
    readonly delivery: Schema.optionalKey<Schema.String>;
    readonly which: Schema.optionalKey<Schema.Literals<readonly ["dead", "all"]>>;
    readonly first: Schema.optionalKey<Schema.Int>;
    readonly last: Schema.optionalKey<Schema.Int>;
    readonly from: Schema.optionalKey<Schema.String>;
    readonly until: Schema.optionalKey<Schema.String>;
}>>, never, Schema.toCodecJson<Schema.Struct<{
    readonly replayed: Schema.Int;
    readonly next: Schema.optionalKey<Schema.Int>;
}>>, Schema.toCodecJson<typeof Unreadable | typeof NotFound | typeof MethodNotAllowed | typeof TooLarge | typeof UnsupportedMediaType | typeof Invalid | typeof Internal | typeof Unavailable>, Access | Checked, never> | HttpApiEndpoint.HttpApiEndpoint<"webhooks", "GET", "/v1/webhooks", never, never, never, never, Schema.toCodecJson<Schema.Struct<{
    readonly webhooks: Schema.$Array<Schema.Struct<{
        readonly webhook: Schema.String;
        readonly configured: Schema.Boolean;
        readonly host: Schema.optionalKey<Schema.String>;
        readonly merchants: Schema.$Array<Schema.String>;
        readonly types: Schema.$Array<Schema.String>;
        readonly secrets: Schema.Int;
        readonly pending: Schema.Int;
        readonly dead: Schema.Int;
        readonly deliveredAt: Schema.optionalKey<Schema.String>;
        readonly failedAt: Schema.optionalKey<Schema.String>;
        readonly failure: Schema.optionalKey<Schema.String>;
        readonly disabled: Schema.optionalKey<Schema.Struct<{
            readonly since: Schema.String;
            readonly why: Schema.String;
        }>>;
        readonly enabled: Schema.optionalKey<Schema.Struct<{
            readonly by: Schema.String;
            readonly reason: Schema.String;
            readonly at: Schema.String;
        }>>;
    }>>;
}>>, Schema.toCodecJson<typeof NotFound | typeof MethodNotAllowed | typeof Invalid | typeof Internal | typeof Unavailable>, Access | Checked, never>, true>>;
export declare class Api extends Api_base {
}
export {};
