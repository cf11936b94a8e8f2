/** What a call says on the wire, whichever protocol it speaks. Read here, and not by the product. */
export type Protocol = "v2" | "v3";

/** By APIv2's names where both protocols have them. */
export type Fields = ReadonlyMap<string, string>;

export interface Said {
  readonly protocol: Protocol;
  /** `keys`: the platform certificates (平台证书) are downloaded; it is about no refund. */
  readonly what: "send" | "ask" | "keys";
  readonly fields: Fields;
}

/** A request as far as it says anything. */
export interface Spoken {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: Uint8Array | undefined;
}

const element = /<([A-Za-z_0-9]+)>(?:<!\[CDATA\[([\s\S]*?)\]\]>|([^<]*))<\/\1>/g;
const bytes = new TextDecoder();

const ofXml = (body: string): Fields =>
  new Map([...body.matchAll(element)].map(([, name = "", cdata, plain]) => [name, cdata ?? plain ?? ""]));

interface Applied {
  readonly out_refund_no: string;
  readonly amount: { readonly refund: number; readonly total: number };
}

const applied = (body: string): ReadonlyArray<readonly [string, string]> => {
  const { amount, out_refund_no } = JSON.parse(body) as Applied;
  return [
    ["out_refund_no", out_refund_no],
    ["refund_fee", String(amount.refund)],
    ["total_fee", String(amount.total)],
    // All of it, to the byte.
    ["body", body],
  ];
};

const parameter = (authorization: string, name: string): string =>
  new RegExp(`${name}="([^"]*)"`).exec(authorization)?.[1] ?? "";

const refunds = "/v3/refund/domestic/refunds";

export const saidBy = ({ body = new Uint8Array(), headers = {}, path }: Spoken): Said => {
  const text = bytes.decode(body);
  if (!path.startsWith("/v3/")) {
    return { protocol: "v2", what: path.endsWith("/refund") ? "send" : "ask", fields: ofXml(text) };
  }
  const [, authorization = ""] = Object.entries(headers).find(([name]) => name.toLowerCase() === "authorization") ?? [];
  const whose = [
    ["mch_id", parameter(authorization, "mchid")],
    ["nonce_str", parameter(authorization, "nonce_str")],
  ] as const;
  if (path === refunds) return { protocol: "v3", what: "send", fields: new Map([...whose, ...applied(text)]) };
  if (!path.startsWith(`${refunds}/`)) return { protocol: "v3", what: "keys", fields: new Map(whose) };
  const number = decodeURIComponent(path.slice(refunds.length + 1));
  return { protocol: "v3", what: "ask", fields: new Map([...whose, ["out_refund_no", number]]) };
};
