/** The addresses the gateway answers. */
import * as DownloadBill from "./downloadBill.ts";
import * as Refund from "./refund.ts";
import * as RefundQuery from "./refundQuery.ts";
import type { Endpoint } from "./verdict.ts";

export const endpoints: ReadonlyMap<string, Endpoint> = new Map([
  ["/secapi/pay/refund", Refund.endpoint],
  ["/secapi/pay/refundv2", Refund.endpointV2],
  ["/pay/refundquery", RefundQuery.endpoint],
  ["/pay/refundqueryv2", RefundQuery.endpointV2],
  ["/pay/downloadbill", DownloadBill.endpoint],
]);
