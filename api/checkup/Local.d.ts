/** What can be checked without the network, and the clock once a host has told its time. */
import * as Merchant from "@wechat-refund/core/Merchant";
import * as ClientCertificate from "@wechat-refund/mutual-tls/ClientCertificate";
import * as Effect from "effect/Effect";
import { type Say } from "./Language.ts";
import { type Check } from "./Check.ts";
import type * as Probe from "./Probe.ts";
/** Settings and API key. */
export declare const merchantChecks: (say: Say, signType: "HMAC-SHA256" | "MD5" | undefined) => Effect.Effect<{
    checks: Check[];
    merchant: Merchant.MerchantIdentity | undefined;
    knowsNumber: boolean;
}, never, never>;
/** The certificate by itself. */
export declare const certificateCheck: (say: Say, knowsNumber: boolean) => Effect.Effect<{
    certificate: undefined;
    check: Check;
} | {
    certificate: ClientCertificate.ClientCertificate;
    check: Check;
}, never, never>;
/** This machine's clock against that of a host. */
export declare const clockCheck: (say: Say, host: Probe.Host | undefined) => Check;
