/**
 * Many refunds through a real client, over a gateway where things go wrong at random, and after every call the question whether
 * what the client said about it is true.
 */
import { X509Certificate } from "node:crypto";
import { Context, Effect, Layer, Redacted, References, type Scope } from "effect";
import { ApiV3, Merchant as MerchantV3 } from "@wechat-refund/apiv3";
import { Chaos, Gateway, type Ledger, Server } from "@wechat-refund/simulator";
import { NodeHttpsTransport } from "@wechat-refund/adapter-node-https";
import { UndiciTransport } from "@wechat-refund/adapter-undici";
import * as Merchant from "@wechat-refund/core/Merchant";
import * as RefundClient from "@wechat-refund/core/RefundClient";
import type { RefundError } from "@wechat-refund/core/RefundError";
import type * as Refund from "@wechat-refund/core/Refund";
import type { SignType } from "@wechat-refund/core/Signature";
import * as ClientCertificate from "@wechat-refund/mutual-tls/ClientCertificate";
import * as TransportSettings from "@wechat-refund/mutual-tls/TransportSettings";
import { TestIdentities } from "@wechat-refund/testkit";

const adapters = { "node-https": NodeHttpsTransport.layer, undici: UndiciTransport.layer } as const;

export interface Setting {
  readonly adapter: keyof typeof adapters;
  readonly connections: "fresh" | "pooled";
  /** How APIv2 signs, or APIv3 with what it believes replies by: a key that is given, or certificates that are downloaded. */
  readonly protocol: SignType | "v3 public key" | "v3 certificates";
  readonly refunds: number;
  /** The share of calls that meet a fault, from 0 to 1. */
  readonly rate: number;
  readonly seed: string;
}

/** What was said over a whole run, and every untruth. */
export interface Report {
  readonly calls: number;
  readonly faults: Readonly<Record<string, number>>;
  /** How often each was said of a refund call. */
  readonly said: Readonly<Record<string, number>>;
  readonly rows: number;
  readonly untruths: ReadonlyArray<string>;
  /** Refunds that were not accepted after all their attempts. */
  readonly open: number;
}

const appId = "wx8888888888888888";
const mchId = "1900000109";
const apiKey = "TestKey0000000000000000000000001";
const apiV3Key = "TestApiV3Key00000000000000000001";
const totalFee = 200;
const attempts = 12;
const atOnce = 16;

const identities = TestIdentities.make({ merchantA: mchId });
const serialNo = new X509Certificate(identities.merchantA.certificatePem).serialNumber;
const v3 = { serialNo, publicKey: identities.merchantA.certificatePem, apiKey: apiV3Key };

interface Client {
  readonly gateway: Gateway.Gateway;
  readonly client: RefundClient.RefundClient["Service"];
}

const kindsOf = ({ protocol }: Setting): ReadonlyArray<Chaos.Kind> =>
  protocol.startsWith("v3") ? Chaos.kinds : Chaos.usualKinds;

/** The client of the protocol, over a transport that is to come. */
const clientOf = ({ protocol }: Setting, { platform }: Gateway.Gateway) => {
  if (protocol === "MD5" || protocol === "HMAC-SHA256") {
    const merchant = Merchant.layer({ appId, mchId, apiKey: Redacted.make(apiKey), signType: protocol });
    return RefundClient.layer.pipe(Layer.provide(merchant));
  }
  const key = platform.publicKey(mchId);
  const merchant = MerchantV3.layer({
    mchId,
    serialNo,
    privateKey: Redacted.make(identities.merchantA.privateKeyPem),
    apiV3Key: Redacted.make(apiV3Key),
    ...(protocol === "v3 public key" && key !== undefined && { publicKeys: [{ id: key.id, key: key.pem }] }),
  });
  return ApiV3.layer.pipe(Layer.provide(merchant));
};

const start = Effect.fnUntraced(function* (setting: Setting) {
  const gateway = Gateway.make({
    merchants: [{ appId, mchId, apiKey, v3 }],
    orders: Array.from({ length: setting.refunds }, (_, n) => ({
      mchId,
      transactionId: String(4_200_000_000 + n),
      outTradeNo: `T-${n}`,
      totalFee,
      paidAt: Date.now() - 60_000,
    })),
    course: [{ status: "SUCCESS", afterMillis: 0 }],
    // Half of what is late comes within the client's patience.
    chaos: { seed: setting.seed, rates: Chaos.evenly(setting.rate, kindsOf(setting)), lateMillis: 400 },
  });
  const server = yield* Server.make(gateway, { identities });
  const { certificatePem, privateKeyPem } = identities.merchantA;
  const certificate = yield* ClientCertificate.fromPem({ certificate: certificatePem, privateKey: privateKeyPem });
  const settings = TransportSettings.make({
    certificate,
    trust: { ca: [identities.ca], replaceSystem: true },
    connections: setting.connections,
    exchangeTimeout: "200 millis",
  });
  const services = yield* Layer.build(
    clientOf(setting, gateway).pipe(Layer.provide(adapters[setting.adapter](settings))),
  );
  return { gateway, client: Context.get(services, RefundClient.RefundClient), url: server.url };
});

