/**
 * The pure parts alone: request → bytes and reply → result, ours, each peer's own functions, and by hand; then ours over more
 * and more coupons. In one process, in rotation, each sample checked once before it is timed.
 */
import { createRequire } from "node:module";
import { Operation, Refund, Signature, Xml } from "@wechat-refund/core";
import { Redacted, Result } from "effect";
import type { Row } from "./Client.ts";
import * as ContendersV3 from "./ContendersV3.ts";
import * as HandCoded from "./HandCoded.ts";
import * as Reply from "./Reply.ts";
import { line, median } from "./Statistics.ts";
import { ask, check, coupons, fields, merchant, path, type ReplyFields, type Scheme, type SignType } from "./Story.ts";

export interface Pair {
  readonly name: string;
  readonly signType: Scheme;
  readonly reply: Row["reply"];
  readonly prepareNanos: number;
  readonly interpretNanos: number;
}

export interface Micro {
  readonly pairs: ReadonlyArray<Pair>;
  readonly coupons: ReadonlyArray<{ readonly count: number; readonly bytes: number; readonly nanos: number }>;
  readonly couponLine: { readonly slope: number; readonly start: number; readonly explained: number };
  readonly parts: ReadonlyArray<{ readonly name: string; readonly nanos: number }>;
}

const rounds = Number(process.argv[2] ?? "9");
const nonce = "5K8264ILTKCH16CQ2502SI8ZNMTM67VS";
const require = createRequire(import.meta.url);

export interface Contender {
  readonly name: string;
  readonly prepare: () => unknown;
  readonly interpret: () => unknown;
}

const identity = (signType: SignType) => ({
  appId: merchant.appId,
  mchId: merchant.mchId,
  apiKey: Redacted.make(merchant.apiKey),
  signType,
});

const request = (() => {
  const { transactionId, ...rest } = ask(1);
  return { order: { transactionId }, ...rest };
})();

const replyWith = (signType: SignType, count: number, replyFields: ReplyFields = 18): Buffer =>
  Reply.write(Reply.accepted(HandCoded.read(HandCoded.prepare(ask(1), nonce, signType)), signType, count, replyFields));

const contenders = async (signType: SignType, replyFields: ReplyFields): Promise<ReadonlyArray<Contender>> => {
  const body = replyWith(signType, coupons, replyFields);
  const reply = { status: 200, headers: { "content-type": "text/plain" }, body };
  const ours = identity(signType);
  const context = { merchant: ours, nonce, endpoint: Operation.mainEndpoint };
  check(1, {
    totalFee: ask(1).totalFee,
    ...Result.getOrThrow(Operation.interpret(Refund.operation, request, reply, ours)),
  });

  const wire = { appid: merchant.appId, mch_id: merchant.mchId, ...fields(1), sign_type: signType };
  const text = body.toString();

  interface Payment {
    readonly _getSign: (fields: object, signType: string) => string;
    readonly _parse: (xml: string, type: string, signType: string) => Promise<Record<string, string>>;
  }
  const Tenpay = require("tenpay") as new (config: object) => Payment;
  const { buildXML } = require("tenpay/lib/util.js") as { buildXML: (fields: object) => string };
  const tenpay = new Tenpay({ appid: merchant.appId, mchid: merchant.mchId, partnerKey: merchant.apiKey });

  type Step = (this: object, data: unknown) => unknown;
  const { Hash, Transformer } = require("wechatpay-axios-plugin") as {
    Hash: { keyObjectFrom: (key: Buffer) => unknown };
    Transformer: new (mchId: string, key: unknown) => { request: ReadonlyArray<Step>; response: ReadonlyArray<Step> };
  };
  const transformer = new Transformer(merchant.mchId, Hash.keyObjectFrom(Buffer.from(merchant.apiKey)));
  const [sign, write] = transformer.request;
  const [read, verify] = transformer.response;
  if (sign === undefined || write === undefined || read === undefined || verify === undefined) throw new Error("steps");
  const axiosConfig = { url: path.slice(1), method: "post" };

  const told = await tenpay._parse(text, "refund", signType);
  const alsoTold = verify.call(axiosConfig, read.call(axiosConfig, text)) as Record<string, string>;
  for (const each of [told, alsoTold]) {
    check(1, {
      outRefundNo: each["out_refund_no"],
      refundId: each["refund_id"],
      refundFee: each["refund_fee"],
      totalFee: each["total_fee"],
    });
  }

  return [
    {
      name: "ours",
      prepare: () => Result.getOrThrow(Operation.prepare(Refund.operation, request, context)),
      interpret: () => Result.getOrThrow(Operation.interpret(Refund.operation, request, reply, ours)),
    },
    {
      name: "hand-coded",
      prepare: () => HandCoded.prepare(ask(1), nonce, signType),
      interpret: () => HandCoded.interpret(ask(1), body, signType),
    },
    {
      name: "tenpay",
      prepare: () => {
        const all: Record<string, string> = { ...wire, nonce_str: nonce };
        all["sign"] = tenpay._getSign(all, signType);
        return buildXML(all);
      },
      interpret: () => tenpay._parse(body.toString(), "refund", signType),
    },
    {
      name: "wechatpay-axios-plugin",
      prepare: () => write.call(axiosConfig, sign.call(axiosConfig, wire)),
      interpret: () => verify.call(axiosConfig, read.call(axiosConfig, body.toString())),
    },
  ];
};

