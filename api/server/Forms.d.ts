import * as Schema from "effect/Schema";
export declare const number: (max: number) => Schema.String;
export declare const digits: (most: number, message: string) => Schema.String;
/** A time (RFC 3339) of a day that there is: `Date` takes the 30th of February for a day of March. */
export declare const isTime: (value: string) => boolean;
/** A time as a parameter of an address; what is said of one in a body stands with the body. */
export declare const time: Schema.String;
/** What is asked: the fields of `RefundRequest`, and whose refund it is. */
export declare const NewRefund: Schema.Struct<{
    /** The merchant's name in the service's configuration; may be left out where the token, or the service, has only one. */
    readonly merchant: Schema.optionalKey<Schema.String>;
    /** The paid order, by one of its two numbers. */
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
    /** `true`: an earlier attempt may have been made elsewhere, so it is asked for before it is sent. */
    readonly attempted: Schema.optionalKey<Schema.Boolean>;
}>;
/** What a person may do, as the last part of an address. */
export declare const Action: Schema.Literals<readonly ["cancel", "go-on", "resolve", "start-again"]>;
export type Action = typeof Action.Type;
export declare const Block: Schema.Struct<{
    readonly cause: Schema.Literals<readonly ["top-up", "key", "certificate", "account", "request", "other-refund", "change", "overdue", "denied", "withheld"]>;
    /** What the gateway said. */
    readonly detail: Schema.optionalKey<Schema.String>;
}>;
export declare const RefundView: Schema.Struct<{
    /** The name in the service's configuration; absent for a merchant that stands there no more. */
    merchant: Schema.optionalKey<Schema.String>;
    mchId: Schema.String;
    subMchId: Schema.optionalKey<Schema.String>;
    outRefundNo: Schema.String;
    version: Schema.Int;
    state: Schema.Literals<readonly ["Recorded", "Unknown", "Accepted", "Succeeded", "Closed", "Rejected", "NotMade", "Resolved"]>;
    /** `true`: proved. `false`: certainly not, for this refund ended otherwise or was given up. `null`: not known, or not yet. */
    moneyReturned: Schema.NullOr<Schema.Boolean>;
    /** Why work on it rests until somebody acts. */
    block: Schema.optionalKey<Schema.Struct<{
        readonly cause: Schema.Literals<readonly ["top-up", "key", "certificate", "account", "request", "other-refund", "change", "overdue", "denied", "withheld"]>;
        /** What the gateway said. */
        readonly detail: Schema.optionalKey<Schema.String>;
    }>>;
    /** Whether nothing changes it any more. */
    final: Schema.Boolean;
    order: Schema.$Record<Schema.String, Schema.String>;
    totalFee: Schema.Int;
    refundFee: Schema.Int;
    currency: Schema.String;
    /** WeChat Pay's number (微信退款单号), once it has told one. */
    refundId: Schema.optionalKey<Schema.String>;
    /** What may be done now. */
    actions: Schema.$Array<Schema.Literals<readonly ["cancel", "go-on", "resolve", "start-again"]>>;
    createdAt: Schema.String;
    updatedAt: Schema.String;
}>;
export type RefundView = typeof RefundView.Type;
export declare const Started: Schema.Struct<{
    readonly merchant: Schema.optionalKey<Schema.String>;
    readonly mchId: Schema.String;
    readonly subMchId: Schema.optionalKey<Schema.String>;
    readonly outRefundNo: Schema.String;
    readonly version: Schema.Int;
    readonly state: Schema.Literals<readonly ["Recorded", "Unknown", "Accepted", "Succeeded", "Closed", "Rejected", "NotMade", "Resolved"]>;
    readonly moneyReturned: Schema.NullOr<Schema.Boolean>;
    readonly block: Schema.optionalKey<Schema.Struct<{
        readonly cause: Schema.Literals<readonly ["top-up", "key", "certificate", "account", "request", "other-refund", "change", "overdue", "denied", "withheld"]>;
        /** What the gateway said. */
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
    /** `false`: it was there, with the same fields. */
    readonly created: Schema.Boolean;
}>;
export declare const Line: Schema.Struct<{
    readonly seq: Schema.Int;
    readonly at: Schema.String;
    readonly what: Schema.String;
    readonly state: Schema.String;
    readonly block: Schema.optionalKey<Schema.String>;
    readonly detail: Schema.optionalKey<Schema.Codec<Schema.Json, Schema.Json, never, never>>;
}>;
export declare const RefundWithHistory: Schema.Struct<{
    readonly merchant: Schema.optionalKey<Schema.String>;
    readonly mchId: Schema.String;
    readonly subMchId: Schema.optionalKey<Schema.String>;
    readonly outRefundNo: Schema.String;
    readonly version: Schema.Int;
    readonly state: Schema.Literals<readonly ["Recorded", "Unknown", "Accepted", "Succeeded", "Closed", "Rejected", "NotMade", "Resolved"]>;
    readonly moneyReturned: Schema.NullOr<Schema.Boolean>;
    readonly block: Schema.optionalKey<Schema.Struct<{
        readonly cause: Schema.Literals<readonly ["top-up", "key", "certificate", "account", "request", "other-refund", "change", "overdue", "denied", "withheld"]>;
        /** What the gateway said. */
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
}>;
export declare const Page: Schema.Struct<{
    readonly refunds: Schema.$Array<Schema.Struct<{
        /** The name in the service's configuration; absent for a merchant that stands there no more. */
        merchant: Schema.optionalKey<Schema.String>;
        mchId: Schema.String;
        subMchId: Schema.optionalKey<Schema.String>;
        outRefundNo: Schema.String;
        version: Schema.Int;
        state: Schema.Literals<readonly ["Recorded", "Unknown", "Accepted", "Succeeded", "Closed", "Rejected", "NotMade", "Resolved"]>;
        /** `true`: proved. `false`: certainly not, for this refund ended otherwise or was given up. `null`: not known, or not yet. */
        moneyReturned: Schema.NullOr<Schema.Boolean>;
        /** Why work on it rests until somebody acts. */
        block: Schema.optionalKey<Schema.Struct<{
            readonly cause: Schema.Literals<readonly ["top-up", "key", "certificate", "account", "request", "other-refund", "change", "overdue", "denied", "withheld"]>;
            /** What the gateway said. */
            readonly detail: Schema.optionalKey<Schema.String>;
        }>>;
        /** Whether nothing changes it any more. */
        final: Schema.Boolean;
        order: Schema.$Record<Schema.String, Schema.String>;
        totalFee: Schema.Int;
        refundFee: Schema.Int;
        currency: Schema.String;
        /** WeChat Pay's number (微信退款单号), once it has told one. */
        refundId: Schema.optionalKey<Schema.String>;
        /** What may be done now. */
        actions: Schema.$Array<Schema.Literals<readonly ["cancel", "go-on", "resolve", "start-again"]>>;
        createdAt: Schema.String;
        updatedAt: Schema.String;
    }>>;
    /** The numbers of those that are found as well and cannot be read: nothing is done with them, and the log says why. */
    readonly unread: Schema.optionalKey<Schema.$Array<Schema.String>>;
    /** Give it as `after` for the next page; absent where this is the last. */
    readonly next: Schema.optionalKey<Schema.String>;
}>;
declare const Total: Schema.Struct<{
    readonly merchant: Schema.optionalKey<Schema.String>;
    readonly mchId: Schema.String;
    readonly subMchId: Schema.optionalKey<Schema.String>;
    readonly currency: Schema.String;
    readonly state: Schema.Literals<readonly ["Recorded", "Unknown", "Accepted", "Succeeded", "Closed", "Rejected", "NotMade", "Resolved"]>;
    readonly block: Schema.optionalKey<Schema.Literals<readonly ["top-up", "key", "certificate", "account", "request", "other-refund", "change", "overdue", "denied", "withheld"]>>;
    readonly count: Schema.Int;
    /** The sum in fen; exact up to 2^53−1. */
    readonly amount: Schema.Finite;
}>;
export type TotalView = typeof Total.Type;
export declare const Totals: Schema.Struct<{
    readonly totals: Schema.$Array<Schema.Struct<{
        readonly merchant: Schema.optionalKey<Schema.String>;
        readonly mchId: Schema.String;
        readonly subMchId: Schema.optionalKey<Schema.String>;
        readonly currency: Schema.String;
        readonly state: Schema.Literals<readonly ["Recorded", "Unknown", "Accepted", "Succeeded", "Closed", "Rejected", "NotMade", "Resolved"]>;
        readonly block: Schema.optionalKey<Schema.Literals<readonly ["top-up", "key", "certificate", "account", "request", "other-refund", "change", "overdue", "denied", "withheld"]>>;
        readonly count: Schema.Int;
        /** The sum in fen; exact up to 2^53−1. */
        readonly amount: Schema.Finite;
    }>>;
}>;
export declare const EventView: Schema.Struct<{
    readonly merchant: Schema.optionalKey<Schema.String>;
    readonly mchId: Schema.String;
    readonly subMchId: Schema.optionalKey<Schema.String>;
    /** Where it stands among all events; positions grow, and some are not yours. */
    readonly position: Schema.Int;
    readonly outRefundNo: Schema.String;
    /** Of the refund, by this event. */
    readonly version: Schema.Int;
    /** The number of its line in the refund's history. */
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
}>;
export type EventView = typeof EventView.Type;
export declare const EventPage: Schema.Struct<{
    readonly events: Schema.$Array<Schema.Struct<{
        readonly merchant: Schema.optionalKey<Schema.String>;
        readonly mchId: Schema.String;
        readonly subMchId: Schema.optionalKey<Schema.String>;
        /** Where it stands among all events; positions grow, and some are not yours. */
        readonly position: Schema.Int;
        readonly outRefundNo: Schema.String;
        /** Of the refund, by this event. */
        readonly version: Schema.Int;
        /** The number of its line in the refund's history. */
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
    /** Store it once these are handled, and give it as `after` next. */
    readonly next: Schema.Int;
}>;
export declare const MerchantView: Schema.Struct<{
    readonly merchant: Schema.String;
    readonly mchId: Schema.String;
    readonly subMchId: Schema.optionalKey<Schema.String>;
    /** Nothing is sent for it until somebody resumes it. */
    readonly paused: Schema.optionalKey<Schema.Struct<{
        readonly by: Schema.String;
        readonly reason: Schema.String;
        readonly since: Schema.String;
    }>>;
    /** What holds it, such as no money, whichever process calls for it. */
    readonly held: Schema.optionalKey<Schema.Struct<{
        readonly cause: Schema.Literals<readonly ["top-up", "key", "certificate", "account", "request", "other-refund", "change", "overdue", "denied", "withheld"]>;
        readonly detail: Schema.String;
    }>>;
}>;
export type MerchantView = typeof MerchantView.Type;
export declare const Merchants: Schema.Struct<{
    readonly merchants: Schema.$Array<Schema.Struct<{
        readonly merchant: Schema.String;
        readonly mchId: Schema.String;
        readonly subMchId: Schema.optionalKey<Schema.String>;
        /** Nothing is sent for it until somebody resumes it. */
        readonly paused: Schema.optionalKey<Schema.Struct<{
            readonly by: Schema.String;
            readonly reason: Schema.String;
            readonly since: Schema.String;
        }>>;
        /** What holds it, such as no money, whichever process calls for it. */
        readonly held: Schema.optionalKey<Schema.Struct<{
            readonly cause: Schema.Literals<readonly ["top-up", "key", "certificate", "account", "request", "other-refund", "change", "overdue", "denied", "withheld"]>;
            readonly detail: Schema.String;
        }>>;
    }>>;
}>;
export declare const Kind: Schema.Literals<readonly import("@wechat-refund/core/Reconciliation").Kind[]>;
export declare const DayState: Schema.Literals<readonly ["waiting", "asking", "done", "lost"]>;
/** A day in Beijing. */
export declare const date: Schema.String;
export declare const ReconciliationView: Schema.Struct<{
    /** The merchant number that the bill is of; a provider's has all of its sub-merchants. */
    mchId: Schema.String;
    date: Schema.String;
    /** `waiting` for the bill; `asking` about what differs; `done`; `lost`: there is no bill of it any more. */
    state: Schema.Literals<readonly ["waiting", "asking", "done", "lost"]>;
    attempts: Schema.Int;
    /** When it is looked at next. */
    nextAt: Schema.optionalKey<Schema.String>;
    /** Why there is no result yet, or none any more. */
    why: Schema.optionalKey<Schema.String>;
    /** Whether all of the bill could be read. */
    whole: Schema.optionalKey<Schema.Boolean>;
    /** Refunds in the bill. */
    lines: Schema.optionalKey<Schema.Int>;
    totals: Schema.$Array<Schema.Struct<{
        readonly currency: Schema.String;
        readonly ours: Schema.Struct<{
            readonly count: Schema.Int;
            /** In fen; exact up to 2^53−1. */
            readonly amount: Schema.Finite;
        }>;
        readonly theirs: Schema.Struct<{
            readonly count: Schema.Int;
            /** In fen; exact up to 2^53−1. */
            readonly amount: Schema.Finite;
        }>;
        /** Of which nobody can say yet: not all bills of their days are in. */
        readonly open: Schema.Struct<{
            readonly count: Schema.Int;
            /** In fen; exact up to 2^53−1. */
            readonly amount: Schema.Finite;
        }>;
        readonly kinds: Schema.Struct<{
            readonly matched: Schema.Struct<{
                readonly count: Schema.Int;
                /** In fen; exact up to 2^53−1. */
                readonly amount: Schema.Finite;
            }>;
            readonly "amount-differs": Schema.Struct<{
                readonly count: Schema.Int;
                /** In fen; exact up to 2^53−1. */
                readonly amount: Schema.Finite;
            }>;
            readonly "only-there": Schema.Struct<{
                readonly count: Schema.Int;
                /** In fen; exact up to 2^53−1. */
                readonly amount: Schema.Finite;
            }>;
            readonly "only-here": Schema.Struct<{
                readonly count: Schema.Int;
                /** In fen; exact up to 2^53−1. */
                readonly amount: Schema.Finite;
            }>;
            readonly twice: Schema.Struct<{
                readonly count: Schema.Int;
                /** In fen; exact up to 2^53−1. */
                readonly amount: Schema.Finite;
            }>;
            readonly elsewhere: Schema.Struct<{
                readonly count: Schema.Int;
                /** In fen; exact up to 2^53−1. */
                readonly amount: Schema.Finite;
            }>;
            readonly contradiction: Schema.Struct<{
                readonly count: Schema.Int;
                /** In fen; exact up to 2^53−1. */
                readonly amount: Schema.Finite;
            }>;
        }>;
    }>>;
    problems: Schema.$Array<Schema.Struct<{
        readonly line: Schema.optionalKey<Schema.Int>;
        readonly problem: Schema.String;
    }>>;
    /** How many differences were found, and how many of them are kept. */
    differences: Schema.Int;
    kept: Schema.Int;
    comparedAt: Schema.optionalKey<Schema.String>;
    doneAt: Schema.optionalKey<Schema.String>;
    /** Where it stands among the days that are done. */
    position: Schema.optionalKey<Schema.Int>;
}>;
export type ReconciliationView = typeof ReconciliationView.Type;
export declare const DifferenceView: Schema.Struct<{
    readonly merchant: Schema.optionalKey<Schema.String>;
    readonly mchId: Schema.String;
    readonly subMchId: Schema.optionalKey<Schema.String>;
    readonly id: Schema.Int;
    readonly kind: Schema.Literals<readonly import("@wechat-refund/core/Reconciliation").Kind[]>;
    /** Empty where the bill names none. */
    readonly outRefundNo: Schema.String;
    /** The fields that differ, by their wire names. */
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
    /** Whom a signed query agrees with; absent until it was asked for. */
    readonly agreesWith: Schema.optionalKey<Schema.Literals<readonly ["ours", "theirs", "both", "neither", "unknown"]>>;
    /** The record that it gave; absent where there is no such refund. */
    readonly record: Schema.optionalKey<Schema.Struct<{
        readonly refundId: Schema.String;
        readonly status: Schema.String;
        readonly refundFee: Schema.Int;
    }>>;
    /** Why it could not be asked for. */
    readonly notAsked: Schema.optionalKey<Schema.String>;
    readonly askedAt: Schema.optionalKey<Schema.String>;
}>;
export type DifferenceView = typeof DifferenceView.Type;
export declare const ReconciliationPage: Schema.Struct<{
    readonly reconciliations: Schema.$Array<Schema.Struct<{
        /** The merchant number that the bill is of; a provider's has all of its sub-merchants. */
        mchId: Schema.String;
        date: Schema.String;
        /** `waiting` for the bill; `asking` about what differs; `done`; `lost`: there is no bill of it any more. */
        state: Schema.Literals<readonly ["waiting", "asking", "done", "lost"]>;
        attempts: Schema.Int;
        /** When it is looked at next. */
        nextAt: Schema.optionalKey<Schema.String>;
        /** Why there is no result yet, or none any more. */
        why: Schema.optionalKey<Schema.String>;
        /** Whether all of the bill could be read. */
        whole: Schema.optionalKey<Schema.Boolean>;
        /** Refunds in the bill. */
        lines: Schema.optionalKey<Schema.Int>;
        totals: Schema.$Array<Schema.Struct<{
            readonly currency: Schema.String;
            readonly ours: Schema.Struct<{
                readonly count: Schema.Int;
                /** In fen; exact up to 2^53−1. */
                readonly amount: Schema.Finite;
            }>;
            readonly theirs: Schema.Struct<{
                readonly count: Schema.Int;
                /** In fen; exact up to 2^53−1. */
                readonly amount: Schema.Finite;
            }>;
            /** Of which nobody can say yet: not all bills of their days are in. */
            readonly open: Schema.Struct<{
                readonly count: Schema.Int;
                /** In fen; exact up to 2^53−1. */
                readonly amount: Schema.Finite;
            }>;
            readonly kinds: Schema.Struct<{
                readonly matched: Schema.Struct<{
                    readonly count: Schema.Int;
                    /** In fen; exact up to 2^53−1. */
                    readonly amount: Schema.Finite;
                }>;
                readonly "amount-differs": Schema.Struct<{
                    readonly count: Schema.Int;
                    /** In fen; exact up to 2^53−1. */
                    readonly amount: Schema.Finite;
                }>;
                readonly "only-there": Schema.Struct<{
                    readonly count: Schema.Int;
                    /** In fen; exact up to 2^53−1. */
                    readonly amount: Schema.Finite;
                }>;
                readonly "only-here": Schema.Struct<{
                    readonly count: Schema.Int;
                    /** In fen; exact up to 2^53−1. */
                    readonly amount: Schema.Finite;
                }>;
                readonly twice: Schema.Struct<{
                    readonly count: Schema.Int;
                    /** In fen; exact up to 2^53−1. */
                    readonly amount: Schema.Finite;
                }>;
                readonly elsewhere: Schema.Struct<{
                    readonly count: Schema.Int;
                    /** In fen; exact up to 2^53−1. */
                    readonly amount: Schema.Finite;
                }>;
                readonly contradiction: Schema.Struct<{
                    readonly count: Schema.Int;
                    /** In fen; exact up to 2^53−1. */
                    readonly amount: Schema.Finite;
                }>;
            }>;
        }>>;
        problems: Schema.$Array<Schema.Struct<{
            readonly line: Schema.optionalKey<Schema.Int>;
            readonly problem: Schema.String;
        }>>;
        /** How many differences were found, and how many of them are kept. */
        differences: Schema.Int;
        kept: Schema.Int;
        comparedAt: Schema.optionalKey<Schema.String>;
        doneAt: Schema.optionalKey<Schema.String>;
        /** Where it stands among the days that are done. */
        position: Schema.optionalKey<Schema.Int>;
    }>>;
    /** Give it as `after` for the next page; absent where this is the last. */
    readonly next: Schema.optionalKey<Schema.String>;
}>;
export declare const ReconciliationFeed: Schema.Struct<{
    readonly reconciliations: Schema.$Array<Schema.Struct<{
        /** The merchant number that the bill is of; a provider's has all of its sub-merchants. */
        mchId: Schema.String;
        date: Schema.String;
        /** `waiting` for the bill; `asking` about what differs; `done`; `lost`: there is no bill of it any more. */
        state: Schema.Literals<readonly ["waiting", "asking", "done", "lost"]>;
        attempts: Schema.Int;
        /** When it is looked at next. */
        nextAt: Schema.optionalKey<Schema.String>;
        /** Why there is no result yet, or none any more. */
        why: Schema.optionalKey<Schema.String>;
        /** Whether all of the bill could be read. */
        whole: Schema.optionalKey<Schema.Boolean>;
        /** Refunds in the bill. */
        lines: Schema.optionalKey<Schema.Int>;
        totals: Schema.$Array<Schema.Struct<{
            readonly currency: Schema.String;
            readonly ours: Schema.Struct<{
                readonly count: Schema.Int;
                /** In fen; exact up to 2^53−1. */
                readonly amount: Schema.Finite;
            }>;
            readonly theirs: Schema.Struct<{
                readonly count: Schema.Int;
                /** In fen; exact up to 2^53−1. */
                readonly amount: Schema.Finite;
            }>;
            /** Of which nobody can say yet: not all bills of their days are in. */
            readonly open: Schema.Struct<{
                readonly count: Schema.Int;
                /** In fen; exact up to 2^53−1. */
                readonly amount: Schema.Finite;
            }>;
            readonly kinds: Schema.Struct<{
                readonly matched: Schema.Struct<{
                    readonly count: Schema.Int;
                    /** In fen; exact up to 2^53−1. */
                    readonly amount: Schema.Finite;
                }>;
                readonly "amount-differs": Schema.Struct<{
                    readonly count: Schema.Int;
                    /** In fen; exact up to 2^53−1. */
                    readonly amount: Schema.Finite;
                }>;
                readonly "only-there": Schema.Struct<{
                    readonly count: Schema.Int;
                    /** In fen; exact up to 2^53−1. */
                    readonly amount: Schema.Finite;
                }>;
                readonly "only-here": Schema.Struct<{
                    readonly count: Schema.Int;
                    /** In fen; exact up to 2^53−1. */
                    readonly amount: Schema.Finite;
                }>;
                readonly twice: Schema.Struct<{
                    readonly count: Schema.Int;
                    /** In fen; exact up to 2^53−1. */
                    readonly amount: Schema.Finite;
                }>;
                readonly elsewhere: Schema.Struct<{
                    readonly count: Schema.Int;
                    /** In fen; exact up to 2^53−1. */
                    readonly amount: Schema.Finite;
                }>;
                readonly contradiction: Schema.Struct<{
                    readonly count: Schema.Int;
                    /** In fen; exact up to 2^53−1. */
                    readonly amount: Schema.Finite;
                }>;
            }>;
        }>>;
        problems: Schema.$Array<Schema.Struct<{
            readonly line: Schema.optionalKey<Schema.Int>;
            readonly problem: Schema.String;
        }>>;
        /** How many differences were found, and how many of them are kept. */
        differences: Schema.Int;
        kept: Schema.Int;
        comparedAt: Schema.optionalKey<Schema.String>;
        doneAt: Schema.optionalKey<Schema.String>;
        /** Where it stands among the days that are done. */
        position: Schema.optionalKey<Schema.Int>;
    }>>;
    /** Store it once these are handled, and give it as `after` next. */
    readonly next: Schema.Int;
}>;
export declare const ReconciliationWithDifferences: Schema.Struct<{
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
            /** In fen; exact up to 2^53−1. */
            readonly amount: Schema.Finite;
        }>;
        readonly theirs: Schema.Struct<{
            readonly count: Schema.Int;
            /** In fen; exact up to 2^53−1. */
            readonly amount: Schema.Finite;
        }>;
        /** Of which nobody can say yet: not all bills of their days are in. */
        readonly open: Schema.Struct<{
            readonly count: Schema.Int;
            /** In fen; exact up to 2^53−1. */
            readonly amount: Schema.Finite;
        }>;
        readonly kinds: Schema.Struct<{
            readonly matched: Schema.Struct<{
                readonly count: Schema.Int;
                /** In fen; exact up to 2^53−1. */
                readonly amount: Schema.Finite;
            }>;
            readonly "amount-differs": Schema.Struct<{
                readonly count: Schema.Int;
                /** In fen; exact up to 2^53−1. */
                readonly amount: Schema.Finite;
            }>;
            readonly "only-there": Schema.Struct<{
                readonly count: Schema.Int;
                /** In fen; exact up to 2^53−1. */
                readonly amount: Schema.Finite;
            }>;
            readonly "only-here": Schema.Struct<{
                readonly count: Schema.Int;
                /** In fen; exact up to 2^53−1. */
                readonly amount: Schema.Finite;
            }>;
            readonly twice: Schema.Struct<{
                readonly count: Schema.Int;
                /** In fen; exact up to 2^53−1. */
                readonly amount: Schema.Finite;
            }>;
            readonly elsewhere: Schema.Struct<{
                readonly count: Schema.Int;
                /** In fen; exact up to 2^53−1. */
                readonly amount: Schema.Finite;
            }>;
            readonly contradiction: Schema.Struct<{
                readonly count: Schema.Int;
                /** In fen; exact up to 2^53−1. */
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
        /** Empty where the bill names none. */
        readonly outRefundNo: Schema.String;
        /** The fields that differ, by their wire names. */
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
        /** Whom a signed query agrees with; absent until it was asked for. */
        readonly agreesWith: Schema.optionalKey<Schema.Literals<readonly ["ours", "theirs", "both", "neither", "unknown"]>>;
        /** The record that it gave; absent where there is no such refund. */
        readonly record: Schema.optionalKey<Schema.Struct<{
            readonly refundId: Schema.String;
            readonly status: Schema.String;
            readonly refundFee: Schema.Int;
        }>>;
        /** Why it could not be asked for. */
        readonly notAsked: Schema.optionalKey<Schema.String>;
        readonly askedAt: Schema.optionalKey<Schema.String>;
    }>>;
    /** Give it as `after` for the next page of differences; absent where this is the last. */
    readonly next: Schema.optionalKey<Schema.String>;
}>;
export declare const DeliveryState: Schema.Literals<readonly ["pending", "delivered", "dead"]>;
export declare const WebhookView: Schema.Struct<{
    readonly webhook: Schema.String;
    /** `false`: the service's file has it no more, and nothing is delivered to it. */
    readonly configured: Schema.Boolean;
    /** Where it is; its path may be a secret. */
    readonly host: Schema.optionalKey<Schema.String>;
    readonly merchants: Schema.$Array<Schema.String>;
    readonly types: Schema.$Array<Schema.String>;
    /** How many secrets sign: two while one is changed. */
    readonly secrets: Schema.Int;
    /** Messages that are to be delivered, and such as were given up. */
    readonly pending: Schema.Int;
    readonly dead: Schema.Int;
    readonly deliveredAt: Schema.optionalKey<Schema.String>;
    readonly failedAt: Schema.optionalKey<Schema.String>;
    /** What the last failure was. */
    readonly failure: Schema.optionalKey<Schema.String>;
    /** Nothing is sent to it until somebody enables it. */
    readonly disabled: Schema.optionalKey<Schema.Struct<{
        readonly since: Schema.String;
        readonly why: Schema.String;
    }>>;
    /** Who did that last. */
    readonly enabled: Schema.optionalKey<Schema.Struct<{
        readonly by: Schema.String;
        readonly reason: Schema.String;
        readonly at: Schema.String;
    }>>;
}>;
export type WebhookView = typeof WebhookView.Type;
export declare const Webhooks: Schema.Struct<{
    readonly webhooks: Schema.$Array<Schema.Struct<{
        readonly webhook: Schema.String;
        /** `false`: the service's file has it no more, and nothing is delivered to it. */
        readonly configured: Schema.Boolean;
        /** Where it is; its path may be a secret. */
        readonly host: Schema.optionalKey<Schema.String>;
        readonly merchants: Schema.$Array<Schema.String>;
        readonly types: Schema.$Array<Schema.String>;
        /** How many secrets sign: two while one is changed. */
        readonly secrets: Schema.Int;
        /** Messages that are to be delivered, and such as were given up. */
        readonly pending: Schema.Int;
        readonly dead: Schema.Int;
        readonly deliveredAt: Schema.optionalKey<Schema.String>;
        readonly failedAt: Schema.optionalKey<Schema.String>;
        /** What the last failure was. */
        readonly failure: Schema.optionalKey<Schema.String>;
        /** Nothing is sent to it until somebody enables it. */
        readonly disabled: Schema.optionalKey<Schema.Struct<{
            readonly since: Schema.String;
            readonly why: Schema.String;
        }>>;
        /** Who did that last. */
        readonly enabled: Schema.optionalKey<Schema.Struct<{
            readonly by: Schema.String;
            readonly reason: Schema.String;
            readonly at: Schema.String;
        }>>;
    }>>;
}>;
export declare const DeliveryView: Schema.Struct<{
    /** Its number in this service; replay it by this. */
    readonly id: Schema.String;
    /** Its `webhook-id`: the same for the same event at every endpoint, however often it is sent. */
    readonly message: Schema.String;
    readonly type: Schema.String;
    readonly state: Schema.Literals<readonly ["pending", "delivered", "dead"]>;
    /** Of the event among all events; none of a ping. */
    readonly position: Schema.optionalKey<Schema.Int>;
    /** Absent where it is of a merchant that the token does not name: the file named that one when the message was made. */
    readonly outRefundNo: Schema.optionalKey<Schema.String>;
    /** When the event happened. */
    readonly at: Schema.String;
    readonly attempts: Schema.Int;
    /** Since when it is tried. */
    readonly since: Schema.String;
    /** When it is tried next, or until when an attempt may take. */
    readonly nextAt: Schema.optionalKey<Schema.String>;
    /** The HTTP status of the last answer, if there was one. */
    readonly status: Schema.optionalKey<Schema.Int>;
    /** Why the last attempt failed. */
    readonly failure: Schema.optionalKey<Schema.String>;
    readonly endedAt: Schema.optionalKey<Schema.String>;
    /** Who had it delivered again last, and why. */
    readonly replayed: Schema.optionalKey<Schema.Struct<{
        readonly by: Schema.String;
        readonly reason: Schema.String;
    }>>;
}>;
export type DeliveryView = typeof DeliveryView.Type;
export declare const DeliveryPage: Schema.Struct<{
    readonly deliveries: Schema.$Array<Schema.Struct<{
        /** Its number in this service; replay it by this. */
        readonly id: Schema.String;
        /** Its `webhook-id`: the same for the same event at every endpoint, however often it is sent. */
        readonly message: Schema.String;
        readonly type: Schema.String;
        readonly state: Schema.Literals<readonly ["pending", "delivered", "dead"]>;
        /** Of the event among all events; none of a ping. */
        readonly position: Schema.optionalKey<Schema.Int>;
        /** Absent where it is of a merchant that the token does not name: the file named that one when the message was made. */
        readonly outRefundNo: Schema.optionalKey<Schema.String>;
        /** When the event happened. */
        readonly at: Schema.String;
        readonly attempts: Schema.Int;
        /** Since when it is tried. */
        readonly since: Schema.String;
        /** When it is tried next, or until when an attempt may take. */
        readonly nextAt: Schema.optionalKey<Schema.String>;
        /** The HTTP status of the last answer, if there was one. */
        readonly status: Schema.optionalKey<Schema.Int>;
        /** Why the last attempt failed. */
        readonly failure: Schema.optionalKey<Schema.String>;
        readonly endedAt: Schema.optionalKey<Schema.String>;
        /** Who had it delivered again last, and why. */
        readonly replayed: Schema.optionalKey<Schema.Struct<{
            readonly by: Schema.String;
            readonly reason: Schema.String;
        }>>;
    }>>;
    /** Give it as `after` for the next page; absent where this is the last. */
    readonly next: Schema.optionalKey<Schema.String>;
}>;
/** One delivery by its `id`, or those of the events of a range. */
export declare const Replay: Schema.Struct<{
    readonly reason: Schema.String;
    readonly delivery: Schema.optionalKey<Schema.String>;
    /** `dead` unless given; `all`: also what was delivered, made anew. */
    readonly which: Schema.optionalKey<Schema.Literals<readonly ["dead", "all"]>>;
    /** Positions of events, both included. */
    readonly first: Schema.optionalKey<Schema.Int>;
    readonly last: Schema.optionalKey<Schema.Int>;
    /** When the events happened; `until` is not included. */
    readonly from: Schema.optionalKey<Schema.String>;
    readonly until: Schema.optionalKey<Schema.String>;
}>;
export declare const Replayed: Schema.Struct<{
    readonly replayed: Schema.Int;
    /** There are more: ask again with this as `first`. */
    readonly next: Schema.optionalKey<Schema.Int>;
}>;
export declare const Reason: Schema.Struct<{
    /** Why; it stands in the history with the token's name. */
    readonly reason: Schema.String;
}>;
export {};
