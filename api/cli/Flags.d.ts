import * as Flag from "effect/cli/Flag";
import * as Duration from "effect/Duration";
import * as Option from "effect/Option";
import type { Say } from "@wechat-refund/checkup/Language";
/** The algorithm of a message in hand, HMAC-SHA256 unless given. */
export declare const signType: (say: Say) => Flag.Flag<"HMAC-SHA256" | "MD5">;
/** The protocol of a command. */
export declare const protocol: (say: Say) => Flag.Flag<Option.Option<"v2" | "v3">>;
/** The time that signatures are compared with. */
export declare const now: (say: Say) => Flag.Flag<Option.Option<number>>;
/** An optional text. */
export declare const optionalText: (name: string, description: string) => Flag.Flag<Option.Option<string>>;
/** A switch, off unless given. */
export declare const off: (name: string, description: string) => Flag.Flag<boolean>;
/** A length of time, such as `10 seconds`. */
export declare const duration: (name: string, description: string) => Flag.Flag<Option.Option<Duration.Duration>>;
/** The order's two numbers, as both calls name them. */
export declare const order: (say: Say) => {
    transactionId: Flag.Flag<Option.Option<string>>;
    outTradeNo: Flag.Flag<Option.Option<string>>;
};
/** The gateway's address. */
export declare const endpoint: (say: Say) => Flag.Flag<Option.Option<string>>;
/** How a call is made, and what is printed of it. */
export declare const call: (say: Say) => {
    signType: Flag.Flag<Option.Option<"HMAC-SHA256" | "MD5">>;
    adapter: Flag.Flag<"node-https" | "undici">;
    endpoint: Flag.Flag<Option.Option<string>>;
    protocol: Flag.Flag<Option.Option<"v2" | "v3">>;
    json: Flag.Flag<boolean>;
};
/** A port; `least` is 0 where one may leave the choice to the system. */
export declare const port: (name: string, description: string, least?: 0 | 1) => Flag.Flag<Option.Option<number>>;
