import * as Merchant from "@wechat-refund/core/Merchant";
import { Transport } from "@wechat-refund/core/Transport";
import * as Effect from "effect/Effect";
import type { Say } from "./Language.ts";
import { type Check } from "./Check.ts";
/** Does the front take the certificate? */
export declare const refundCheck: (say: Say, endpoint: string, reachable: boolean, has: boolean) => Effect.Effect<Check, never, Transport>;
/** Do both sides sign with the same key? */
export declare const signatureCheck: (say: Say, endpoint: string, reachable: boolean, merchant: Merchant.MerchantIdentity | undefined) => Effect.Effect<Check, never, Transport>;