/** Why what was said of a call is not true, if it is not. */
const untruth = (
  said: Refund.RefundAccepted | RefundError,
  before: Ledger.Row | undefined,
  after: Ledger.Row | undefined,
): string | undefined => {
  if ("refundId" in said) {
    if (after === undefined) return "accepted, and there is no row";
    if (after.refundId !== said.refundId) return "accepted, and the row has another refund_id";
    return after.refundFee === said.refundFee ? undefined : "accepted, and the row has another amount";
  }
  return said.outcome === "not-accepted" && before === undefined && after !== undefined
    ? `not accepted (${said.message}), and this call made a row`
    : undefined;
};

const refund = Effect.fnUntraced(function* ({ gateway, client }: Client, n: number, report: (line: Line) => void) {
  const outRefundNo = `R-${n}`;
  const request = { outRefundNo, order: { outTradeNo: `T-${n}` }, totalFee, refundFee: 1 + (n % totalFee) };
  const row = () => gateway.ledger.findRow({ mchId }, { outRefundNo });
  let hadUnknown = false;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const before = row();
    const said = yield* Effect.match(client.refund(request), {
      onFailure: (error) => error,
      onSuccess: (reply) => reply,
    });
    const accepted = "refundId" in said;
    hadUnknown ||= !accepted && said.outcome === "unknown";
    report({ said: accepted ? "accepted" : said.outcome, untruth: untruth(said, before, row()), outRefundNo });
    if (!accepted && said.outcome === "unknown") {
      // A query that finds it ends the doubt; one that does not find it proves nothing.
      const found = yield* Effect.match(client.query({ outRefundNo }), {
        onFailure: () => undefined,
        onSuccess: (reply) => reply.records[0],
      });
      const lies = found !== undefined && (row() === undefined || found.refundId !== row()?.refundId);
      report({
        said: found === undefined ? "not found" : "found",
        untruth: lies ? "found, and there is no such row" : undefined,
        outRefundNo,
      });
      if (found !== undefined) return;
    }
    if (accepted) return;
  }
  const isFalse = !hadUnknown && row() !== undefined;
  report({ said: "open", untruth: isFalse ? "never accepted, and there is a row" : undefined, outRefundNo });
});

interface Line {
  readonly said: string;
  readonly untruth: string | undefined;
  readonly outRefundNo: string;
}

const rowUntruths = (gateway: Gateway.Gateway): ReadonlyArray<string> => {
  const rows = [...gateway.ledger.rows()];
  const numbers = new Set(rows.map(({ outRefundNo }) => outRefundNo));
  return [
    ...(numbers.size === rows.length ? [] : ["a number has two rows"]),
    ...rows
      .filter(({ outRefundNo, refundFee, order }) => {
        const n = Number(outRefundNo.slice(2));
        return refundFee !== 1 + (n % totalFee) || order.outTradeNo !== `T-${n}`;
      })
      .map(({ outRefundNo }) => `${outRefundNo}: another amount or order than was asked for`),
    ...gateway.log
      .entries()
      .filter(({ outcome }) => outcome === "REFUND_FEE_MISMATCH")
      .map(({ sequence }) => `exchange ${sequence}: a number with other amounts`),
  ];
};

/** Makes the refunds, and says what was untrue. */
export const prove = Effect.fnUntraced(function* (
  setting: Setting,
): Effect.fn.Return<
  Report,
  ClientCertificate.CertificateError | Server.CannotListen | Merchant.InvalidMerchant,
  Scope.Scope
> {
  const { gateway, client, url } = yield* start(setting);
  const said: Record<string, number> = {};
  const untruths: Array<string> = [];
  const report = (line: Line): void => {
    said[line.said] = (said[line.said] ?? 0) + 1;
    if (line.untruth !== undefined) untruths.push(`${line.outRefundNo}: ${line.untruth}`);
  };
  yield* Effect.forEach(Array.from({ length: setting.refunds }).keys(), (n) => refund({ gateway, client }, n, report), {
    concurrency: atOnce,
    discard: true,
  }).pipe(
    Effect.provideService(RefundClient.Endpoint, url),
    // The client has a line for every failure, and here there are thousands.
    Effect.provideService(References.MinimumLogLevel, "None"),
  );
  return {
    calls: gateway.log.total(),
    faults: gateway.chaos.counts(),
    said,
    rows: gateway.ledger.size(),
    untruths: [...untruths, ...rowUntruths(gateway)],
    open: said["open"] ?? 0,
  };
});
