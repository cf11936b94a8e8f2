/** A store in a file, a worker over it, and the simulator's gateway, on a clock that the test moves. */
import { join } from "node:path";
import { Clock, Context, type Duration, Effect, Layer, Redacted } from "effect";
import { SqlClient } from "effect/sql";
import { TestClock } from "effect/testing";
import { Merchants, type Refund, Transport } from "@wechat-refund/core";
import {
  Durable,
  Events,
  Health,
  Reconciler,
  Refunds,
  RefundStore,
  type Worker,
  Worker as Workers,
} from "@wechat-refund/durable";
import { Gateway, type GatewayConfig, MemoryTransport } from "@wechat-refund/simulator";
import { directory } from "./files.ts";

export const start = Date.UTC(2026, 0, 5);
export const person = { by: "ming", reason: "asked by the customer" } as const;
/** Marked, to be looked for where they must not be. */
export const secret = "SecretOfTheShop00000000000000001";
export const payer = "招商银行信用卡0403";

const appId = "wx8888888888888888";
const identities = {
  shop: { mchId: "1900000109", apiKey: secret },
  other: { mchId: "1900000110", apiKey: "SecretOfTheOther0000000000000002" },
  provider: { mchId: "1900000209", apiKey: "SecretOfTheProvider0000000000003" },
} as const;
export const { mchId } = identities.shop;
const subs = { north: "1900000301", south: "1900000302" } as const;

/** A call that left for the gateway. */
export interface Left {
  readonly at: number;
  readonly call: "send" | "ask";
  readonly number: string;
}

export type Config = Partial<typeof GatewayConfig.Config.Encoded> & { readonly money?: number };

const orders = (count: number) =>
  Array.from({ length: count }, (_, n) => [
    {
      mchId,
      transactionId: `42${n}`,
      outTradeNo: `T-${n}`,
      totalFee: 1000,
      paidAt: start - 86_400_000,
      receivingAccount: payer,
    },
    { mchId: identities.other.mchId, transactionId: `43${n}`, outTradeNo: `T-${n}`, totalFee: 1000, paidAt: start },
    ...Object.values(subs).map((subMchId, at) => ({
      mchId: identities.provider.mchId,
      subMchId,
      transactionId: `${44 + at}${n}`,
      outTradeNo: `T-${n}`,
      totalFee: 1000,
      paidAt: start,
    })),
  ]).flat();

/** `money`: what the shop has, in fen; more than enough unless told otherwise. */
export const gatewayOf = ({ money, ...config }: Config = {}): Gateway.Gateway =>
  Gateway.make({
    merchants: [
      { appId, ...identities.shop, ...(money !== undefined && { funds: { available: money } }) },
      { appId, ...identities.other },
      { appId, ...identities.provider, subMerchants: Object.values(subs).map((subMchId) => ({ subMchId })) },
    ],
    orders: orders(30),
    ...config,
  });

/** What left for a gateway, and the most calls of one number that were under way at a time. */
export class Watched {
  readonly left: Array<Left> = [];
  /** The bills that were asked for, by their days. */
  readonly bills: Array<{ readonly at: number; readonly date: string }> = [];
  most = 0;
  /** Whether the newest call may leave, as who makes it is told. */
  mayLeave: (() => boolean) | undefined;
  private readonly open = new Map<string, number>();

