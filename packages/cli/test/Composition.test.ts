/**
 * Nobody gets another's: every published layer of every package, for two merchants and for two sub-merchants of a provider, composed in
 * every way in which layers can meet. What counts is what reached the gateways: a wrong identity, key, certificate, address or transport
 * shows there as a refund of somebody else, or as none.
 */
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { NodeHttpsTransport } from "@wechat-refund/adapter-node-https";
import { UndiciTransport } from "@wechat-refund/adapter-undici";
import {
  Failover,
  Pace,
  Merchant,
  Merchants,
  OrderRefunds,
  RefundClient,
  type RefundError,
  type Transport,
} from "@wechat-refund/core";
import { TransportStub } from "@wechat-refund/core/testing";
import { ClientCertificate, MerchantsFile, TransportSettings } from "@wechat-refund/mutual-tls";
import { Gateway, MemoryTransport, Server } from "@wechat-refund/simulator";
import { Saboteurs, TestIdentities } from "@wechat-refund/testkit";
import {
  ConfigProvider,
  Context,
  Effect,
  Exit,
  Layer,
  LayerMap,
  ManagedRuntime,
  Redacted,
  References,
  Scope,
} from "effect";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "wechat-refund-composition-"));
const file = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
};

/** Who refunds. Every name has the same order number at the gateway, and each pair the same refund number. */
interface Party {
  readonly name: string;
  readonly appId: string;
  readonly mchId: string;
  readonly subMchId?: string;
  readonly apiKey: string;
  readonly gateway: Gateway.Gateway;
  readonly url: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly settings: TransportSettings.TransportSettings;
}

const numbers = { a: "1900000109", b: "1900000209", provider: "1900000309", s1: "1900000401", s2: "1900000402" };
const identities = {
  a: TestIdentities.make({ merchantA: numbers.a, merchantB: numbers.b }),
  provider: TestIdentities.make({ merchantA: numbers.provider }),
};
const apps = { a: "wxaaaaaaaaaaaaaaaa", b: "wxbbbbbbbbbbbbbbbb", provider: "wxcccccccccccccccc" };
const keys = { a: "a".repeat(32), b: "b".repeat(32), provider: "c".repeat(32) };
/** An order holds fifty refunds at most, so each refund is of its own; order `n` of everybody has the same number. */
const orderCount = 4_000;
const names = ["a", "b", "s1", "s2"] as const;
const transactionOf = (name: (typeof names)[number], n: number): string => `42${names.indexOf(name)}${n}`;
const ordersOf = (name: (typeof names)[number], mchId: string, subMchId?: string) =>
  Array.from({ length: orderCount }, (_, n) => ({
    mchId,
    ...(subMchId !== undefined && { subMchId }),
    transactionId: transactionOf(name, n),
    outTradeNo: `T-${n}`,
    totalFee: 100,
    paidAt: Date.now() - 60_000,
  }));

/** They only end what hangs, also on a machine that does four other things. */
const patient = { connectTimeout: "60 seconds", exchangeTimeout: "60 seconds" } as const;

const scope = Scope.makeUnsafe();
let parties: Readonly<Record<"a" | "b" | "s1" | "s2", Party>>;

