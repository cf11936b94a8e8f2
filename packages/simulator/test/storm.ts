/**
 * Storms: many refunds meet an outage, and are driven to their end over the simulator's gateway with its limits on, in virtual time.
 *
 * The drivers are the product's own: `Resend.untilKnown` in the turns of one `Pace` for each merchant. What is not: the clock, which goes to
 * the next time at which anybody wakes, and a network that loses calls and takes its time.
 */
import { Merchant, Operation, Pace, Refund, RefundClient, Resend, Transport } from "@wechat-refund/core";
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import * as Redacted from "effect/Redacted";
import * as References from "effect/References";
import { Gateway, GatewayConfig, MemoryTransport } from "../src/index.ts";
import { seeded, VirtualTime } from "./virtualTime.ts";

/** One storm. Times in ms. */
export interface Storm {
  readonly refunds: number;
  readonly merchants: number;
  /** The outage begins with the first call: whatever is sent then is not answered, and does not arrive. */
  readonly outage: number;
  /** The share of the refunds that had arrived before, although nobody was told: each is in doubt. */
  readonly arrived: 0 | 0.5 | 1;
  /** The share of calls that are lost after the outage, half of them on the way there. */
  readonly loss: number;
  readonly roundTrip: number;
  readonly replay: "same-success" | "business-error";
  /** How long a call waits for its answer. */
  readonly timeOut?: number;
  /** The wall clock jumps by so much, to and fro, each minute; the monotonic one does not. */
  readonly jump?: number;
  readonly seed?: number;
}

/** What came of it. Seconds from the end of the outage. */
export interface Weather {
  readonly known: number;
  readonly median: number;
  readonly p99: number;
  readonly last: number;
  /** The most calls of one merchant in any second; the same for those that failed at the gateway. */
  readonly mostCalls: number;
  readonly mostFailing: number;
  /** How often the gateway blocked a merchant for a minute, because there were too many. */
  readonly blocks: number;
  readonly calls: number;
  readonly refundsMade: number;
  readonly mostSends: number;
  /** The last of each merchant. */
  readonly lastOfMerchants: ReadonlyArray<number>;
}

const apiKey = (n: number): string => `StormKey${String(n).padStart(24, "0")}`;
const requestOf = (n: number): Refund.RefundRequest => ({
  order: { outTradeNo: `T-${n}` },
  outRefundNo: `R-${n}`,
  totalFee: 100,
  refundFee: 100,
});
const mchIdOf = (n: number): string => `19000001${String(n).padStart(2, "0")}`;

/** The most in any second that begins with one of them; the times are in order. */
const mostInASecond = (times: ReadonlyArray<number>): number => {
  let most = 0;
  let from = 0;
  times.forEach((time, at) => {
    while ((times[from] as number) <= time - 1000) from++;
    most = Math.max(most, at - from + 1);
  });
  return most;
};

