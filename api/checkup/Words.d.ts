/** What is shown to people about outcomes, advice and states. */
import type { Advice, Outcome } from "@wechat-refund/core/RefundError";
import type { Problem } from "@wechat-refund/core/RefundNotice";
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
/** What is wrong with a notice, in Chinese; the English words are its own message. */
export declare const notices: Readonly<Record<Problem, string>>;
/** What differs where the notice is one of APIv3. */
export declare const noticesV3: Partial<Record<Problem, string>>;
/** Where a failure of this reason is explained. */
export declare const page: (reason: string) => string;