/** A gateway for each merchant, so that a wrong address is seen too, and one for the provider. */
const start = Effect.gen(function* () {
  const gatewayOf = (name: "a" | "b" | "provider", more: object, orders: ReturnType<typeof ordersOf>) =>
    Gateway.make({
      merchants: [{ appId: apps[name], mchId: numbers[name], apiKey: keys[name], ...more }],
      orders,
    });
  const of = (
    name: string,
    account: "a" | "b" | "provider",
    gateway: Gateway.Gateway,
    { caPem, url }: Server.Running,
    identity: TestIdentities.Identity,
    subMchId?: string,
  ): Effect.Effect<Party, ClientCertificate.CertificateError> =>
    Effect.gen(function* () {
      const certificate = yield* ClientCertificate.fromPem({
        certificate: identity.certificatePem,
        privateKey: identity.privateKeyPem,
        expectedOwner: numbers[account],
      });
      return {
        name,
        appId: apps[account],
        mchId: numbers[account],
        ...(subMchId !== undefined && { subMchId }),
        apiKey: keys[account],
        gateway,
        url,
        environment: {
          WECHAT_PAY_APP_ID: apps[account],
          WECHAT_PAY_MCH_ID: numbers[account],
          WECHAT_PAY_API_KEY: keys[account],
          ...(subMchId !== undefined && { WECHAT_PAY_SUB_MCH_ID: subMchId }),
          WECHAT_PAY_ENDPOINT: url,
          WECHAT_PAY_CONNECT_TIMEOUT: patient.connectTimeout,
          WECHAT_PAY_EXCHANGE_TIMEOUT: patient.exchangeTimeout,
          WECHAT_PAY_CA_FILE: file(`${account}_ca.pem`, caPem),
          WECHAT_PAY_CERT_FILE: file(`${account}_cert.pem`, identity.certificatePem),
          WECHAT_PAY_KEY_FILE: file(`${account}_key.pem`, identity.privateKeyPem),
        },
        settings: TransportSettings.make({ certificate, trust: { ca: [caPem] }, ...patient }),
      };
    });
  const one = gatewayOf("a", {}, ordersOf("a", numbers.a));
  const two = gatewayOf("b", {}, ordersOf("b", numbers.b));
  const three = gatewayOf("provider", { subMerchants: [{ subMchId: numbers.s1 }, { subMchId: numbers.s2 }] }, [
    ...ordersOf("s1", numbers.provider, numbers.s1),
    ...ordersOf("s2", numbers.provider, numbers.s2),
  ]);
  const serverA = yield* Server.make(one, { identities: identities.a });
  const serverB = yield* Server.make(two, { identities: identities.a });
  const serverP = yield* Server.make(three, { identities: identities.provider });
  const provider = identities.provider.merchantA;
  parties = {
    a: yield* of("a", "a", one, serverA, identities.a.merchantA),
    b: yield* of("b", "b", two, serverB, identities.a.merchantB),
    s1: yield* of("s1", "provider", three, serverP, provider, numbers.s1),
    s2: yield* of("s2", "provider", three, serverP, provider, numbers.s2),
  };
});

beforeAll(() => Effect.runPromise(Scope.provide(start, scope)));
afterAll(async () => {
  await Effect.runPromise(Scope.close(scope, Exit.void));
  rmSync(folder, { recursive: true });
});

type Client = Layer.Layer<RefundClient.RefundClient>;
type Wire = (party: Party) => Layer.Layer<Transport.Transport, unknown>;

const provider = ({ environment }: Party) => ConfigProvider.layer(ConfigProvider.fromEnvRecord({ ...environment }));
const options = ({ apiKey, appId, mchId, subMchId, url }: Party): Merchant.MerchantOptions => ({
  appId,
  mchId,
  subMchId,
  apiKey: Redacted.make(apiKey),
  endpoint: url,
});
const rotating = ({ environment }: Party) => ({
  files: [environment["WECHAT_PAY_CERT_FILE"] ?? ""],
  load: TransportSettings.config,
});

/** One value for all merchants, as a module would keep it: the settings that it loads are those around it. */
const shared = {
  https: NodeHttpsTransport.layerRotating({ files: [], load: TransportSettings.config }),
  undici: UndiciTransport.layerRotating({ files: [], load: TransportSettings.config }),
  failover: Failover.layer(),
  pace: Pace.layer(),
  client: RefundClient.layerConfig(UndiciTransport.layerConfig),
};

const memory: Wire = ({ gateway, mchId }) =>
  MemoryTransport.layer(gateway, { clientCertificate: { commonName: mchId } });

/** Every published transport. */
const wires: Readonly<Record<string, Wire>> = {
  "adapter-node-https/NodeHttpsTransport.layer": ({ settings }) => NodeHttpsTransport.layer(settings),
  "adapter-node-https/NodeHttpsTransport.layerConfig": (party) =>
    Layer.provide(NodeHttpsTransport.layerConfig, provider(party)),
  "adapter-node-https/NodeHttpsTransport.layerRotating": (party) =>
    Layer.provide(NodeHttpsTransport.layerRotating(rotating(party)), provider(party)),
  "adapter-node-https/NodeHttpsTransport.layerRotating, one value": (party) =>
    Layer.provide(shared.https, provider(party)),
  "adapter-undici/UndiciTransport.layer": ({ settings }) => UndiciTransport.layer(settings),
  "adapter-undici/UndiciTransport.layerConfig": (party) => Layer.provide(UndiciTransport.layerConfig, provider(party)),
  "adapter-undici/UndiciTransport.layerRotating": (party) =>
    Layer.provide(UndiciTransport.layerRotating(rotating(party)), provider(party)),
  "adapter-undici/UndiciTransport.layerRotating, one value": (party) => Layer.provide(shared.undici, provider(party)),
  "simulator/MemoryTransport.layer": memory,
  "testkit/Saboteurs.reference": ({ settings }) => Saboteurs.reference(settings),
  "core/testing/TransportStub.recorder": ({ settings }) =>
    TransportStub.recorder(NodeHttpsTransport.layer(settings)).layer,
  "core/testing/TransportStub.recorder of a layerConfig": (party) =>
    Layer.provide(TransportStub.recorder(UndiciTransport.layerConfig).layer, provider(party)),
};

