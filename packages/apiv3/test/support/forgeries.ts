/** Changes of what the gateway signed, and what counts as a forgery that went through. */
import type { TransportReply } from "@wechat-refund/core/Transport";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import { Operation, Refund, RefundNotice, RefundQuery } from "../../src/index.ts";
import * as gateway from "./gateway.ts";
import { apiV3Key, bytes, callback, envelope, keys, mchId, noticed, now, refund, reply, request } from "./gateway.ts";

/** What came: header fields and bytes. */
export interface Message {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** One signed message, and whether another one in its place proves anything. */
export interface Signed extends Message {
  readonly name: string;
  readonly proves: (message: Message, at?: number) => boolean;
}

const decided = (result: ReturnType<typeof Operation.interpret<never, unknown>>): boolean =>
  Result.isSuccess(result) || result.failure.reason._tag === "Rejected" || result.failure.outcome !== "unknown";

const replied = (name: string, kind: "refund" | "query", { body, headers, status }: TransportReply): Signed => ({
  name,
  headers,
  body,
  proves: (message, at = now) => {
    const given = { status, ...message };
    return decided(
      kind === "refund"
        ? Operation.interpret(Refund.operation, request, given, { keys, now: at })
        : Operation.interpret(RefundQuery.operation, request, given, { keys, now: at }),
    );
  },
});

const receiver = { mchId, apiV3Key: Redacted.make(apiV3Key), keys };

export const openedAt = (message: Message, at = now): boolean =>
  Result.isSuccess(RefundNotice.open(message, { ...receiver, now: at }));

export const messages: ReadonlyArray<Signed> = [
  replied("accepted", "refund", reply(200, refund)),
  replied("NOT_ENOUGH", "refund", reply(403, { code: "NOT_ENOUGH", message: "基本账户余额不足，请充值后重新发起" })),
  replied("a record", "query", reply(200, { ...refund, status: "SUCCESS", success_time: "2026-01-01T12:00:05+08:00" })),
  replied("no such refund", "query", reply(404, { code: "RESOURCE_NOT_EXISTS", message: "退款单不存在" })),
  { name: "a notice", ...callback(envelope(noticed)), proves: openedAt },
];

const fields = ["wechatpay-timestamp", "wechatpay-nonce", "wechatpay-serial", "wechatpay-signature"] as const;

/** Tries the values for every byte of the body. Gives how many were tried, and those that went through. */
export const changeEveryByte = ({ body, headers, proves }: Signed, values: ReadonlyArray<number>, step = 1) => {
  const through: Array<string> = [];
  let tried = 0;
  for (let at = 0; at < body.length; at += step) {
    for (const value of values) {
      if (value === body[at]) continue;
      const changed = Uint8Array.from(body);
      changed[at] = value;
      tried++;
      if (proves({ headers, body: changed })) through.push(`byte ${at} as ${value}`);
    }
  }
  return { tried, through };
};

/** The same of every character of the four header fields. */
export const changeEveryCharacter = ({ body, headers, proves }: Signed, values: ReadonlyArray<number>, step = 1) => {
  const through: Array<string> = [];
  let tried = 0;
  for (const name of fields) {
    const given = headers[name] ?? "";
    for (let at = 0; at < given.length; at += step) {
      for (const value of values) {
        if (value === given.charCodeAt(at)) continue;
        const changed = given.slice(0, at) + String.fromCharCode(value) + given.slice(at + 1);
        tried++;
        if (proves({ headers: { ...headers, [name]: changed }, body })) through.push(`${name}: ${at} as ${value}`);
      }
    }
  }
  return { tried, through };
};

/** Bytes left out, put in, and cut off. */
export const changeLength = ({ body, headers, proves }: Signed) => {
  const whole = Buffer.from(body);
  const variants = [
    ...Array.from(whole, (_, at) => Buffer.concat([whole.subarray(0, at), whole.subarray(at + 1)])),
    ...Array.from(whole, (_, at) => whole.subarray(0, at)),
    ...Array.from(whole, (_, at) => Buffer.concat([whole.subarray(0, at), Buffer.from("\n"), whole.subarray(at)])),
    Buffer.concat([whole, Buffer.from(" ")]),
    Buffer.concat([Buffer.from("\uFEFF"), whole]),
  ];
  const through = variants.flatMap((changed, n) => (proves({ headers, body: changed }) ? [`variant ${n}`] : []));
  return { tried: variants.length, through };
};

/** Header fields swapped, dropped, given twice, in other letters, and of another message. */
export const changeHeaders = ({ body, headers, name: own, proves }: Signed) => {
  const variants: Array<readonly [string, Readonly<Record<string, string>>]> = [];
  for (const one of fields) {
    const { [one]: value = "", ...without } = headers;
    variants.push([`without ${one}`, without]);
    for (const text of [`${value}, ${value}`, `${value},${value}`, `${value} `, ` ${value}`, `"${value}"`, "", "null"])
      variants.push([`${one} as ${text.slice(0, 20)}`, { ...headers, [one]: text }]);
    variants.push([`${one} twice`, { ...headers, [one.toUpperCase()]: value }]);
    variants.push([`${one} twice, one empty`, { ...headers, [one.toUpperCase()]: "" }]);
    for (const changed of [value.toUpperCase(), value.toLowerCase()])
      if (changed !== value) variants.push([`${one} in other letters`, { ...headers, [one]: changed }]);
    for (const other of fields)
      if (other !== one) variants.push([`${one} of ${other}`, { ...headers, [one]: headers[other] ?? "" }]);
  }
  for (const other of messages) {
    if (other.name === own) continue;
    variants.push([`header of ${other.name}`, other.headers]);
    for (const one of fields)
      if (other.headers[one] !== headers[one])
        variants.push([`${one} of ${other.name}`, { ...headers, [one]: other.headers[one] ?? "" }]);
  }
  const through = variants.flatMap(([what, changed]) => (proves({ headers: changed, body }) ? [what] : []));
  return { tried: variants.length, through };
};

/** The same bytes signed with another key under this id, with this key under another id, and at another time than now. */
export const signOtherwise = ({ body, proves }: Signed) => {
  const variants: Array<readonly [string, Readonly<Record<string, string>>, number]> = [
    ["another key", gateway.signatureOf(body, { key: gateway.other.privateKey }), now],
    ["the merchant's key", gateway.signatureOf(body, { key: gateway.merchantKey.privateKey }), now],
    ["another id", gateway.signatureOf(body, { serial: "PUB_KEY_ID_1" }), now],
    ["the merchant's id", gateway.signatureOf(body, { serial: gateway.serialNo }), now],
    ...[300, 301, 600, 86_400, -300, -301, -86_400].map(
      (away) => [`${away} s away`, gateway.signatureOf(body), now + away] as const,
    ),
    ...["0", "", "-1", "1e10", "9".repeat(30), "Infinity"].map(
      (timestamp) => [`at ${timestamp}`, gateway.signatureOf(body, { timestamp }), Number(timestamp) || now] as const,
    ),
  ];
  const through = variants.flatMap(([what, headers, at]) => (proves({ headers, body }, at) ? [what] : []));
  return { tried: variants.length, through };
};

/** Notices put together from others: outer parts without a new signature, sealed parts even with one. */
export const splice = (count: number) => {
  const all = Array.from({ length: count }, (_, n) =>
    envelope(
      { ...noticed, out_refund_no: `R-${n}`, amount: { ...noticed.amount, refund: 1 + (n % 90) } },
      { id: `EV-${n}`, resource: undefined },
    ),
  ).map((outer, n) => ({
    ...outer,
    resource: gateway.seal(
      JSON.stringify({ ...noticed, out_refund_no: `R-${n}`, amount: { ...noticed.amount, refund: 1 + (n % 90) } }),
      { nonce: `nonce-${String(n).padStart(6, "0")}` },
    ),
  }));
  const signed = all.map((one) => callback(one));
  const through: Array<string> = [];
  let tried = 0;
  const attempt = (what: string, message: Message) => {
    tried++;
    if (openedAt(message)) through.push(what);
  };
  for (const [n, mine] of all.entries()) {
    for (const [m, theirs] of all.entries()) {
      if (n === m) continue;
      const headers = signed[n]?.headers ?? {};
      attempt(`header ${n}, body ${m}`, { headers, body: signed[m]?.body ?? bytes("") });
      attempt(`resource of ${m}`, { headers, body: bytes({ ...mine, resource: theirs.resource }) });
      // As if the signature were no hindrance: the tag covers nonce, associated data and every block.
      const [one, other] = [
        Buffer.from(mine.resource.ciphertext, "base64"),
        Buffer.from(theirs.resource.ciphertext, "base64"),
      ];
      const half = 16 * Math.floor(one.length / 32);
      const ciphertext = Buffer.concat([one.subarray(0, half), other.subarray(half)]).toString("base64");
      attempt(`blocks of ${n} and ${m}`, callback({ ...mine, resource: { ...mine.resource, ciphertext } }));
      attempt(
        `ciphertext of ${m}`,
        callback({ ...mine, resource: { ...mine.resource, ciphertext: theirs.resource.ciphertext } }),
      );
      attempt(`nonce of ${m}`, callback({ ...mine, resource: { ...mine.resource, nonce: theirs.resource.nonce } }));
    }
  }
  return { tried, through };
};
