/** `GET /v3/refund/domestic/refunds/{out_refund_no}`: what has become of a refund. By its number alone, and of any age. */
import { partyOf } from "./party.ts";
import { strange } from "./query.ts";
import { record } from "./record.ts";
import { answered, type EndpointV3, no } from "./verdict.ts";

export const endpoint: EndpointV3 = {
  kind: "query",
  method: "GET",
  path: "/v3/refund/domestic/refunds/",
  judge: ({ config, ledger }, { merchant, param, query, now }) => {
    const wrong = strange(query, "sub_mchid");
    if (wrong !== undefined) return wrong;
    const party = partyOf(merchant, query.get("sub_mchid") ?? undefined, "query");
    if (party._tag !== "Party") return party;
    const row = ledger.findRow({ mchId: merchant.mchId, subMchId: party.subMchId }, { outRefundNo: param });
    return row === undefined
      ? no(404, "RESOURCE_NOT_EXISTS", "退款单不存在")
      : answered(record(row, config.bills.feeRate, now, true));
  },
};