const fromOptions = (party: Party) => Layer.orDie(Merchant.layer(options(party)));
const fromEnvironment = (party: Party) => Layer.orDie(Layer.provide(Merchant.layerConfig, provider(party)));
const merchants = { "core/Merchant.layer": fromOptions, "core/Merchant.layerConfig": fromEnvironment };

/** The client out of one of the layers that name merchants. */
const named = (name: string, layer: Layer.Layer<Merchants.Merchants, unknown>): Client =>
  Layer.orDie(
    Layer.effect(
      RefundClient.RefundClient,
      Effect.map(
        Merchants.Merchants.use(({ get }) => get(name)),
        ({ client }) => client,
      ),
    ).pipe(Layer.provide(layer)),
  );

const entryOf = (party: Party, wire: Wire): Merchants.Entry<unknown> => ({
  name: party.name,
  v2: { ...options(party), transport: wire(party) },
});

const fileOf = ({ apiKey, appId, environment, mchId, name, subMchId, url }: Party): string =>
  file(
    `${name}.json`,
    JSON.stringify({
      merchants: [
        {
          name,
          v2: {
            appId,
            mchId,
            subMchId,
            apiKey: { file: file(`${name}.key`, `${apiKey}\n`) },
            endpoint: url,
            caFile: environment["WECHAT_PAY_CA_FILE"],
            certFile: environment["WECHAT_PAY_CERT_FILE"],
            keyFile: environment["WECHAT_PAY_KEY_FILE"],
            ...patient,
          },
        },
      ],
    }),
  );

const over = (merchantOf: (party: Party) => Layer.Layer<Merchant.Merchant>, wire: Wire) => (party: Party) =>
  Layer.orDie(RefundClient.layer.pipe(Layer.provide(wire(party)), Layer.provide(merchantOf(party))));

const throughMerchants = (party: Party) =>
  named(party.name, Merchants.layer([entryOf(party, memory)], { pace: false }));

/** Every published client, over every published transport and merchant. */
const clients: Readonly<Record<string, (party: Party) => Client>> = {
  ...Object.fromEntries(
    Object.entries(merchants).flatMap(([merchant, merchantOf]) =>
      Object.entries(wires)
        // The environment's merchant is read alike over every transport.
        .filter(([wire]) => merchant === "core/Merchant.layer" || /layerConfig$|Memory/.test(wire))
        .map(([name, wire]) => [`core/RefundClient.layer, ${merchant}, ${name}`, over(merchantOf, wire)] as const),
    ),
  ),
  "core/RefundClient.layerConfig, one value": (party) => Layer.orDie(Layer.provide(shared.client, provider(party))),
  "README: both layerConfig in a list": (party) =>
    Layer.orDie(
      RefundClient.layer.pipe(
        Layer.provide([Merchant.layerConfig, NodeHttpsTransport.layerConfig]),
        Layer.provide(provider(party)),
      ),
    ),
  "core/Pace.layer": (party) => Pace.layer().pipe(Layer.provide(over(fromOptions, memory)(party))),
  "core/Pace.layer, one value": (party) => shared.pace.pipe(Layer.provide(over(fromEnvironment, memory)(party))),
  "core/Failover.layer": over(fromOptions, (party) => Failover.layer().pipe(Layer.provide(memory(party)))),
  "core/Failover.layer, one value": over(fromOptions, (party) =>
    shared.failover.pipe(Layer.provide(NodeHttpsTransport.layerConfig), Layer.provide(provider(party))),
  ),
  "core/Merchants.layer": throughMerchants,
  "core/Merchants.layer of all, with a pace": (party) =>
    named(
      party.name,
      Merchants.layer(
        Object.values(parties).map((one) => entryOf(one, memory)),
        { pace: { betweenRefundsOfAnOrder: 0 } },
      ),
    ),
  "core/Merchants.layer over one composed value": (party) => {
    const all = Object.values(parties).map((one) =>
      entryOf(one, () =>
        shared.failover.pipe(Layer.provide(NodeHttpsTransport.layerConfig), Layer.provide(provider(one))),
      ),
    );
    return named(party.name, Merchants.layer(all, { pace: false }));
  },
  "core/Merchants.layerConfig": (party) =>
    named(
      party.name,
      Merchants.layerConfig(NodeHttpsTransport.layerConfig, { name: party.name, pace: false }).pipe(
        Layer.provide(provider(party)),
      ),
    ),
  "mutual-tls/MerchantsFile.layer": (party) =>
    named(
      party.name,
      MerchantsFile.layer({ file: fileOf(party), transport: UndiciTransport.layerConfig, pace: false }),
    ),
};

