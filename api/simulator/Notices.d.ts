import type { Config, Outcome } from "./GatewayConfig.ts";
import type { Keyring } from "./internal/keyring.ts";
import type { Protocol, Row } from "./Ledger.ts";
import type { PlatformKeys } from "./PlatformKeys.ts";
/** The pauses between a post that was not acknowledged and the next, in milliseconds: 15 steps, 24 hours and 4 minutes in all. */
export declare const schedule: ReadonlyArray<number>;
/** What came back for a post: a reply, or why there was none. */
export type Answer = {
    readonly status: number;
    readonly body: string;
} | {
    readonly failure: string;
}
/** The poster may not go there; it is not tried again. */
 | {
    readonly forbidden: string;
};
export interface Attempt {
    readonly at: number;
    /** Absent while it is on its way. */
    readonly answer?: Answer;
}
/** `acknowledged` by the merchant; `givenUp` after the schedule, or at once where posting is forbidden. */
export type State = "waiting" | "acknowledged" | "givenUp";
/** One result of one refund, and what became of telling it. Times in milliseconds since 1970. */
export interface Notice {
    readonly id: number;
    readonly mchId: string;
    readonly outRefundNo: string;
    readonly status: Outcome;
    /** When the refund got this status. */
    readonly since: number;
    readonly url: string;
    /** The form it is told in. */
    readonly form: Protocol;
    readonly state: State;
    /** When it is posted next. */
    readonly nextAt: number | undefined;
    readonly attempts: ReadonlyArray<Attempt>;
    /** The bytes of the latest post. */
    readonly body: Uint8Array | undefined;
}
/** A post to make. Every one that was taken is settled once. */
export interface Delivery {
    /** 0 for a post that is none of these notices. */
    readonly noticeId: number;
    /** Its place among the notice's attempts, from 0. */
    readonly attempt: number;
    readonly url: string;
    readonly contentType: string;
    readonly requestId: string;
    /** The signature of APIv3. */
    readonly headers?: Readonly<Record<string, string>>;
    readonly body: Uint8Array;
}
export interface Notices {
    /** Takes the posts that are due, in the order of their times. */
    readonly take: (now: number) => ReadonlyArray<Delivery>;
    readonly settle: (delivery: Delivery, answer: Answer) => void;
    /** When the next post is due. */
    readonly nextAt: () => number | undefined;
    /** Oldest first; of those that are done with, the latest. */
    readonly all: () => ReadonlyArray<Notice>;
    readonly find: (id: number) => Notice | undefined;
    /** The latest first: at most so many of those before an id, and only those of a refund where one is named. */
    readonly latest: (which: {
        readonly limit: number;
        readonly before?: number | undefined;
        readonly row?: Row | undefined;
    }) => ReadonlyArray<Notice>;
    /** How many there have been, kept or not. */
    readonly total: () => number;
    /** Posts a notice once more, whatever became of it. Does nothing for one that is not kept any more. */
    readonly again: (id: number, now: number) => void;
    /** Tells of every change of what is due, until the function it gives back is called. */
    readonly onChange: (listener: () => void) => () => void;
}
/** The part of it that the gateway sees. */
export interface Registry extends Notices {
    readonly expect: (row: Row) => void;
    /** Time was moved: what is due may be another. */
    readonly touch: () => void;
}
/** Whether a merchant's answer ends the telling: APIv2 wants a message, APIv3 a status of success. */
export declare const acknowledges: (answer: Answer, form?: Protocol) => boolean;
/** No notices yet; `ahead` is how far the gateway's time is ahead of the clock on the wall. Their randomness is their own: the gateway's replies do not depend on what is told besides. */
export declare const make: (config: Config, keyring: Keyring, platform: PlatformKeys, ahead: () => number) => Registry;
