/**
 * One gateway on loopback with one paid order, and one client of it: every run gets its own, so that each makes the very same
 * refund.
 */
import { randomUUID } from "node:crypto";
import * as Merchant from "@wechat-refund/core/Merchant";
import * as RefundClient from "@wechat-refund/core/RefundClient";
import type { SignType } from "@wechat-refund/core/Signature";
import { Transport } from "@wechat-refund/core/Transport";
import { TransportStub } from "@wechat-refund/core/testing";
import * as ClientCertificate from "@wechat-refund/mutual-tls/ClientCertificate";
import * as TransportSettings from "@wechat-refund/mutual-tls/TransportSettings";
import { Gateway, Server } from "@wechat-refund/simulator";
import { TestIdentities } from "@wechat-refund/testkit";
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Redacted from "effect/Redacted";
import type { Scope } from "effect/Scope";
import type * as Adapters from "../Adapters.ts";
import * as Example from "./Example.ts";

/** The forms in which a merchant may hold its certificate, by the names the demonstration gives them. */
export const forms = ["PEM", "PKCS#12", "RC2-40"] as const;
export type Form = (typeof forms)[number];

/** Who takes part: the authority, the server and the merchants, and the merchant's certificate opened from each form. */
export interface Cast {
  readonly identities: TestIdentities.TestIdentities;
  readonly certificates: Readonly<Record<Form, ClientCertificate.ClientCertificate>>;
}

const open = {
  PEM: ({ certificatePem, privateKeyPem }) =>
    ClientCertificate.fromPem({ certificate: certificatePem, privateKey: privateKeyPem, expectedOwner: Example.mchId }),
  "PKCS#12": ({ pkcs12 }) =>
    ClientCertificate.fromPkcs12({ pkcs12: pkcs12(Example.mchId, "modern"), passphrase: Example.mchId }),
  "RC2-40": ({ pkcs12 }) =>
    ClientCertificate.fromPkcs12({ pkcs12: pkcs12(Example.mchId, "rc2-40"), passphrase: Example.mchId }),
} satisfies Record<
  Form,
  (
    identity: TestIdentities.Identity,
  ) => Effect.Effect<ClientCertificate.ClientCertificate, ClientCertificate.CertificateError>
>;

/** Makes the certificates. */
export const cast: Effect.Effect<Cast, ClientCertificate.CertificateError> = Effect.gen(function* () {
  const identities = TestIdentities.make({ merchantA: Example.mchId, merchantB: Example.otherMchId });
  const certificates = yield* Effect.all({
    PEM: open.PEM(identities.merchantA),
    "PKCS#12": open["PKCS#12"](identities.merchantA),
    "RC2-40": open["RC2-40"](identities.merchantA),
  });
  return { identities, certificates };
});

/** A certificate of an identity in PEM. */
export const certificateOf = ({
  certificatePem,
  privateKeyPem,
}: TestIdentities.Identity): Effect.Effect<ClientCertificate.ClientCertificate, ClientCertificate.CertificateError> =>
  ClientCertificate.fromPem({ certificate: certificatePem, privateKey: privateKeyPem });

/** How the client is set up. */
export interface Setting {
  readonly adapter: Adapters.Name;
  readonly signType: SignType;
  readonly certificate: ClientCertificate.ClientCertificate | undefined;
  /** Default: the merchant's own. */
  readonly apiKey?: string;
  /** Default: the authority that signed the server's certificate, and no other. */
  readonly trust?: TransportSettings.Trust;
}

/** A gateway and its client. */
export interface Stage {
  readonly url: string;
  readonly gateway: Gateway.Gateway;
  readonly merchant: Merchant.MerchantIdentity;
  readonly client: Pick<RefundClient.RefundClient["Service"], "refund" | "query">;
  readonly transport: Transport["Service"];
  /** Lets a minute pass at the gateway: by then it has decided. */
  readonly letMinutePass: Effect.Effect<void>;
  /** What went over the wire, byte for byte. */
  readonly posts: ReadonlyArray<TransportStub.Recorded>;
}

/** How long the gateway takes to give the money back, by its own clock. */
const minute = 60_000;

/** A clock that can be moved on; `sleep` takes the time it takes. */
const movable = (clock: Clock.Clock): { readonly clock: Clock.Clock; readonly move: (millis: number) => void } => {
  let ahead = 0;
  const now = () => clock.currentTimeMillisUnsafe() + ahead;
  return {
    clock: Object.assign(Object.create(clock) as Clock.Clock, {
      currentTimeMillisUnsafe: now,
      currentTimeMillis: Effect.sync(now),
    }),
    move: (millis) => void (ahead += millis),
  };
};

const gateway = (now: number): Gateway.Gateway =>
  Gateway.make({
    merchants: [
      { appId: Example.appId, mchId: Example.mchId, apiKey: Example.apiKey },
      { appId: Example.appId, mchId: Example.otherMchId, apiKey: Example.wrongApiKey },
    ],
    orders: [
      {
        mchId: Example.mchId,
        transactionId: Example.request.order.transactionId,
        outTradeNo: Example.outTradeNo,
        totalFee: Example.request.totalFee,
        paidAt: now - minute,
      },
    ],
    course: [{ status: "SUCCESS", afterMillis: minute }],
    seed: randomUUID(),
  });

/** Opens a gateway and a client of it; both end with the scope. */
export const make = Effect.fnUntraced(function* (
  { identities }: Cast,
  adapter: typeof Adapters.layer,
  setting: Setting,
): Effect.fn.Return<Stage, ClientCertificate.CertificateError | Server.CannotListen | Merchant.InvalidMerchant, Scope> {
  const simulated = gateway(yield* Clock.currentTimeMillis);
  const { clock, move } = movable(yield* Clock.Clock);
  const { url } = yield* Server.make(simulated, { identities }).pipe(Effect.provideService(Clock.Clock, clock));
  const trust = setting.trust ?? { ca: [identities.ca], replaceSystem: true };
  const settings = TransportSettings.make({ certificate: setting.certificate, trust });
  const { layer, posts } = TransportStub.recorder(adapter(setting.adapter, settings));
  const merchant = yield* Effect.fromResult(
    Merchant.make({
      appId: Example.appId,
      mchId: Example.mchId,
      apiKey: Redacted.make(setting.apiKey ?? Example.apiKey),
      signType: setting.signType,
    }),
  );
  const services = yield* Layer.build(
    RefundClient.layer.pipe(Layer.provideMerge(layer), Layer.provide(Layer.succeed(Merchant.Merchant, merchant))),
  );
  const { query, refund } = Context.get(services, RefundClient.RefundClient);
  const at = Effect.provideService(RefundClient.Endpoint, url);
  return {
    url,
    gateway: simulated,
    merchant,
    client: { refund: (request) => at(refund(request)), query: (request) => at(query(request)) },
    transport: Context.get(services, Transport),
    letMinutePass: Effect.sync(() => move(minute)),
    posts,
  };
});
