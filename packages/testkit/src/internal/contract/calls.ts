/**
 * The calls that clauses are checked with: APIv2's, a POST of XML that is signed within, and the two kinds of APIv3, a POST of JSON and a
 * GET, which are signed in a field. A transport does not tell them apart, so what it promises is the same for all.
 *
 * Over APIv3 replies are signed in their fields too: every reply of every check then has them, and must come back with them.
 */
import type { TransportReply, TransportRequest } from "@wechat-refund/core/Transport";
import type * as Script from "../../Script.ts";

export type Calls = "XML" | "JSON" | "GET";

/** All of them. */
export const kinds: ReadonlyArray<Calls> = ["XML", "JSON", "GET"];

export interface RequestOptions {
  readonly path?: string;
  readonly host?: string;
  readonly contentType?: string;
  /** Further fields; they take the place of those that every request of the kind has. */
  readonly headers?: TransportRequest["headers"];
  /** Only where the kind of call has one. */
  readonly body?: string | Uint8Array;
}

/** What marks a request as ours, as text and as printed bytes. */
export const canaries: readonly [string, ...ReadonlyArray<string>] = [
  "C4NARY",
  "43344e415259",
  "43 34 4e 41 52 59",
  "67,52,78,65,82,89",
  "67, 52, 78, 65, 82, 89",
];

const digest = "5E884898DA28047151D0E56F8DC62927";

const signedBy = (mark: string): TransportRequest["headers"] => ({
  Accept: "application/json",
  Authorization: `WECHATPAY2-SHA256-RSA2048 mchid="1900000109",nonce_str="${mark}",signature="C4NARY${digest}+/==",timestamp="1767240005",serial_no="408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB"`,
  "User-Agent": "a-shop/1.0",
  "Wechatpay-Serial": "PUB_KEY_ID_0119000001092026",
});

const without = (
  headers: TransportRequest["headers"],
  other: TransportRequest["headers"],
): TransportRequest["headers"] => {
  const names = new Set(Object.keys(other).map((name) => name.toLowerCase()));
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.has(name.toLowerCase())));
};

const utf8 = new TextEncoder();

/** A request of a kind to a port; `mark` makes it unlike any other. */
export const requestOf = (
  calls: Calls,
  { port }: { readonly port: number },
  mark: string,
  { body: given, contentType, headers = {}, host = "localhost", path }: RequestOptions,
): TransportRequest => {
  const address = (usual: string): string => `https://${host}:${port}${path ?? usual}`;
  if (calls === "GET") {
    const fields = { ...signedBy(mark), ...(contentType !== undefined && { "Content-Type": contentType }) };
    const url = address(`/v3/refund/domestic/refunds/${mark}`);
    return { method: "GET", url, headers: { ...without(fields, headers), ...headers } };
  }
  const [fields, usual, body]: readonly [TransportRequest["headers"], string, string] =
    calls === "XML"
      ? [
          { "Content-Type": contentType ?? "text/xml; charset=utf-8" },
          "/pay",
          `<xml><sign>C4NARY${mark}-${digest}</sign></xml>`,
        ]
      : [
          { ...signedBy(mark), "Content-Type": contentType ?? "application/json" },
          "/v3/refund/domestic/refunds",
          `{"out_refund_no":"C4NARY${mark}","amount":{"refund":1,"total":1,"currency":"CNY"}}`,
        ];
  const content = given ?? body;
  return {
    method: "POST",
    url: address(usual),
    headers: { ...without(fields, headers), ...headers },
    body: typeof content === "string" ? utf8.encode(content) : content,
  };
};

/** The fields that sign a reply, as servers write them. */
export const signature: Readonly<Record<string, string>> = {
  "Wechatpay-Nonce": "d824f2e086d3c1df967785d13fcd22ef",
  "Wechatpay-Serial": "PUB_KEY_ID_0119000001092026",
  "Wechatpay-Signature": `${"c2lnbmF0dXJl".repeat(28)}c2k+/w==`,
  "Wechatpay-Timestamp": "1767240005",
};

const fields = Object.entries(signature)
  .map(([name, value]) => `${name}: ${value}\r\n`)
  .join("");

/** The bytes with the fields in the head of every final reply among them that has none of its own. */
const signed = (bytes: Uint8Array): Uint8Array => {
  const text = Buffer.from(bytes).toString("latin1");
  if (!text.startsWith("HTTP/1.1 ") || /\r\nwechatpay-signature:/i.test(text)) return bytes;
  return Buffer.from(text.replace(/HTTP\/1\.1 [2-5]\d\d[^\r\n]*\r\n/g, `$&${fields}`), "latin1");
};

const signing = (step: Script.Step): Script.Step =>
  step.do === "send"
    ? { ...step, bytes: signed(step.bytes) }
    : step.do === "answer"
      ? { ...step, to: (request) => signed(step.to(request)) }
      : step.do === "repeat"
        ? { ...step, steps: step.steps.map(signing) }
        : step;

/** The script of a server that these calls are made to. */
export const scriptOf = (calls: Calls, script: Script.Script): Script.Script => {
  if (calls === "XML") return script;
  const [first, ...others] = script;
  const all = (connection: Script.Connection) => ({ ...connection, steps: connection.steps.map(signing) });
  return [all(first), ...others.map(all)];
};

/** The first field of a reply's signature that has not come back as it was. */
export const lostOf = (calls: Calls, { headers }: TransportReply): string | undefined =>
  calls === "XML"
    ? undefined
    : Object.entries(signature).find(([name, value]) => headers[name.toLowerCase()] !== value)?.[0];