  transport(gateway: Gateway.Gateway, commonName: string, takes: Duration.Input = 0): Transport.Transport["Service"] {
    const inner = MemoryTransport.make(gateway, { clientCertificate: { commonName } });
    return {
      send: (request) =>
        Effect.gen({ self: this }, function* () {
          const body = new TextDecoder().decode(request.body);
          const date = /<bill_date>(?:<!\[CDATA\[)?([0-9]+)/.exec(body)?.[1];
          if (date !== undefined) {
            this.bills.push({ at: yield* Clock.currentTimeMillis, date });
            return yield* inner.send(request);
          }
          const number = /<out_refund_no>(?:<!\[CDATA\[)?([^<\]]+)/.exec(body)?.[1] ?? "";
          const open = (this.open.get(number) ?? 0) + 1;
          this.open.set(number, open);
          this.most = Math.max(this.most, open);
          this.mayLeave = request.mayLeave;
          this.left.push({
            at: yield* Clock.currentTimeMillis,
            call: request.url.endsWith("/refund") ? "send" : "ask",
            number,
          });
          return yield* Effect.ensuring(
            Effect.andThen(Effect.sleep(takes), inner.send(request)),
            Effect.sync(() => void this.open.set(number, Math.max(0, (this.open.get(number) ?? 1) - 1))),
          );
        }),
    };
  }

  /** The numbers whose calls are under way. */
  get flying(): ReadonlyArray<string> {
    return [...this.open].filter(([, count]) => count > 0).map(([number]) => number);
  }

  /** Their process is no more: none of them is under way any longer. */
  forget(numbers: ReadonlyArray<string>): void {
    for (const number of numbers) this.open.delete(number);
  }

  /** `send R-1` and so on, in their order. */
  get calls(): ReadonlyArray<string> {
    return this.left.map(({ call, number }) => `${call} ${number}`);
  }

  sends(number?: string): ReadonlyArray<Left> {
    return this.left.filter((left) => left.call === "send" && (number === undefined || left.number === number));
  }
}

export interface Setting {
  readonly worker?: Worker.Options | false;
  readonly appId?: string;
  /** Which merchants the process knows. */
  readonly knows?: ReadonlyArray<"shop" | "other" | "north" | "south">;
  /** How long a call takes. */
  readonly takes?: Duration.Input;
  readonly defaults?: Refunds.Options["defaults"];
  readonly reconciler?: Reconciler.Options;
}

export const merchantsOf = (watched: Watched, gateway: Gateway.Gateway, setting: Setting = {}) => {
  const { knows = ["shop", "other", "north", "south"], takes } = setting;
  return Merchants.layer(
    knows.map((name) => {
      const subMchId = name === "north" || name === "south" ? subs[name] : undefined;
      const { apiKey, ...rest } = identities[name === "north" || name === "south" ? "provider" : name];
      return {
        name,
        v2: {
          ...rest,
          appId: setting.appId ?? appId,
          apiKey: Redacted.make(apiKey),
          ...(subMchId !== undefined && { subMchId }),
          transport: Layer.succeed(Transport.Transport, watched.transport(gateway, rest.mchId, takes)),
        },
      };
    }),
  );
};

/** Long pauses between looks: what is due sooner is told, and virtual hours are short. */
const unhurried = { poll: "20 seconds", lease: "200 seconds" } as const;

/** A gateway and a file, and processes over it, one after the other. */
export const world = Effect.fnUntraced(function* (config: Config = {}) {
  yield* TestClock.setTime(start);
  const gateway = gatewayOf(config);
  const watched = new Watched();
  const file = join(yield* directory, "refunds.db");

  /** A process, until the scope closes. */
  const open = Effect.fnUntraced(function* (setting: Setting = {}) {
    const { defaults, reconciler, worker = {} } = setting;
    const context = yield* Layer.build(
      Durable.layerSqlite({
        file,
        worker: worker === false ? false : { ...unhurried, ...worker },
        ...(defaults !== undefined && { defaults }),
        ...(reconciler !== undefined && { reconciler }),
      }).pipe(Layer.provide(merchantsOf(watched, gateway, setting))),
    );
    const refunds = Context.get(context, Refunds.Refunds);
    const find = (outRefundNo: string, merchant: Refunds.Whose = "shop") =>
      Effect.flatMap(refunds.find(merchant, outRefundNo), Effect.fromNullishOr);
    return {
      refunds,
      find,
      sql: Context.get(context, SqlClient.SqlClient),
      store: Context.get(context, RefundStore.RefundStore),
      events: Context.get(context, Events.Events),
      worker: Context.get(context, Workers.Worker),
      health: Context.get(context, Health.Health),
      reconciler: Context.get(context, Reconciler.Reconciler),
      /** What happened to a refund, in words. */
      story: (outRefundNo: string, merchant = "shop") =>
        Effect.map(refunds.history(merchant, outRefundNo), (lines) => lines.map(({ what }) => what)),
      /** Lets time pass until it is so. */
      until: Effect.fnUntraced(function* (
        outRefundNo: string,
        is: (refund: Refunds.Refund) => boolean,
        merchant: Refunds.Whose = "shop",
      ) {
        for (let seconds = 0; seconds < 7200; seconds++) {
          const refund = yield* find(outRefundNo, merchant);
          if (is(refund)) return refund;
          yield* TestClock.adjust("1 second");
        }
        return yield* Effect.die(
          `${outRefundNo} has not become so: ${JSON.stringify(yield* find(outRefundNo, merchant))}`,
        );
      }),
    };
  });

  /** Posts the notices that are due by now, each so often; WeChat repeats them. */
  const deliver = Effect.fnUntraced(function* (refunds: Refunds.Service, times = 1) {
    const deliveries = gateway.notices.take(yield* Clock.currentTimeMillis);
    const results: Array<Refunds.NoticeResult> = [];
    for (const delivery of deliveries) {
      for (let n = 0; n < times; n++) results.push(yield* refunds.notice({ merchant: "shop", body: delivery.body }));
      gateway.notices.settle(delivery, { failure: "it comes again" });
    }
    return results;
  });

  return { gateway, watched, file, open, deliver };
});

/** A refund of 1 of 10 yuan of the order `T-n`. */
export const request = (n: number, more: Partial<Refund.RefundRequest> = {}): Refund.RefundRequest => ({
  order: { outTradeNo: `T-${n}` },
  outRefundNo: `R-${n}`,
  totalFee: 1000,
  refundFee: 100,
  ...more,
});

export const is =
  (truth: Refunds.Refund["truth"]) =>
  (refund: Refunds.Refund): boolean =>
    refund.truth === truth;
