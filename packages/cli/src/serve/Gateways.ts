/**
 * For whom a service refunds, and where: the merchants of a file or of the environment at WeChat Pay, or one merchant at a gateway that
 * runs in the same process and moves no money.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as NodeHttpsTransport from "@wechat-refund/adapter-node-https/NodeHttpsTransport";
import * as Failover from "@wechat-refund/core/Failover";
import * as ApiV3 from "@wechat-refund/apiv3/ApiV3";
import * as Merchants from "@wechat-refund/core/Merchants";
import { mainEndpoint } from "@wechat-refund/core/Operation";
import * as MerchantsFile from "@wechat-refund/mutual-tls/MerchantsFile";
import * as SecureContext from "@wechat-refund/mutual-tls/SecureContext";
import * as TransportSettings from "@wechat-refund/mutual-tls/TransportSettings";
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as ConfigProvider from "effect/ConfigProvider";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Option from "effect/Option";
import type * as Scope from "effect/Scope";
import { type Check, wrong } from "@wechat-refund/checkup/Check";
import { certificateCheck, clockCheck, merchantChecks } from "@wechat-refund/checkup/Local";
import * as Probe from "@wechat-refund/checkup/Probe";
import type { Say } from "@wechat-refund/checkup/Language";
import * as Environment from "@wechat-refund/checkup/Environment";
import * as Store from "../store/Store.ts";
import * as Settings from "./Settings.ts";

/** The backup host is used while the main one cannot be reached. */
const transport = Failover.layer().pipe(Layer.provide(NodeHttpsTransport.layerConfig));

/** No call of APIv3 needs a client certificate. */
const transportV3 = Failover.layer().pipe(Layer.provide(NodeHttpsTransport.layerConfigNoCertificate));

/** The merchants of a file, or the one of `WECHAT_PAY_*`. */
export const real = Effect.fnUntraced(function* (say: Say, file: string | undefined) {
  const v3 = ApiV3.blockConfig(transportV3);
  if (file !== undefined) return yield* Settings.merchants(say, MerchantsFile.layer({ file, transport, v3 }), file);
  const protocol = yield* Environment.text("WECHAT_PAY_PROTOCOL");
  if (protocol !== undefined && protocol !== "v2" && protocol !== "v3") {
    return { made: undefined, checks: [wrong(say("settings", "配置"), "WECHAT_PAY_PROTOCOL must be v2 or v3")] };
  }
  if (protocol === "v3") {
    const { checks, made } = yield* Settings.merchants(say, ApiV3.layerMerchants(transportV3));
    return { made, checks };
  }
  const { checks, knowsNumber } = yield* merchantChecks(say, undefined);
  const { check } = yield* certificateCheck(say, knowsNumber);
  const found = [...checks, check];
  if (found.some(({ status }) => status === "wrong")) return { made: undefined, checks: found };
  const { checks: last, made } = yield* Settings.merchants(say, Merchants.layerConfig(transport));
  return { made, checks: [...found, ...last] };
});

/** This machine's clock against that of each gateway; one that cannot be reached is waited for, and no mistake. */
export const clocks = Effect.fnUntraced(function* (say: Say, { all }: Merchants.Merchants["Service"]) {
  const hosts = new Set(all.map(({ merchant }) => merchant.endpoint ?? mainEndpoint));
  return yield* Effect.forEach(hosts, (host) =>
    TransportSettings.configNoCertificate.pipe(
      Effect.flatMap((settings) =>
        Effect.flatMap(SecureContext.make(settings), (secure) => Probe.connect(host, secure, settings.proxy)),
      ),
      Effect.option,
      Effect.map((found): Check => clockCheck(say, Option.getOrUndefined(found))),
    ),
  );
});

/** A store belongs to the one gateway or the other. */
export const belongs = (say: Say, where: Store.Where, simulated: boolean): ReadonlyArray<Check> => {
  const name = say("store", "存储");
  const shown = Store.shown(where);
  if (where._tag === "Postgres") {
    const message = say(
      "must be a file with --simulate: give --store",
      "使用 --simulate 时必须是文件：请用 --store 指定",
    );
    return simulated ? [wrong(name, message)] : [];
  }
  const isSimulated = Store.isSimulated(where);
  const found = statSync(where.file, { throwIfNoEntry: false });
  // An empty file is nobody's, and what is no file is refused where it is opened.
  if (simulated && !isSimulated && found?.isFile() === true && found.size > 0) {
    const message = say(
      `${shown} is no store of simulated refunds: give another file`,
      `${shown} 不是模拟退款的存储：请改用其他文件`,
    );
    return [wrong(name, message)];
  }
  return !simulated && isSimulated
    ? [wrong(name, say(`${shown} holds simulated refunds: give another file`, `${shown} 中是模拟退款：请改用其他文件`))]
    : [];
};

/** A folder of this run's own. */
export const temporary = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "wechat-refund-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true })),
);

/** Merchants, and the page of the gateway where it runs in this process. */
export interface Gateway {
  readonly merchants: Merchants.Merchants["Service"];
  readonly inspector?: string;
}

/** What the merchant of a trial is called. */
export const simulatedName = "shop";

/** A gateway with paid orders over mutual TLS, which posts its notices to this address, and its merchant. */
export const simulated = (where: Store.Where, notifyUrl: string): Effect.Effect<Gateway, string, Scope.Scope> =>
  Effect.gen(function* () {
    const { Simulation } = yield* Effect.promise(() => import("@wechat-refund/simulator"));
    const { merchants, orders = [] } = Simulation.desk(yield* Clock.currentTimeMillis);
    const [merchant] = merchants;
    const { control, environment } = yield* Simulation.make({
      directory: yield* temporary,
      ...(where._tag === "Sqlite" && { ledger: Store.ledgerOf(where.file) }),
      config: { merchants: [{ ...merchant, notifyUrl }], orders },
    }).pipe(Effect.mapError(({ message }) => message));
    const provider = ConfigProvider.fromEnv({ env: { ...environment } });
    const layer = Merchants.layerConfig(NodeHttpsTransport.layerConfig, { name: simulatedName });
    const made = yield* Layer.build(Layer.provide(layer, ConfigProvider.layer(provider))).pipe(Effect.orDie);
    return { merchants: Context.get(made, Merchants.Merchants), inspector: control.url };
  });