class X extends Context.Service<X, RefundClient.RefundClient["Service"]>()("X") {}
class Y extends Context.Service<Y, RefundClient.RefundClient["Service"]>()("Y") {}

type Go = Effect.Effect<string, RefundError.RefundError, RefundClient.RefundClient>;
type Asked = Effect.Effect<ReadonlyArray<string>, unknown>;

const inX = (layer: Client) => Layer.effect(X, RefundClient.RefundClient).pipe(Layer.provide(layer));
const inY = (layer: Client) => Layer.effect(Y, RefundClient.RefundClient).pipe(Layer.provide(layer));
const asX = (go: Go) => X.use((client) => Effect.provideService(go, RefundClient.RefundClient, client));
const asY = (go: Go) => Y.use((client) => Effect.provideService(go, RefundClient.RefundClient, client));

type Way = (x: Client, y: Client, goX: Go, goY: Go) => Asked;
const oneAfterTheOther: Way = (x, y, goX, goY) => Effect.all([Effect.provide(goX, x), Effect.provide(goY, y)]);

/** Every way in which the layers of two can meet in one program. */
const ways: Readonly<Record<string, Way>> = {
  "one after the other": oneAfterTheOther,
  "at once": (x, y, goX, goY) =>
    Effect.all([Effect.provide(goX, x), Effect.provide(goY, y)], { concurrency: "unbounded" }),
  mergeAll: (x, y, goX, goY) => Effect.all([asX(goX), asY(goY)]).pipe(Effect.provide(Layer.mergeAll(inX(x), inY(y)))),
  "a list": (x, y, goX, goY) => Effect.all([asX(goX), asY(goY)]).pipe(Effect.provide([inX(x), inY(y)])),
  nested: (x, y, goX, goY) => Effect.all([asX(goX), asY(goY)]).pipe(Effect.provide(inX(x)), Effect.provide(inY(y))),
  provideMerge: (x, y, goX, goY) =>
    Effect.all([asX(goX), asY(goY)]).pipe(Effect.provide(inX(x).pipe(Layer.provideMerge(inY(y))))),
  "an inner provide in a program that has a client": (x, y, goX, goY) =>
    Effect.all([goX, Effect.provide(goY, y)]).pipe(Effect.provide(x)),
  "an inner provide in a layer": (x, y, goX, goY) =>
    Effect.all([goX, asY(goY)]).pipe(
      Effect.provide(
        Layer.effect(Y, Effect.map(Layer.build(y), Context.get(RefundClient.RefundClient))).pipe(Layer.provideMerge(x)),
      ),
    ),
  "a ManagedRuntime with an inner provide": (x, y, goX, goY) =>
    Effect.promise(async () => {
      const runtime = ManagedRuntime.make(x);
      const asked = [await runtime.runPromise(goX), await runtime.runPromise(Effect.provide(goY, y))];
      await runtime.dispose();
      return asked;
    }),
  "two ManagedRuntimes over one memory": (x, y, goX, goY) =>
    Effect.promise(async () => {
      const memoMap = Layer.makeMemoMapUnsafe();
      const [one, two] = [ManagedRuntime.make(x, { memoMap }), ManagedRuntime.make(y, { memoMap })];
      const asked = [await one.runPromise(goX), await two.runPromise(goY)];
      await Promise.all([one.dispose(), two.dispose()]);
      return asked;
    }),
  "a LayerMap": (x, y, goX, goY) =>
    Effect.scoped(
      Effect.gen(function* () {
        const map = yield* LayerMap.make((key: string) => (key === "x" ? x : y));
        return yield* Effect.all([Effect.provide(goX, map.get("x")), Effect.provide(goY, map.get("y"))]);
      }),
    ),
};

