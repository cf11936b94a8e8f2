/** What a fault makes of a reply: of its meaning before it is signed, of its bytes after. */
import { deflateSync, gunzipSync, gzipSync } from "node:zlib";
import type { Reply } from "../Call.ts";
import type { Fault } from "../Fault.ts";
import { answered, type Verdict } from "./verdict.ts";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

/** Another number of the same form: its last letter or digit is moved on by one. */
const next = (number: string): string =>
  number.replace(/[0-9A-Za-z](?=[^0-9A-Za-z]*$)/, (last) =>
    last === "9" ? "0" : last === "Z" ? "A" : last === "z" ? "a" : String.fromCharCode(last.charCodeAt(0) + 1),
  );

const numbers = /^(out_refund_no|refund_id)(_\d+)?$/;

/** The same answer about another refund. */
export const misdirect = (verdict: Verdict): Verdict =>
  verdict._tag === "Answered"
    ? answered(
        new Map([...verdict.fields].map(([name, value]) => [name, numbers.test(name) ? next(value) : value])),
        verdict.repeated,
      )
    : verdict;

const isNumber = (name: string): boolean => name === "out_refund_no" || name === "refund_id";

/** The same of a record of APIv3. */
export const misdirectRecord = (record: object): object =>
  Object.fromEntries(
    Object.entries(record).map(([name, value]: [string, unknown]) => [
      name,
      isNumber(name) && typeof value === "string" ? next(value) : value,
    ]),
  );

/** What the signature of a probe (签名探测流量) begins with. */
export const probe = "WECHATPAY/SIGNTEST/";

const signatureOf = ({ headers }: Reply): string | undefined => headers?.["Wechatpay-Signature"];
const withSignature = (reply: Reply, signature: string): Reply => ({
  ...reply,
  headers: { ...reply.headers, "Wechatpay-Signature": signature },
});
const withoutSignature = ({ headers, ...reply }: Reply): Reply => ({
  ...reply,
  ...(headers !== undefined && {
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith("Wechatpay-"))),
  }),
});

/** The same signature with its first character another: still Base64, of the right length. */
const another = (signature: string): string => `${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`;

/** A signature as a probe carries it: of Base64's letters, and too long to be one. */
export const probeOf = (signature: string): string => `${probe}${signature}`;

const signElement = /<sign><!\[CDATA\[([^\]]*)\]\]><\/sign>/;
/** A packed bill is changed as its text, and packed again. */
const changed = (reply: Reply, change: (text: string) => string): Reply => {
  const isPacked = reply.body[0] === 0x1f && reply.body[1] === 0x8b;
  const body = encoder.encode(change(decoder.decode(isPacked ? gunzipSync(reply.body) : reply.body)));
  return { ...reply, body: isPacked ? new Uint8Array(gzipSync(body)) : body };
};

/** The reply as it leaves; `Cut` and what ends the connection instead are the carrier's. */
export const distort = (reply: Reply, fault: Fault | undefined): Reply => {
  switch (fault?._tag) {
    case "Mangle":
      return changed(reply, (text) => text.replace(fault.find, () => fault.put));
    case "Corrupt": {
      const body = reply.body.slice();
      const at = Math.min(Math.floor(fault.at * body.length), body.length - 1);
      body[at] = (body[at] ?? 0) ^ fault.xor;
      return { ...reply, body };
    }
    case "Truncate":
      return { ...reply, body: reply.body.slice(0, fault.bytes) };
    case "Probe": {
      const signature = signatureOf(reply);
      return signature === undefined ? reply : withSignature(reply, probeOf(signature));
    }
    case "Deflate":
      return reply.headers === undefined
        ? reply
        : {
            ...reply,
            headers: { ...reply.headers, "Content-Encoding": "deflate" },
            body: new Uint8Array(deflateSync(reply.body)),
          };
    case "Unsign":
      if (signatureOf(reply) !== undefined) return withoutSignature(reply);
      return changed(reply, (text) => text.replace(signElement, ""));
    case "Missign": {
      const signature = signatureOf(reply);
      if (signature !== undefined) return withSignature(reply, another(signature));
      return changed(reply, (text) =>
        text.replace(signElement, (element, sign: string) => element.replace(sign, next(sign).replace("G", "A"))),
      );
    }
    case "Replace":
      return {
        status: fault.status,
        contentType: fault.contentType ?? "text/html",
        body: typeof fault.body === "string" ? encoder.encode(fault.body) : fault.body,
      };
    default:
      return reply;
  }
};
