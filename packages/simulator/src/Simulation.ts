/**
 * Everything at once, for the desk: a gateway on mutual TLS, its certificates as files, its notices posted, its control
 * interface and inspector page, and the lines that point a client in any language at it.
 */
import { X509Certificate } from "node:crypto";
import * as Clock from "effect/Clock";
import * as Console from "effect/Console";
import * as Effect from "effect/Effect";
import type * as Scope from "effect/Scope";
import * as TestIdentities from "@wechat-refund/testkit/TestIdentities";
import * as Control from "./Control.ts";
import * as Gateway from "./Gateway.ts";
import type { Config } from "./GatewayConfig.ts";
import * as Files from "./internal/files.ts";
import * as LedgerFile from "./LedgerFile.ts";
import * as NoticePoster from "./NoticePoster.ts";
import * as Server from "./Server.ts";

export interface Options {
  /** What the gateway knows; whatever is left out is as in {@link desk}. */
  readonly config?: Partial<typeof Config.Encoded>;
  /** The gateway's port and address. Default: a free one on `127.0.0.1`. */
  readonly port?: number;
  readonly host?: string;
  /** The control interface's port. Default: a free one. */
  readonly controlPort?: number;
  /** Where the certificate files go. Default: a new directory for temporary files. */
  readonly directory?: string;
  /** A file of the accepted refunds, so that another simulation on it goes on where this one ended; made where there is none. */
  readonly ledger?: string;
  /** Where notices may go. Default: to this machine only. */
  readonly notices?: NoticePoster.HttpOptions;
}

export { CannotWrite, type Files } from "./internal/files.ts";

