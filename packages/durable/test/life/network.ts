/**
 * The way to the gateway and back: every call takes its time, may be lost or come twice, and goes on by itself when who made it has died.
 * Behind it is the simulator's gateway; a query of it may lag behind what it accepted.
 */
import { Transport } from "@wechat-refund/core";
import { Fault, Gateway, GatewayConfig, MemoryTransport, Message } from "@wechat-refund/simulator";
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as Result from "effect/Result";
import type { VirtualTime } from "../../../simulator/test/virtualTime.ts";
import { Machine } from "./machine.ts";
import { apiKeyOf, appId, type Intent, type Plan, type Rotation } from "./plan.ts";
import { blockAtGateway } from "./speech.ts";
import { type Said, saidBy } from "./wire.ts";

/** A call on its way. */
export interface Call extends Said {
  readonly machine: Machine;
  readonly mchId: string;
  readonly number: string;
  readonly at: number;
  /** Nobody waits for its answer any more. */
  over: boolean;
}

export interface Watch {
  /** It is about to leave, and about a refund. */
  readonly leaves: (call: Call) => void;
  /** The gateway has heard it, and answers so. */
  readonly heard: (said: Said, outcome: string, isCopy: boolean) => void;
}

export class Network {
  readonly gateway: Gateway.Gateway;
  /** Nobody waits for its answer while it does not. */
  silentUntil = 0;
  private readonly plan: Plan;
  private readonly time: VirtualTime;
  private readonly world: Machine;
  private readonly point: (machine: Machine, name: string) => void;
  private readonly watch: Watch;
  private readonly lags = new Map<string, number>();

  constructor(
    plan: Plan,
    time: VirtualTime,
    world: Machine,
    point: (machine: Machine, name: string) => void,
    watch: Watch,
  ) {
    this.plan = plan;
    this.time = time;
    this.world = world;
    this.point = point;
    this.watch = watch;
    const [first, ...others] = plan.mchIds.map((mchId) => {
      const speech = plan.speech.get(mchId);
      return {
        appId,
        mchId,
        apiKey: apiKeyOf(mchId),
        notifyUrl: `https://shop.example/${mchId}`,
        ...(plan.has("funds") && { funds: { available: plan.pick([0, 300, 1500]) } }),
        ...(speech !== undefined && { v3: blockAtGateway(mchId, speech) }),
      };
    });
    const hasV3 = plan.speech.size > 0;
    if (first === undefined) throw new Error("a plan has a merchant");
    this.gateway = Gateway.make({
      merchants: [first, ...others],
      orders: plan.orders,
      limits: GatewayConfig.documentedLimits,
      replay: plan.replay,
      spacingMillis: plan.spacing ? 50_000 : 0,
      seed: String(plan.seed),
      logLimit: 1,
      signsUnrecorded: plan.signsUnrecorded,
      ...(plan.has("notices") && {
        notices: { duplicates: 0.3, held: 0.3, heldUpToMillis: 60_000, strangers: 0.2, probes: hasV3 ? 0.2 : 0 },
      }),
    });
    this.gateway.chaos.set({
      rates: plan.rates,
      lateMillis: 15_000,
      on: ["refund", "query", ...(hasV3 ? (["certificates"] as const) : [])],
    });
    for (const mchId of plan.speech.keys()) this.learn(mchId);
  }

  /** What the gateway has ever signed with, by merchant and id. */
  readonly platformKeys = new Map<string, string>();
  private learn(mchId: string): void {
    const { platform } = this.gateway;
    const key = platform.publicKey(mchId);
    if (key !== undefined) this.platformKeys.set(`${mchId} ${key.id}`, key.pem);
    for (const { pem, serialNo } of platform.certificates(mchId, this.time.start)) {
      this.platformKeys.set(`${mchId} ${serialNo}`, pem);
    }
  }

  /** The gateway gets another certificate for a merchant. */
  rotate({ announcedMillis, graceMillis, mchId }: Rotation): void {
    this.gateway.platform.rotate(mchId, this.time.start + this.time.now, { announcedMillis, graceMillis });
    this.learn(mchId);
  }

  /** From now on everything arrives, in time. */
  clear(): void {
    this.gateway.chaos.set(undefined);
    this.gateway.faults.clear();
    this.silentUntil = 0;
    this.isClear = true;
  }
  private isClear = false;

  private readonly bodies = new Set<string>();

  private get listening(): Gateway.Gateway {
    const { gateway, watch } = this;
    return {
      ...gateway,
      merchants: gateway.merchants,
      handle: (call) => {
        const reply = gateway.handle(call);
        const outcome = gateway.log.entries().at(-1)?.outcome ?? "";
        const said = saidBy(call);
        const nonce = said.fields.get("nonce_str") ?? "";
        if (said.what !== "keys") watch.heard(said, outcome, this.bodies.has(nonce));
        this.bodies.add(nonce);
        return reply;
      },
    };
  }

  /** Another system has sent it before. */
  before({ fee, mchId, number, order, totalFee }: Intent): void {
    const fields = new Map([
      ["appid", appId],
      ["mch_id", mchId],
      ["nonce_str", "before"],
      ["out_refund_no", number],
      ["out_trade_no", `T-${order}`],
      ["refund_desc", "商品已售完"],
      ["refund_fee", String(fee)],
      ["total_fee", String(totalFee)],
    ]);
    fields.set("sign", Message.sign(fields, apiKeyOf(mchId), "MD5"));
    this.gateway.handle({
      path: "/secapi/pay/refund",
      body: Result.getOrThrow(Message.write(fields)),
      clientCertificate: { commonName: mchId },
      now: this.time.start - 86_400_000,
    });
  }

