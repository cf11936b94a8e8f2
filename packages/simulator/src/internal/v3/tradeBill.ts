/**
 * `GET /v3/bill/tradebill` and the file it leads to: the same table as `/pay/downloadbill`. The answer is signed and names the file's
 * SHA-1; the file is not signed.
 */
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import * as Beijing from "../beijing.ts";
import type { BillType } from "../billTable.ts";
import { dayBill } from "../dayBill.ts";
import { strange } from "./query.ts";
import { answered, type EndpointV3, no } from "./verdict.ts";

const filePath = "/v3/billdownload/file";
/** How long an address is good. */
const lifetime = 5 * 60_000;

const types: ReadonlyMap<string | null, BillType> = new Map([
  [null, "ALL"],
  ["ALL", "ALL"],
  ["SUCCESS", "SUCCESS"],
  ["REFUND", "REFUND"],
]);

const wrong = (field: string, value: string | null) =>
  no(400, "PARAM_ERROR", "参数错误", { field, location: "query", value });

export const endpoint: EndpointV3 = {
  kind: "bill",
  method: "GET",
  path: "/v3/bill/tradebill",
  judge: (world, { merchant, query, origin, now }) => {
    const unknown = strange(query, "bill_date", "sub_mchid", "bill_type", "tar_type");
    if (unknown !== undefined) return unknown;
    const date = query.get("bill_date");
    const start = /^\d{4}-\d{2}-\d{2}$/.test(date ?? "")
      ? Beijing.startOf((date ?? "").replaceAll("-", ""))
      : undefined;
    if (start === undefined) return wrong("bill_date", date);
    const type = types.get(query.get("bill_type"));
    if (type === undefined) return wrong("bill_type", query.get("bill_type"));
    const packing = query.get("tar_type");
    if (packing !== null && packing !== "GZIP") return wrong("tar_type", packing);

    const bill = dayBill(world, { merchant, subMchId: query.get("sub_mchid") ?? "", type, start, now });
    if (bill === "none") return no(400, "NO_STATEMENT_EXIST", "账单文件不存在");
    if (bill === "creating") return no(400, "STATEMENT_CREATING", "账单生成中");
    const { downloads } = world;
    for (const [token, { until }] of downloads) if (until <= now) downloads.delete(token);
    const token = world.nonce() + world.nonce();
    const body = packing === null ? bill : new Uint8Array(gzipSync(bill));
    downloads.set(token, { mchId: merchant.mchId, until: now + lifetime, body });
    return answered({
      download_url: `${origin}${filePath}?token=${token}`,
      hash_type: "SHA1",
      hash_value: createHash("sha1").update(bill).digest("hex"),
    });
  },
};

export const file: EndpointV3 = {
  kind: "bill",
  method: "GET",
  path: filePath,
  judge: ({ downloads }, { merchant, query, now }) => {
    const found = downloads.get(query.get("token") ?? "");
    if (found === undefined || found.until <= now)
      return no(400, "PARAM_ERROR", "参数错误", { field: "token", location: "query" });
    if (found.mchId !== merchant.mchId) return no(403, "NO_AUTH", "下载账单的商户和申请账单的商户不一致");
    return { _tag: "Document", contentType: "application/octet-stream", body: found.body };
  },
};
