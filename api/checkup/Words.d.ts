import type { Advice, Outcome, Reason } from "@wechat-refund/core/RefundError";
import type { Cause } from "@wechat-refund/core/RefundProgress";
import type { RefundStatus } from "@wechat-refund/core/RefundQuery";
import type { Say } from "./Language.ts";
export declare const outcomes: (say: Say) => Readonly<Record<Outcome, string>>;
export declare const advices: (say: Say) => Readonly<Record<Advice, string>>;
/** What differs when it is a query that failed. */
export declare const queryAdvices: (say: Say) => Readonly<Partial<Record<Advice, string>>>;
export declare const statuses: (say: Say) => Readonly<Record<RefundStatus, string>>;
/** What lifts each cause by which work on a refund rests. */
export declare const blocks: (say: Say) => Readonly<Record<Cause, string>>;
/** A name for each of these causes, for headings and lists. */
export declare const causes: (say: Say) => Readonly<Record<Cause, string>>;
/** What a failed call says: the gateway's own words as they came. */
export declare const failure: (say: Say, { _tag, message }: Reason) => string;
/** Where a failure of this reason is explained. */
export declare const page: (reason: string) => string;
