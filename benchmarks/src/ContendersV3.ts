/** The pure parts of APIv3: ours, by hand, and those of `wechatpay-axios-plugin`, each checked once. */
import { generateKeyPairSync } from "node:crypto";
import { createRequire } from "node:module";
import { Merchant, Operation, Refund } from "@wechat-refund/apiv3";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import * as HandCodedV3 from "./HandCodedV3.ts";
import type { Contender } from "./micro.ts";
import * as ReplyV3 from "./ReplyV3.ts";
import { ask, check, coupons, merchant, pathV3, platformKeyId } from "./Story.ts";

interface AxiosConfig {
  readonly url: string;
  readonly method: string;
  readonly baseURL: string;
  readonly data: object;
  readonly mchid: string;
  readonly serial: string;
  readonly privateKey: unknown;
}

interface Decorator {
  readonly requestInterceptor: () => (config: AxiosConfig) => AxiosConfig;
  readonly responseVerifier: (
    certs: object,
  ) => (this: AxiosConfig, data: string, headers: object, status: number) => unknown;
}

export const contenders = (nonce: string): ReadonlyArray<Contender> => {
  const own = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const platform = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const serialNo = "408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB";
  const asked = ask(1);
  const { transactionId, ...rest } = asked;
  const request = { order: { transactionId }, ...rest };
  const wire = JSON.parse(HandCodedV3.prepare(asked, nonce, own.privateKey, serialNo).body.toString()) as ReplyV3.Asked;
  const body = ReplyV3.accepted(wire, coupons);
  const headers = Object.fromEntries(
    ReplyV3.signed(body, platform.privateKey)
      .trimEnd()
      .split("\r\n")
      .map((line) => line.split(": "))
      .map(([name = "", value]) => [name.toLowerCase(), value ?? ""]),
  );
  const reply = { status: 200, headers, body };

  const { credential, platformKeys } = Result.getOrThrow(
    Merchant.make({
      mchId: merchant.mchId,
      serialNo,
      privateKey: Redacted.make(own.privateKey.export({ type: "pkcs8", format: "pem" }).toString()),
      publicKeys: [{ id: platformKeyId, key: platform.publicKey.export({ type: "spki", format: "pem" }).toString() }],
    }),
  );
  const seconds = () => Math.floor(Date.now() / 1000);
  const prepare = () =>
    Operation.prepare(Refund.operation, request, {
      credential,
      nonce,
      timestamp: seconds(),
      endpoint: "https://api.mch.weixin.qq.com",
      platformKeyId,
    });
  const interpret = () => Operation.interpret(Refund.operation, request, reply, { keys: platformKeys, now: seconds() });
  check(1, { totalFee: asked.totalFee, ...Result.getOrThrow(interpret()) });

  const { Decorator } = createRequire(import.meta.url)("wechatpay-axios-plugin") as { readonly Decorator: Decorator };
  const config: AxiosConfig = {
    url: pathV3,
    method: "post",
    baseURL: "https://api.mch.weixin.qq.com",
    data: wire,
    mchid: merchant.mchId,
    serial: serialNo,
    privateKey: own.privateKey,
  };
  const sign = Decorator.requestInterceptor();
  const verify = Decorator.responseVerifier({ [platformKeyId]: platform.publicKey });
  const read = () => {
    const verified = verify.call(config, body.toString(), headers, 200);
    if (typeof verified !== "string") throw new Error("not verified");
    return JSON.parse(verified) as { readonly out_refund_no: string };
  };
  if (read().out_refund_no !== asked.outRefundNo) throw new Error("a wrong answer");

  return [
    { name: "ours", prepare: () => Result.getOrThrow(prepare()), interpret: () => Result.getOrThrow(interpret()) },
    {
      name: "hand-coded",
      prepare: () => HandCodedV3.prepare(asked, nonce, own.privateKey, serialNo),
      interpret: () => HandCodedV3.interpret(asked, headers, body, platform.publicKey),
    },
    { name: "wechatpay-axios-plugin", prepare: () => sign({ ...config }), interpret: read },
  ];
};
