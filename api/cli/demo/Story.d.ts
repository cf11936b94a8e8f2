import * as Effect from "effect/Effect";
import * as Adapters from "../Adapters.ts";
import { type Say } from "@wechat-refund/checkup/Language";
/** Tells the story; answers whether everything came out as it should. Another `adapter` is for trying that it would not. */
export declare const run: (adapter?: typeof Adapters.layer | undefined, say?: Say | undefined) => Effect.Effect<boolean, import("@wechat-refund/simulator/Server").CannotListen | import("@wechat-refund/mutual-tls/CertificateError").CertificateError | import("@wechat-refund/core/Merchant").InvalidMerchant, never>;
