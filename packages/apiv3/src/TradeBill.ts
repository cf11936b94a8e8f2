/**
 * The trade bill (交易账单) of a day through APIv3, in two steps: where it is (signed both ways, an address for five minutes), and the file
 * (asked for with a signature, and answered without one), whose SHA-1 the first step told. It holds refunds of both protocols.
 *
 * What a bill says is core's to read. A file whose digest holds is the one that the gateway meant.
 *
 * Source: the trade bill pages of APIv3 (申请交易账单, 下载账单).
 */
import { maxReplyBytes as maxFileBytes } from "@wechat-refund/core/RefundBill";
import type { TransportReply, TransportRequest } from "@wechat-refund/core/Transport";
import {
  GatewayRefused,
  InvalidRequest,
  MalformedReply,
  type Reason,
  Rejected,
  UntrustedReply,
} from "@wechat-refund/core/RefundError";
import * as Result from "effect/Result";
import { sha1 } from "./internal/crypto.ts";
import { unpacked } from "./internal/encoding.ts";
import { textAt } from "./internal/json.ts";
import { authenticate, type Call, type PrepareContext, signed, type Trust } from "./Operation.ts";

/** Which bill. */
export interface TradeBillRequest {
  /** `YYYY-MM-DD`, Beijing time; ready after 10:00 of the next day. */
  readonly billDate: string;
  /** `ALL`, unless only payments (`SUCCESS`) or refunds (`REFUND`) are wanted. */
  readonly billType?: "ALL" | "SUCCESS" | "REFUND" | undefined;
  /** Whether the file is to be compressed. */
  readonly gzip?: boolean | undefined;
}

/** Where the bill is. */
export interface TradeBillLink {
  /** Lower-case hex of SHA-1, of the file as it is after decompression. */
  readonly sha1: string;
  /** Good for five minutes, and asked for with a signature. */
  readonly downloadUrl: string;
}

const invalid = (field: string, message: string): Result.Result<never, InvalidRequest> =>
  Result.fail(new InvalidRequest({ issues: [{ field, wire: field, message }] }));

const isDay = (text: unknown): text is string =>
  typeof text === "string" &&
  /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text) &&
  !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) &&
  new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);

const types: ReadonlySet<unknown> = new Set(["ALL", "SUCCESS", "REFUND"]);

/** The request for the bill's address. */
export const prepare = (
  { billDate, billType = "ALL", gzip = false }: TradeBillRequest,
  context: PrepareContext,
): Result.Result<TransportRequest, InvalidRequest> => {
  if (!isDay(billDate)) return invalid("billDate", "must be a day as YYYY-MM-DD, in Beijing time");
  if (!types.has(billType)) return invalid("billType", "must be ALL, SUCCESS or REFUND");
  const query = [
    `bill_date=${billDate}`,
    `bill_type=${billType}`,
    ...(gzip ? ["tar_type=GZIP"] : []),
    ...(context.subMchId === undefined ? [] : [`sub_mchid=${encodeURIComponent(context.subMchId)}`]),
  ];
  const call: Call = { method: "GET", path: `/v3/bill/tradebill?${query.join("&")}` };
  return Result.map(signed(call, context), ({ request }) => request);
};

const maxReplyBytes = 64 * 1024;
const hex = /^[0-9a-f]{40}$/;

/** Reads where the bill is. A day without a trade is a `Rejected` with NO_STATEMENT_EXIST, one that is not ready STATEMENT_CREATING. */
export const interpret = (reply: TransportReply, trust: Trust): Result.Result<TradeBillLink, Reason> =>
  Result.flatMap(authenticate(reply, trust, maxReplyBytes), (json): Result.Result<TradeBillLink, Reason> => {
    const { status } = reply;
    if (status !== 200) {
      const [errCode = "", errCodeDes] = [textAt(json, "code"), textAt(json, "message")];
      return Result.fail(
        new Rejected({ operation: "refundquery", errCode, ...(errCodeDes !== undefined && { errCodeDes }), status }),
      );
    }
    const digest = textAt(json, "hash_value")?.toLowerCase();
    if (textAt(json, "hash_type") !== "SHA1" || digest === undefined || !hex.test(digest)) {
      return Result.fail(new MalformedReply({ field: "hash_value", problem: "hash_value is not a SHA-1" }));
    }
    const downloadUrl = textAt(json, "download_url");
    const url = downloadUrl === undefined ? null : URL.parse(downloadUrl);
    if (downloadUrl === undefined || url === null || url.protocol !== "https:" || url.username !== "") {
      return Result.fail(
        new MalformedReply({ field: "download_url", problem: "download_url is not an https: address" }),
      );
    }
    return Result.succeed({ sha1: digest, downloadUrl });
  });

/** The request for the file; the token in the address is part of what is signed. It goes to where the address says. */
export const prepareDownload = (
  { downloadUrl }: TradeBillLink,
  context: Omit<PrepareContext, "endpoint">,
): Result.Result<TransportRequest, InvalidRequest> => {
  const [, endpoint = "", path = ""] = /^(https:\/\/[^/?#]+)(\/[^#]*)$/.exec(downloadUrl) ?? [];
  if (endpoint === "") return invalid("downloadUrl", "must be the address that the first step told, with its path");
  return Result.map(signed({ method: "GET", path }, { ...context, endpoint }), ({ request }) => request);
};

/**
 * The bytes of the file, of any status but 200 none; without a Content-Encoding, which a proxy may have added. They are compared once they are
 * decompressed: see `verifyFile`.
 */
export const interpretDownload = (reply: TransportReply): Result.Result<Uint8Array, GatewayRefused> =>
  reply.status === 200
    ? // What cannot be unpacked is not the file that was meant, as its digest will tell.
      Result.succeed(Result.getOrElse(unpacked(reply, maxFileBytes), () => reply).body)
    : Result.fail(new GatewayRefused({ status: reply.status, protocol: "v3" }));

/** The decompressed file, if it is the one that the signed reply meant. */
export const verifyFile = (
  file: Uint8Array,
  { sha1: expected }: TradeBillLink,
): Result.Result<Uint8Array, UntrustedReply> => {
  const received = sha1(file);
  return received === expected
    ? Result.succeed(file)
    : Result.fail(new UntrustedReply({ problem: "mismatch", field: "hash_value", expected, received }));
};
