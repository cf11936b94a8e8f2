import * as Effect from "effect/Effect";
import * as Adapters from "../Adapters.ts";
import type { Report } from "./Report.ts";
import * as Stage from "./Stage.ts";
/** Makes the refund in every combination and ends with a table of them. */
export declare const all: (report: Report, cast: Stage.Cast, adapter: typeof Adapters.layer) => Effect.Effect<void, import("@wechat-refund/simulator/Server").CannotListen | import("@wechat-refund/mutual-tls/CertificateError").CertificateError | import("@wechat-refund/core/Merchant").InvalidMerchant, never>;
