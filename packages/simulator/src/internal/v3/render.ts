/** How a verdict of APIv3 looks on the wire: JSON with the four headers of a signature, JSON without, a file, or nothing at all. */
import type { Reply } from "../../Call.ts";
import { replyText, scheme, sign } from "../../MessageV3.ts";
import type { Signer } from "../../PlatformKeys.ts";
import type { VerdictV3 } from "./verdict.ts";

export interface Rendered {
  readonly reply: Reply;
  readonly replySigned?: string;
  /** As in `Exchange`. */
  readonly outcome: string;
}

/** The headers that carry a signature of these bytes, and the text it is of. */
export const signature = (
  body: Uint8Array,
  { id, privateKey }: Signer,
  clock: number,
  nonce: string,
): { readonly headers: Readonly<Record<string, string>>; readonly text: string } => {
  const timestamp = String(Math.floor(clock / 1_000));
  const text = replyText(timestamp, nonce, body);
  return {
    headers: {
      "Wechatpay-Nonce": nonce,
      "Wechatpay-Serial": id,
      "Wechatpay-Signature": sign(text, privateKey),
      "Wechatpay-Signature-Type": scheme,
      "Wechatpay-Timestamp": timestamp,
    },
    text: Buffer.from(text).toString(),
  };
};

const contentType = "application/json; charset=utf-8";
const bytes = (value: object): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

/** Success ends in 0; of the failures only this one's number was recorded. */
const numbers: Readonly<Record<string, string>> = { SUCCESS: "0", NOT_ENOUGH: "268892709" };

interface Unsigned {
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array;
  readonly outcome: string;
  /** Whether the gateway signs it where it can. */
  readonly isSignable: boolean;
}

const unsigned = (verdict: VerdictV3): Unsigned => {
  switch (verdict._tag) {
    case "Answered":
      return { status: 200, contentType, body: bytes(verdict.body), outcome: "SUCCESS", isSignable: true };
    case "Refused": {
      const { status, code, text: message, detail } = verdict;
      const body = bytes({ code, ...(detail !== undefined && { detail }), message });
      return { status, contentType, body, outcome: code, isSignable: true };
    }
    case "Nothing": {
      const { status } = verdict;
      return { status, contentType, body: new Uint8Array(), outcome: `HTTP ${status}`, isSignable: status < 300 };
    }
    case "Document":
      return { status: 200, ...verdict, outcome: "SUCCESS", isSignable: false };
  }
};

/** A verdict as a reply; signed where there is somebody to sign it. */
export const render = (
  verdict: VerdictV3,
  signer: Signer | undefined,
  clock: number,
  nonce: () => string,
): Rendered => {
  const { status, contentType, body, outcome, isSignable } = unsigned(verdict);
  const id = { "Request-ID": `08${nonce().toUpperCase()}-${numbers[outcome] ?? "268435461"}` };
  if (signer === undefined || !isSignable) {
    return { reply: { status, contentType, body, headers: id }, outcome };
  }
  const { headers, text } = signature(body, signer, clock, nonce());
  return { reply: { status, contentType, body, headers: { ...id, ...headers } }, replySigned: text, outcome };
};