export interface Running {
  readonly gateway: Gateway.Gateway;
  readonly server: Server.Running;
  readonly control: Control.Running;
  readonly files: Files.Files;
  /** The environment of a client, by name, for either interface. The keys are the gateway's first merchant's, and open nothing else. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A merchant, and ten orders paid an hour ago: `ORDER-1` of one yuan to `ORDER-10` of ten, the last one partly with coupons. */
export const desk = (now: number): typeof Config.Encoded => ({
  merchants: [{ appId: "wx8888888888888888", mchId: "1900000109", apiKey: "SimulatorKey00000000000000000001" }],
  orders: Array.from({ length: 10 }, (_, n) => ({
    mchId: "1900000109",
    transactionId: String(4_200_000_000_000_000_000_001n + BigInt(n)),
    outTradeNo: `ORDER-${n + 1}`,
    totalFee: (n + 1) * 100,
    paidAt: now - 3_600_000,
    ...(n === 9 && {
      coupons: [
        { id: "10000", type: "CASH" as const, fee: 200 },
        { id: "10001", type: "NO_CASH" as const, fee: 100 },
      ],
    }),
  })),
});

const apiV3Key = "SimulatorApiV3Key000000000000001";

type Merchants = (typeof Config.Encoded)["merchants"];

/** The first merchant's certificate serves both interfaces, as a real one does; it has a v3 block unless it brings its own. */
const withV3 = ([first, ...rest]: Merchants, { merchantA }: TestIdentities.TestIdentities): Merchants => {
  const publicKey = merchantA.certificatePem;
  const { serialNumber: serialNo } = new X509Certificate(publicKey);
  return [{ v3: { serialNo, publicKey, apiKey: apiV3Key }, ...first }, ...rest];
};

/** Exchanges that are kept, 2 KiB each: a day's work at a desk. */
const keptAtTheDesk = 50_000;

/** With merchants of one's own, the orders of the desk's merchant make no sense. */
const configOf = (now: number, config: Options["config"] = {}): typeof Config.Encoded => {
  const { merchants, orders } = desk(now);
  const orderless = config.merchants !== undefined;
  return { merchants, logLimit: keptAtTheDesk, ...(!orderless && { orders: orders ?? [] }), ...config };
};

/** Nothing of it for a merchant that brings a key of its own: its files are its own, too. */
const v3Environment = (
  { merchants: [{ mchId, v3 }], platform }: Gateway.Gateway,
  isOurs: boolean,
  { key, publicKey }: Files.Files,
): Readonly<Record<string, string>> => {
  const id = platform.publicKey(mchId)?.id;
  if (!isOurs || v3 === undefined || id === undefined || publicKey === undefined) return {};
  return {
    WECHAT_PAY_V3_SERIAL_NO: v3.serialNo,
    WECHAT_PAY_V3_PRIVATE_KEY_FILE: key,
    WECHAT_PAY_V3_KEY: v3.apiKey,
    WECHAT_PAY_V3_PUBLIC_KEY_FILE: publicKey,
    WECHAT_PAY_V3_PUBLIC_KEY_ID: id,
  };
};

/** What the inspector's page shows to whoever does not know yet how to call. */
const connectionOf = ({ files, gateway, server }: Running): Control.Connection => {
  const [{ appId, mchId }] = gateway.merchants;
  const [order] = gateway.ledger.orders();
  const refund = order && [
    {
      does: "refund" as const,
      line: `wechat-refund refund --out-trade-no ${Files.quoted(order.outTradeNo)} --out-refund-no R-1 --total-fee ${order.totalFee} --refund-fee ${Math.ceil(order.totalFee / 2)}`,
    },
    { does: "query" as const, line: "wechat-refund query --out-refund-no R-1" },
  ];
  return {
    endpoint: server.url,
    mchId,
    appId,
    caFile: files.ca,
    certificateFile: files.certificate,
    keyFile: files.key,
    pkcs12File: files.pkcs12,
    environmentFile: files.environment,
    commands: [
      { does: "environment", line: `. ${Files.quoted(files.environment)}` },
      { does: "doctor", line: "wechat-refund doctor" },
      ...(refund ?? []),
    ],
  };
};

export type Failure = Server.CannotListen | Files.CannotWrite | LedgerFile.Unusable;

/** Starts it all; it ends with the scope. Certificate files stay. */
export const make = Effect.fnUntraced(function* (
  options: Options = {},
): Effect.fn.Return<Running, Failure, Scope.Scope> {
  const now = yield* Clock.currentTimeMillis;
  const memory = options.ledger === undefined ? undefined : { now, ...(yield* LedgerFile.open(options.ledger)) };
  const { host = "127.0.0.1", port, controlPort } = options;
  const { merchants, ...config } = configOf(now, options.config);
  const [first, second] = merchants;
  const identities = TestIdentities.make({
    merchantA: first.mchId,
    ...(second !== undefined && { merchantB: second.mchId }),
    hosts: ["localhost", host],
  });
  const gateway = Gateway.make({ ...config, merchants: withV3(merchants, identities) }, memory);
  const [merchant] = gateway.merchants;
  const files = yield* Files.write(options.directory, gateway, identities);
  const server = yield* Server.make(gateway, { identities, host, ...(port !== undefined && { port }) });
  let connection: Control.Connection | undefined;
  const control = yield* Control.make(gateway, {
    ...(controlPort !== undefined && { port: controlPort }),
    connection: () => connection,
  });
  const post = NoticePoster.overHttp({ ca: identities.ca, ...options.notices });
  yield* Effect.forkScoped(NoticePoster.run(gateway, post));
  const [sub] = merchant.subMerchants;
  const environment = {
    WECHAT_PAY_ENDPOINT: server.url,
    WECHAT_PAY_APP_ID: merchant.appId,
    WECHAT_PAY_MCH_ID: merchant.mchId,
    WECHAT_PAY_API_KEY: merchant.apiKey,
    ...(sub !== undefined && { WECHAT_PAY_SUB_MCH_ID: sub.subMchId }),
    WECHAT_PAY_CERT_FILE: files.certificate,
    WECHAT_PAY_KEY_FILE: files.key,
    WECHAT_PAY_CA_FILE: files.ca,
    ...v3Environment(gateway, first.v3 === undefined, files),
    WECHAT_PAY_CONTROL: control.url,
  };
  yield* Files.writeEnvironment(files, environment);
  connection = connectionOf({ gateway, server, control, files, environment });
  return { gateway, server, control, files, environment };
});

/** What to tell whoever started it: comments, and lines to paste into a shell. */
export const describe = ({ gateway, control, files, environment }: Running): string => {
  const chaos = gateway.chaos.options();
  const [order] = gateway.ledger.orders();
  return [
    `# inspector and control interface: ${control.url}`,
    `# the certificate as PKCS#12, passphrase the merchant number: ${files.pkcs12}`,
    ...(order === undefined ? [] : [`# a paid order to refund: ${order.outTradeNo} of ${order.totalFee} fen`]),
    ...(chaos === undefined ? [] : [`# goes wrong at random, seed ${chaos.seed}`]),
    ...Files.lines(environment),
  ].join("\n");
};

/** Starts it all, prints {@link describe}, and goes on until it is interrupted. */
export const run = Effect.fnUntraced(function* (options: Options = {}): Effect.fn.Return<never, Failure, Scope.Scope> {
  const running = yield* make(options);
  yield* Console.log(describe(running));
  return yield* Effect.never;
});