  topUp(): void {
    for (const mchId of this.plan.mchIds) this.gateway.ledger.topUp(mchId, 1000);
  }

  /** The transport of one process for one merchant; APIv3 needs no certificate, and meets the same network. */
  transport(machine: Machine, mchId: string): Transport.Transport["Service"] {
    const inner = MemoryTransport.make(this.listening, { clientCertificate: { commonName: mchId } });
    return {
      send: (request) =>
        Effect.callback((resume) => {
          const { body, headers, mayLeave, url } = request;
          const said = saidBy({ path: new URL(url).pathname, headers, body });
          const call: Call = {
            ...said,
            machine,
            mchId,
            number: said.fields.get("out_refund_no") ?? "",
            at: this.time.now,
            over: false,
          };
          const leaves = (): void => {
            if (mayLeave?.() === false) return resume(Effect.fail(tooLate));
            if (call.what !== "keys") this.watch.leaves(call);
            this.point(machine, `${call.what}: connect`);
            this.point(machine, `${call.what}: part`);
            if (machine.state === "dead") return;
            this.world.run(this.carried(call, onOneConnection(inner.send(request), said), resume));
            this.point(machine, `${call.what}: sent`);
          };
          // A process that stands sends nothing.
          if (machine.state === "runs") leaves();
          else machine.enter(leaves);
          return Effect.sync(() => void (call.over = true));
        }),
    };
  }

  private carried(
    call: Call,
    there: Effect.Effect<Transport.TransportReply, Transport.TransportError>,
    resume: (effect: Effect.Effect<Transport.TransportReply, Transport.TransportError>) => void,
  ): Effect.Effect<void> {
    const { plan, time } = this;
    const { machine, what } = call;
    return Effect.gen({ self: this }, function* () {
      yield* Effect.sleep(plan.between(1, 80));
      if (time.now < this.silentUntil) {
        yield* Effect.sleep(30_000);
        return resume(Effect.fail(lost));
      }
      if (what === "ask" && !this.isClear && time.now < (this.lags.get(call.number) ?? 0)) {
        this.gateway.faults.push(
          Fault.Refuse({ on: "query", errCode: "REFUNDNOTEXIST", errCodeDes: "not exist", accepted: false }),
        );
      } else if (call.protocol === "v3" && !this.isClear && plan.has("pages") && plan.random() < 0.15) {
        this.gateway.faults.push(between(call.what, plan));
      }
      const rows = this.gateway.ledger.size();
      const heard = Effect.result(Effect.provideService(there, Clock.Clock, time.gatewayClock));
      // It comes twice: before anybody is answered, for what was answered nobody sends on. Not where a query lags as
      // well: the refusal of the second and a REFUNDNOTEXIST then end a refund that was accepted, which decision 0011 takes upon itself.
      if (!this.isClear && plan.has("duplicates") && !plan.has("lag") && plan.random() < 0.2) yield* heard;
      const reply = yield* heard;
      if (this.gateway.ledger.size() > rows && plan.has("lag")) {
        this.lags.set(call.number, time.now + plan.between(0, 30_000));
      }
      yield* Effect.sleep(plan.between(1, 80));
      machine.enter(() => {
        if (call.over) return;
        this.point(machine, `${what}: half`);
        this.point(machine, `${what}: read`);
        const arrives = (): void => {
          call.over = true;
          resume(Effect.fromResult(reply));
        };
        if (machine.state === "runs") arrives();
        else machine.enter(arrives);
      });
    });
  }
}

/** Who stands between says something that only the gateway may say, and has no signature for it. */
const between = (what: Call["what"], { pick, random }: Plan): Fault.Fault => {
  const [status, code] = pick([
    [403, "USER_ACCOUNT_ABNORMAL"],
    [403, "NOT_ENOUGH"],
    [404, "RESOURCE_NOT_EXISTS"],
    [400, "PARAM_ERROR"],
  ] as const);
  return Fault.Replace({
    on: ({ send: "refund", ask: "query", keys: "certificates" } as const)[what],
    status,
    contentType: "application/json",
    body: JSON.stringify({ code, message: "说明" }),
    reached: random() < 0.5,
  });
};

/** What comes twice comes on one connection, with one signature: that there is no certificate, or that the signature is wrong, is not said of the second alone. */
const onOneConnection = <A extends { readonly status: number }, E>(
  there: Effect.Effect<A, E>,
  { protocol }: Said,
): Effect.Effect<A, E> => {
  let first: Exit.Exit<A, E> | undefined;
  return Effect.flatMap(Effect.exit(there), (exit) => {
    const before = (first ??= exit);
    return Exit.isSuccess(exit) && exit.value.status === (protocol === "v2" ? 400 : 401) ? before : exit;
  });
};

const tooLate = new Transport.TransportError({ reason: new Transport.Unreachable({ detail: "its time was over" }) });
const lost = new Transport.TransportError({ reason: new Transport.ConnectionLost({ detail: "nobody answers" }) });
