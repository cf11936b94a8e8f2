/**
 * Apply for a refund (申请退款) through APIv3: the domain's request as JSON, and what the reply says.
 *
 * Success means **accepted**. The reply already tells a status, which is one of that moment: ask with `RefundQuery` what became of it.
 *
 * Source: the refund application page of APIv3, `POST /v3/refund/domestic/refunds`.
 */
import * as Core from "@wechat-refund/core/Refund";
import type { Operation } from "./Operation.ts";
export declare const path = "/v3/refund/domestic/refunds";
/** The refund application as an operation of APIv3. */
export declare const operation: Operation<Core.RefundRequest, Core.RefundAccepted>;
