/** How a verdict looks on the wire: pages, unsigned failures, signed replies, and documents that are none of these. */
import * as Result from "effect/Result";
import type { Reply } from "../Call.ts";
import * as Message from "../Message.ts";
import type { Visit } from "./admission.ts";
import type { Keys } from "./keyring.ts";
import type { Document, Outside, Verdict } from "./verdict.ts";

export interface Rendered {
  readonly reply: Reply;
  readonly replySigned?: string;
  /** As in `Exchange`. */
  readonly outcome: string;
}

const html = (status: number, reason: string, title: string | undefined): string =>
  [
    "<html>",
    `<head><title>${status} ${title ?? reason}</title></head>`,
    `<body bgcolor="white">`,
    `<center><h1>${status} ${reason}</h1></center>`,
    ...(title === undefined ? [] : [`<center>${title}</center>`]),
    "<hr><center>nginx</center>",
    "</body>",
    "</html>",
  ].join("\n");

// The real gateway was seen to call its XML plain text, so nobody gets to rely on the content type here either.
const xml = (fields: Message.Fields): Reply => ({
  status: 200,
  contentType: "text/plain",
  body: Result.getOrThrowWith(
    Message.write(fields),
    ({ field, reason }) => new Error(`the gateway's own reply cannot be written: ${field} ${reason}`),
  ),
});

/** What a signed reply says back of the request. */
const echo = ({ fields, merchant }: Visit): ReadonlyArray<readonly [string, string]> => {
  const isProvider = merchant.subMerchants.length > 0;
  return ["appid", "mch_id", ...(isProvider ? ["sub_appid", "sub_mch_id"] : []), "device_info"].flatMap((name) =>
    name !== "device_info" || fields.has(name) ? [[name, fields.get(name) ?? ""] as const] : [],
  );
};

/** A verdict without a signature. */
export const outside = (verdict: Outside | Document): Rendered => {
  switch (verdict._tag) {
    case "Unsigned": {
      const { text, errorCode } = verdict;
      const fields = Object.entries({
        return_code: "FAIL",
        return_msg: text,
        ...(errorCode !== undefined && { error_code: errorCode }),
      });
      return { reply: xml(new Map(fields)), outcome: `FAIL ${text}` };
    }
    case "Page": {
      const body = new TextEncoder().encode(html(verdict.status, verdict.reason, verdict.title));
      return { reply: { status: verdict.status, contentType: "text/html", body }, outcome: `HTTP ${verdict.status}` };
    }
    case "Document": {
      const { contentType, body } = verdict;
      return { reply: { status: 200, contentType, body }, outcome: "SUCCESS" };
    }
  }
};

/** Any verdict on a request that was admitted. */
export const reply = (visit: Visit, verdict: Verdict, keys: Keys, nonce: () => string): Rendered => {
  if (verdict._tag !== "Answered" && verdict._tag !== "Refused") return outside(verdict);
  const [own, outcome] =
    verdict._tag === "Answered"
      ? [[["result_code", "SUCCESS"] as const, ...verdict.fields], "SUCCESS"]
      : [Object.entries({ result_code: "FAIL", err_code: verdict.code, err_code_des: verdict.text }), verdict.code];
  const fields = new Map<string, string>([
    ["return_code", "SUCCESS"],
    ["return_msg", "OK"],
    ...echo(visit),
    ["nonce_str", nonce()],
    ...own,
  ]);
  const replySigned = Message.signingText(fields);
  const { repliesSignedWith } = visit.merchant;
  const key = repliesSignedWith === "request-key" ? visit.key : (keys[repliesSignedWith] ?? keys.apiKey);
  fields.set("sign", Message.signText(replySigned, key, visit.algorithm));
  return { reply: xml(fields), replySigned, outcome };
};
