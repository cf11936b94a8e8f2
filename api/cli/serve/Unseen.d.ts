/** Refunds of the store that are not ended, and to which no merchant of this service sees: said when it begins, for they rest without a word. */
import { Merchants } from "@wechat-refund/core/Merchants";
import * as Refunds from "@wechat-refund/durable/Refunds";
import * as Effect from "effect/Effect";
/** A line of the log for each merchant number. */
export declare const tell: Effect.Effect<void, import("effect/sql/SqlError").SqlError, Merchants | Refunds.Refunds>;
