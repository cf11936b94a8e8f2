/** `/pay/downloadbill`: a day's table of payments and refunds. Neither it nor its failures are signed. */
import { gzipSync } from "node:zlib";
import * as Beijing from "./beijing.ts";
import type { BillType } from "./billTable.ts";
import { dayBill } from "./dayBill.ts";
import { document, type Endpoint, unsigned, type Verdict } from "./verdict.ts";

const types: ReadonlyMap<string, BillType> = new Map([
  ["", "ALL"],
  ["ALL", "ALL"],
  ["SUCCESS", "SUCCESS"],
  ["REFUND", "REFUND"],
  ["RECHARGE_REFUND", "RECHARGE_REFUND"],
]);

const noBill = unsigned("No Bill Exist", "20002");

export const endpoint: Endpoint = {
  certificate: false,
  texts: { unreadable: "data format error", badSignature: "SIGN ERROR" },
  judge: (world, { merchant, fields, now }): Verdict => {
    const given = (name: string): string => fields.get(name) ?? "";
    if (["appid", "nonce_str", "bill_date"].some((name) => given(name) === "")) return unsigned("missing parameter");
    if (given("appid") !== merchant.appId) return unsigned("appid不存在");
    const type = types.get(given("bill_type"));
    if (type === undefined) return unsigned("invalid bill_type");
    const start = Beijing.startOf(given("bill_date"));
    const packing = given("tar_type");
    if (start === undefined || !["", "GZIP"].includes(packing)) return unsigned("data format error");
    const bill = dayBill(world, { merchant, subMchId: given("sub_mch_id"), type, start, now });
    if (bill === "none") return noBill;
    if (bill === "creating") return unsigned("Bill Creating");
    return packing === "GZIP"
      ? document("application/octet-stream", new Uint8Array(gzipSync(bill)))
      : document("text/plain", bill);
  },
};
