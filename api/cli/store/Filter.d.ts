import type * as Listing from "@wechat-refund/durable/Listing";
import * as Flag from "effect/cli/Flag";
import * as Option from "effect/Option";
import type { Say } from "@wechat-refund/checkup/Language";
export declare const flags: (say: Say) => {
    transactionId: Flag.Flag<Option.Option<string>>;
    outTradeNo: Flag.Flag<Option.Option<string>>;
    state: Flag.Flag<Option.Option<string>>;
    block: Flag.Flag<Option.Option<string>>;
    mchId: Flag.Flag<Option.Option<string>>;
    subMchId: Flag.Flag<Option.Option<string>>;
    outRefundNo: Flag.Flag<Option.Option<string>>;
    prefix: Flag.Flag<Option.Option<string>>;
    from: Flag.Flag<Option.Option<number>>;
    until: Flag.Flag<Option.Option<number>>;
};
/** What the flags of {@link flags} give. */
export interface Given {
    readonly state: Option.Option<string>;
    readonly block: Option.Option<string>;
    readonly mchId: Option.Option<string>;
    readonly subMchId: Option.Option<string>;
    readonly outRefundNo: Option.Option<string>;
    readonly prefix: Option.Option<string>;
    readonly transactionId: Option.Option<string>;
    readonly outTradeNo: Option.Option<string>;
    readonly from: Option.Option<number>;
    readonly until: Option.Option<number>;
}
export declare const of: (given: Given) => Listing.Filter;
/** One refund by its number. */
export declare const numbered: (say: Say) => {
    outRefundNo: Flag.Flag<string>;
    mchId: Flag.Flag<Option.Option<string>>;
    subMchId: Flag.Flag<Option.Option<string>>;
};
export declare const merchant: (say: Say) => {
    mchId: Flag.Flag<Option.Option<string>>;
    subMchId: Flag.Flag<Option.Option<string>>;
};
/** What the flags of {@link numbered} give. */
export interface Numbered {
    readonly outRefundNo: string;
    readonly mchId: Option.Option<string>;
    readonly subMchId: Option.Option<string>;
}
export declare const ofNumber: ({ mchId, outRefundNo, subMchId }: Numbered) => Listing.Filter;
/** Whether it names anything. */
export declare const isGiven: (filter: Listing.Filter) => boolean;
