/** `/pay/downloadbill`: a day's table of payments and refunds. Neither it nor its failures are signed. */
import { gzipSync } from "node:zlib";
import type { Ledger } from "../Ledger.ts";
import * as Beijing from "./beijing.ts";
import { type BillType, type Line, table } from "./billTable.ts";
import { document, type Endpoint, unsigned, type Verdict } from "./verdict.ts";

const types: ReadonlyMap<string, BillType> = new Map([
  ["", "ALL"],
  ["ALL", "ALL"],
  ["SUCCESS", "SUCCESS"],
  ["REFUND", "REFUND"],
  ["RECHARGE_REFUND", "RECHARGE_REFUND"],
]);

const day = 86_400_000;
/** Bills are kept for three months. */
const keptFor = 92 * day;

const noBill = unsigned("No Bill Exist", "20002");

const linesOf = (
  ledger: Ledger,
  type: BillType,
  isMeant: (line: Line) => boolean,
  isWithin: (at: number) => boolean,
) => {
  const lines: Array<{ readonly at: number; readonly line: Line }> = [];
  const add = (at: number, line: Line): void => {
    if (isWithin(at) && isMeant(line)) lines.push({ at, line });
  };
  if (type === "ALL" || type === "SUCCESS") for (const order of ledger.orders()) add(order.paidAt, { order });
  if (type !== "SUCCESS") for (const row of ledger.rows()) add(row.acceptedAt, { order: row.order, row });
  return lines.toSorted((a, b) => a.at - b.at).map(({ line }) => line);
};

export const endpoint: Endpoint = {
  certificate: false,
  texts: { unreadable: "data format error", badSignature: "SIGN ERROR" },
  judge: ({ config, ledger }, { merchant, fields, now }): Verdict => {
    const given = (name: string): string => fields.get(name) ?? "";
    if (["appid", "nonce_str", "bill_date"].some((name) => given(name) === "")) return unsigned("missing parameter");
    if (given("appid") !== merchant.appId) return unsigned("appid不存在");
    const type = types.get(given("bill_type"));
    if (type === undefined) return unsigned("invalid bill_type");
    const start = Beijing.startOf(given("bill_date"));
    const packing = given("tar_type");
    if (start === undefined || !["", "GZIP"].includes(packing)) return unsigned("data format error");
    const end = start + day;
    const { bills } = config;
    if (now < end || now - end > keptFor || (type === "RECHARGE_REFUND" && !bills.rechargeRefunds)) return noBill;
    if (now < end + bills.readyAfterMillis) return unsigned("Bill Creating");

    const subMchId = given("sub_mch_id");
    const lines = linesOf(
      ledger,
      type,
      ({ order }) => order.mchId === merchant.mchId && (subMchId === "" || order.subMchId === subMchId),
      (at) => at >= start && at < end,
    );
    if (lines.length === 0) return noBill;
    const break_ = bills.lineEnd === "CRLF" ? "\r\n" : "\n";
    const rows = table({ type, bills, form: bills.form, merchant, end: end - 1, lines });
    const text = Buffer.from(`${bills.byteOrderMark ? "\ufeff" : ""}${rows.join(break_)}${break_}`);
    return packing === "GZIP"
      ? document("application/octet-stream", new Uint8Array(gzipSync(text)))
      : document("text/plain", new Uint8Array(text));
  },
};
