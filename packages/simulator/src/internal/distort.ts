/** What a fault makes of a reply: of its meaning before it is signed, of its bytes after. */
import { gunzipSync, gzipSync } from "node:zlib";
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
    case "Unsign":
      return changed(reply, (text) => text.replace(signElement, ""));
    case "Missign":
      return changed(reply, (text) =>
        text.replace(signElement, (element, sign: string) => element.replace(sign, next(sign).replace("G", "A"))),
      );
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