let count = 0;
const quiet = Effect.provideService(References.MinimumLogLevel, "None");

/** Both refund under one number; what the gateways hold of it afterwards. */
const refunded = async (clientOf: (party: Party) => Client, way: Way, x: Party, y: Party) => {
  const n = count++;
  const outRefundNo = `R-${n}`;
  const go: Go = RefundClient.RefundClient.use((client) =>
    Effect.map(
      client.refund({ order: { outTradeNo: `T-${n}` }, outRefundNo, totalFee: 100, refundFee: 1 }),
      ({ transactionId }) => transactionId,
    ),
  );
  const accepted = await Effect.runPromise(quiet(Effect.exit(way(clientOf(x), clientOf(y), go, go))));
  const rows = [...new Set([x.gateway, y.gateway])].flatMap((gateway) =>
    [...gateway.ledger.rows()].filter((row) => row.outRefundNo === outRefundNo).map(({ order }) => order.transactionId),
  );
  return { n, accepted: Exit.isSuccess(accepted) ? accepted.value : String(accepted.cause), rows: rows.toSorted() };
};

const pairs = [
  ["a", "b"],
  ["b", "a"],
  ["s1", "s2"],
  ["s2", "s1"],
  ["a", "s1"],
] as const;

describe("each merchant's refund is its own", () => {
  describe.each(Object.entries(clients))("%s", (name, clientOf) => {
    it.each(Object.entries(ways))("%s", async (_, way) => {
      // Over sockets two pairs show what all of them do.
      const some = /Memory|Pace|Merchants\.layer/.test(name) ? pairs : [pairs[0], pairs[3]];
      for (const [x, y] of some) {
        const { n, ...seen } = await refunded(clientOf, way, parties[x], parties[y]);
        const theirs = [transactionOf(x, n), transactionOf(y, n)];
        expect(seen).toEqual({ accepted: theirs, rows: theirs.toSorted() });
      }
    });
  });
});

describe("each merchant lists its own", () => {
  it.each(Object.entries(merchants))("core/OrderRefunds.layer, %s", async (_, merchantOf) => {
    class Others extends Context.Service<Others, OrderRefunds.OrderRefunds["Service"]>()("Others") {}
    const over = (party: Party) =>
      Layer.orDie(OrderRefunds.layer.pipe(Layer.provide([memory(party), merchantOf(party)])));
    for (const [x, y] of pairs) {
      const { n } = await refunded(throughMerchants, oneAfterTheOther, parties[x], parties[y]);
      const seen = await Effect.runPromise(
        Effect.gen(function* () {
          const [one, other] = [yield* OrderRefunds.OrderRefunds, yield* Others];
          const order = { outTradeNo: `T-${n}` };
          return [(yield* one.page(order)).transactionId, (yield* other.page(order)).transactionId];
        }).pipe(
          Effect.provide(
            Layer.merge(
              over(parties[x]),
              Layer.effect(Others, OrderRefunds.OrderRefunds).pipe(Layer.provide(over(parties[y]))),
            ),
          ),
        ),
      );
      expect(seen).toEqual([transactionOf(x, n), transactionOf(y, n)]);
    }
  });
});

it("no published layer is missing here", () => {
  const published = globSync("packages/{core,mutual-tls,adapter-*,testkit,simulator}/src/**/*.ts", { cwd: root })
    .filter((path) => !path.includes("/internal/"))
    .flatMap((path) =>
      readFileSync(join(root, path), "utf8")
        .split(/\n(?=export )/)
        .flatMap((block) => {
          const name = /^export (?:const|function) (\w+)/.exec(block)?.[1];
          return name !== undefined && /\bLayer\.Layer<|= Layer\./.test(block)
            ? [`${path.replace(/^packages\/([^/]+)\/src\//, "$1/").replace(/\.ts$/, "")}.${name}`]
            : [];
        }),
    );
  const tried = [...Object.keys(wires), ...Object.keys(merchants), ...Object.keys(clients), "core/OrderRefunds.layer"];
  // Doubles that answer what they are told to, whoever asks; an entry's text that holds no layer; transports without a certificate, over
  // which no refund of this protocol is made: apiv3's tests compose them.
  const others =
    /TransportStub\.(reply|sequence|failing|never)$|core\/MerchantsFile\.read$|Transport\.layerConfigNoCertificate$/;
  expect(published.length).toBeGreaterThan(15);
  expect(published.filter((name) => !others.test(name) && !tried.some((one) => one.includes(name)))).toEqual([]);
});