/** CPU time of this thread: what others do on the core does not count. */
const cpuNanos = (): number => {
  const { system, user } = process.threadCpuUsage();
  return 1000 * (system + user);
};

/** Nanoseconds a call, in a batch that takes some milliseconds. */
const time = async (act: () => unknown, batchMillis = 40): Promise<number> => {
  let calls = 0;
  const start = cpuNanos();
  let spent: number;
  do {
    for (let n = 0; n < 64; n++) {
      const made = act();
      if (made instanceof Promise) await made;
    }
    calls += 64;
    spent = cpuNanos() - start;
  } while (spent < batchMillis * 1_000_000);
  return spent / calls;
};

const rotate = async (acts: ReadonlyArray<() => unknown>): Promise<ReadonlyArray<number>> => {
  for (const act of acts) await time(act, 250);
  const taken = acts.map((): Array<number> => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, act] of acts.entries()) taken[index]?.push(await time(act));
  }
  return taken.map(median);
};

const pairs: Array<Pair> = [];
for (const [signType, reply] of [
  ["HMAC-SHA256", 18],
  ["HMAC-SHA256", 28],
  ["MD5", 18],
  ["RSA", "JSON"],
] as const) {
  const all = signType === "RSA" ? ContendersV3.contenders(nonce) : await contenders(signType, reply);
  const nanos = await rotate(all.flatMap(({ interpret, prepare }) => [prepare, interpret]));
  for (const [index, { name }] of all.entries()) {
    const prepareNanos = nanos[2 * index] ?? Number.NaN;
    pairs.push({ name, signType, reply, prepareNanos, interpretNanos: nanos[2 * index + 1] ?? Number.NaN });
  }
}

const merchantOfOurs = identity("HMAC-SHA256");
const replies = [0, 5, 10, 20, 30, 40, 50].map((count) => ({ count, body: replyWith("HMAC-SHA256", count) }));
for (const { body, count } of replies) {
  const reply = { status: 200, headers: {}, body };
  const read = Result.getOrThrow(Operation.interpret(Refund.operation, request, reply, merchantOfOurs));
  if (read.coupons.length !== count) throw new Error("wrong number of coupons");
}
const byCount = await rotate(
  replies.map(({ body }) => () => {
    const reply = { status: 200, headers: {}, body };
    return Result.getOrThrow(Operation.interpret(Refund.operation, request, reply, merchantOfOurs));
  }),
);
const measured = replies.map(({ body, count }, index) => ({
  count,
  bytes: body.length,
  nanos: byCount[index] ?? Number.NaN,
}));

const [, two] = [0, replyWith("HMAC-SHA256", coupons)];
const params = Result.getOrThrow(Xml.read(two));
const signed = HandCoded.read(HandCoded.prepare(ask(1), nonce, "HMAC-SHA256"));
const partActs = {
  "check and encode the request": () => Operation.encode(Refund.operation, request, merchantOfOurs),
  "sign the request": () => Signature.sign(signed, merchantOfOurs.apiKey, "HMAC-SHA256"),
  "write its XML": () => Xml.write(signed),
  "read the reply's XML": () => Xml.read(two),
  "verify the reply": () => Signature.verify(params, merchantOfOurs, "HMAC-SHA256"),
  "decode the reply": () => Refund.operation.decode(params),
};
const partNanos = await rotate(Object.values(partActs));

process.send?.({
  pairs,
  coupons: measured,
  couponLine: line(measured.map(({ count, nanos }) => [count, nanos])),
  parts: Object.keys(partActs).map((name, index) => ({ name, nanos: partNanos[index] ?? Number.NaN })),
} satisfies Micro);