/** Drives all of it to the end, or for two days. */
export const run = async (storm: Storm): Promise<Weather> => {
  const { arrived, jump = 0, loss, merchants, outage, refunds, replay, roundTrip, seed = 1, timeOut = 20_000 } = storm;
  const random = seeded(seed);
  const time = new VirtualTime();
  const paidAt = time.wallOffset - 86_400_000;
  const all = Array.from({ length: refunds }, (_, n) => ({ n, merchant: n % merchants }));
  const [first, ...others] = Array.from({ length: merchants }, (_, n) => ({
    appId: "wx8888888888888888",
    mchId: mchIdOf(n),
    apiKey: apiKey(n),
  }));
  if (first === undefined) throw new Error("a storm needs a merchant");
  const gateway = Gateway.make({
    merchants: [first, ...others],
    orders: all.map(({ merchant, n }) => ({
      mchId: mchIdOf(merchant),
      transactionId: `42${String(n).padStart(10, "0")}`,
      outTradeNo: `T-${n}`,
      totalFee: 100,
      paidAt,
    })),
    limits: GatewayConfig.documentedLimits,
    replay,
    logLimit: 1,
  });
  const calls = Array.from({ length: merchants }, (): Array<number> => []);
  const failing = Array.from({ length: merchants }, (): Array<number> => []);
  let blocks = 0;
  let blockedAt = -Infinity;
  const sends = new Map<string, number>();
  const lost = Effect.andThen(
    Effect.suspend(() => time.sleep(timeOut)),
    Effect.fail(
      new Transport.TransportError({ reason: new Transport.TimedOut({ phase: "exchange", limitMillis: timeOut }) }),
    ),
  );
  const transportOf = (merchant: number): Transport.Transport["Service"] => {
    const inner = MemoryTransport.make(gateway, { clientCertificate: { commonName: mchIdOf(merchant) } });
    return {
      send: (request) =>
        Effect.suspend(() => {
          const body = new TextDecoder().decode(request.body);
          const isSend = request.url.endsWith("/refund");
          const number = /<out_refund_no>(?:<!\[CDATA\[)?R-(\d+)/.exec(body)?.[1] ?? "";
          const before = sends.get(number) ?? 0;
          if (isSend) sends.set(number, before + 1);
          calls[merchant]?.push(time.now);
          // The gateway's own clock is right, whatever ours says.
          const there = Effect.andThen(
            time.sleep(roundTrip / 2),
            Effect.provideService(inner.send(request), Clock.Clock, time.gatewayClock),
          );
          if (time.now < outage) return lost;
          const isLost = random() < loss;
          if (isLost && random() < 0.5) return lost;
          const answered = Effect.tap(there, (reply) =>
            Effect.sync(() => {
              const text = new TextDecoder().decode(reply.body);
              if (/INVALID_REQ_TOO_MUCH|FREQUENCY_LIMITED/.test(text)) {
                if (time.now > blockedAt + 70_000) blocks++;
                blockedAt = time.now;
              }
              if (/FAIL/.test(text)) failing[merchant]?.push(time.now);
            }),
          );
          if (isLost) return Effect.andThen(Effect.ignore(answered), lost);
          return Effect.flatMap(answered, (reply) => Effect.as(time.sleep(roundTrip / 2), reply));
        }),
    };
  };
  const identities = calls.map((_, n) => {
    const merchant = Merchant.make({
      appId: "wx8888888888888888",
      mchId: mchIdOf(n),
      apiKey: Redacted.make(apiKey(n)),
    });
    if (merchant._tag === "Failure") throw merchant.failure;
    return merchant.success;
  });
  // What had arrived before, without a driver.
  for (const { merchant, n } of all) {
    if (n % 100 >= arrived * 100) continue;
    const owner = identities[merchant];
    if (owner === undefined) continue;
    const post = Operation.prepare(Refund.operation, requestOf(n), {
      merchant: owner,
      nonce: `before${n}`,
      endpoint: Operation.mainEndpoint,
    });
    if (post._tag === "Failure") throw post.failure;
    const { pathname } = new URL(post.success.url);
    // A day apart from what follows, and a second from each other: none of it counts to the limits.
    gateway.handle({
      path: pathname,
      body: post.success.body,
      clientCertificate: { commonName: owner.mchId },
      now: paidAt + n * 1000,
    });
  }
  const clients = await Promise.all(
    identities.map((merchant, n) => {
      const parts = Context.make(Merchant.Merchant, merchant).pipe(Context.add(Transport.Transport, transportOf(n)));
      const pace = Pace.make();
      return Effect.runPromise(
        Effect.map(Effect.provideContext(RefundClient.make, parts), (client) => pace.refundClient(client)),
      );
    }),
  );
  const times: Array<number> = [];
  const lastOfMerchants = calls.map(() => Number.NaN);
  const left = { open: refunds };
  const fibers = all.map(({ merchant, n }) => {
    const request = requestOf(n);
    const story = Resend.untilKnown(request, { attempted: true }).pipe(
      Effect.map((known) => {
        left.open--;
        if (known._tag !== "Accepted") return;
        const seconds = Math.max(0, time.now - outage) / 1000;
        times.push(seconds);
        lastOfMerchants[merchant] = seconds;
      }),
      Effect.provideService(RefundClient.RefundClient, clients[merchant] as RefundClient.RefundClient["Service"]),
      Effect.provideService(Clock.Clock, time.clock),
      Effect.provideService(References.MinimumLogLevel, "None"),
    );
    return Effect.runFork(story);
  });
  // Everything that can run has run when a turn of the event loop brings nothing new: two are more than any step takes.
  const settle = async () => {
    for (let turn = 0; turn < 2; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
  };
  await settle();
  let nextJump = 60_000;
  while (left.open > 0 && time.now < outage + 2 * 86_400_000 && time.advance()) {
    if (jump !== 0 && time.now >= nextJump) {
      nextJump += 60_000;
      time.wallOffset += (nextJump / 60_000) % 2 === 0 ? jump : -jump;
    }
    await settle();
  }
  await Promise.all(fibers.map((fiber) => Effect.runPromise(Fiber.interrupt(fiber))));
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.ceil(share * refunds) - 1] ?? Number.NaN;
  return {
    known: times.length,
    median: at(0.5),
    p99: at(0.99),
    last: at(1),
    mostCalls: Math.max(...calls.map(mostInASecond)),
    mostFailing: Math.max(...failing.map(mostInASecond)),
    blocks,
    calls: calls.reduce((sum, { length }) => sum + length, 0),
    refundsMade: [...gateway.ledger.rows()].length,
    mostSends: Math.max(...sends.values()),
    lastOfMerchants,
  };
};
