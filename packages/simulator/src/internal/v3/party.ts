/** Whose refund is meant: a direct merchant's own, or that of one of a provider's sub-merchants. */
import type { Merchant } from "../../GatewayConfig.ts";
import { no, type Refused } from "./verdict.ts";

const wrong = (location: "body" | "query", issue: string): Refused =>
  no(400, "PARAM_ERROR", "参数错误", { field: location === "body" ? "/sub_mchid" : "sub_mchid", issue, location });

export const partyOf = (
  { subMerchants }: Merchant,
  subMchId: string | undefined,
  location: "body" | "query",
): Refused | { readonly _tag: "Party"; readonly subMchId: string | undefined } => {
  if (subMerchants.length === 0) {
    return subMchId === undefined ? { _tag: "Party", subMchId } : wrong(location, "非服务商");
  }
  if (subMchId === undefined) return wrong(location, "缺少必填字段");
  // A sub-merchant that is not the provider's looks like a refund that is not there.
  const isKnown = location === "query" || subMerchants.some((sub) => sub.subMchId === subMchId);
  return isKnown ? { _tag: "Party", subMchId } : no(404, "MCH_NOT_EXISTS", "商户号不存在");
};
