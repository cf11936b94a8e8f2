import type { RefundByNumber } from "@wechat-refund/core/RefundClient";
import * as Core from "@wechat-refund/core/RefundQuery";
import type { Operation } from "./Operation.ts";
/** The refund query as an operation of APIv3. */
export declare const operation: Operation<RefundByNumber, Core.RefundQueryReply>;
