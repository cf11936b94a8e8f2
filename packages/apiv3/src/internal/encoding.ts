/** A reply's body as it is signed: a proxy, or the gateway itself, may have compressed it, though nobody asked for that. */
import { gunzipSync, inflateRawSync, inflateSync } from "node:zlib";
import type { TransportReply } from "@wechat-refund/core/Transport";
import * as Result from "effect/Result";

const valueOf = ({ headers }: TransportReply): string => {
  const found = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === "content-encoding");
  return (found?.[1] ?? "").trim().toLowerCase();
};

/** `deflate` is zlib's form; some send it without its first bytes. */
const inflate = (body: Uint8Array, options: { readonly maxOutputLength: number }): Uint8Array =>
  ((body[0] ?? 0) & 0x0f) === 8 && (((body[0] ?? 0) << 8) | (body[1] ?? 0)) % 31 === 0
    ? inflateSync(body, options)
    : inflateRawSync(body, options);

/** The reply with its body unpacked, or what is wrong with it. It grows to no more than `maxBytes`. */
export const unpacked = (reply: TransportReply, maxBytes: number): Result.Result<TransportReply, string> => {
  const encoding = valueOf(reply);
  if (encoding === "" || encoding === "identity" || reply.body.length === 0) return Result.succeed(reply);
  const unpack =
    encoding === "gzip" || encoding === "x-gzip" ? gunzipSync : encoding === "deflate" ? inflate : undefined;
  if (unpack === undefined) return Result.fail("it comes in a Content-Encoding that was not asked for");
  try {
    return Result.succeed({ ...reply, body: unpack(reply.body, { maxOutputLength: maxBytes }) });
  } catch (cause) {
    const isLarge = cause instanceof Error && "code" in cause && cause.code === "ERR_BUFFER_TOO_LARGE";
    return Result.fail(isLarge ? `it is larger than ${maxBytes} bytes` : `it is not what its Content-Encoding says`);
  }
};
