/**
 * A gateway in a process of its own, which the processes that it proves things of may outlive or not: it is never killed, and owns the
 * ledger and an account of every call. Its parent steers it, see {@link Command}. Ends with its parent.
 */
import { fork } from "node:child_process";
import { subscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Chaos, Gateway, NoticePoster, Server } from "@wechat-refund/simulator";
import { TestIdentities } from "@wechat-refund/testkit";
import { Effect } from "effect";
import { refundOf } from "./refunds.ts";

export interface Setup {
  /** Refund `n` is of the merchant at `n` modulo their number. */
  readonly merchants: ReadonlyArray<{ readonly mchId: string; readonly appId: string; readonly apiKey: string }>;
  readonly refunds: number;
  readonly seed: string;
  /** How many of the calls meet a fault, from 0 to 1. */
  readonly faults: number;
  /** Without the fault that asks for a minute's patience. */
  readonly brisk: boolean;
  /** `false`: without a reply that is taken for the next call's: that one has ended for its caller, and here it is still under way. */
  readonly strays?: boolean;
  /** How long an answer is held back at most, in ms; 400 unless told otherwise. */
  readonly lateMillis?: number;
  /** After how many ms an accepted refund is SUCCESS; 5000 unless told otherwise. */
  readonly successAfter?: number;
  /** Tells of each result: the parent gets `{ notice }` and answers with {@link Command} `acknowledge`. */
  readonly notices?: boolean;
}

/** How to call for a merchant. */
export interface Access {
  readonly mchId: string;
  readonly appId: string;
  readonly apiKey: string;
  readonly url: string;
  readonly caPem: string;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

export interface LedgerRow {
  readonly outRefundNo: string;
  readonly outTradeNo: string;
  readonly refundId: string;
  readonly refundFee: number;
}

/** What the gateway saw of a refund number. */
export interface Seen {
  readonly outRefundNo: string;
  /** When the first call of it came, in ms since 1970. */
  firstAt: number;
  sends: number;
  asks: number;
  /** Calls that came while another of the same number was under way: both, and since when. */
  readonly overlaps: Array<string>;
  /** The fields of its sends, but for those that differ from call to call. */
  readonly forms: Array<string>;
}

export interface Notice {
  readonly id: number;
  readonly mchId: string;
  /** Base64. */
  readonly body: string;
}

export type Command =
  | { readonly ask: "ledger" | "seen" }
  | { readonly faults: number }
  /** Whether it answers at all. */
  | { readonly away: boolean }
  | { readonly acknowledge: number }
  /** Tells of these once more. */
  | { readonly tellAgain: ReadonlyArray<string> };

/** Not the fault that says that the merchant's certificate is wrong: that is no fault to wait out. */
const kindsOf = ({ brisk, strays = true }: Setup) => {
  const without = new Set([
    "certificatePage",
    "replyLate",
    ...(brisk ? ["frequencyLimited"] : []),
    ...(strays ? [] : ["strayReply"]),
  ]);
  return Chaos.usualKinds.filter((kind) => !without.has(kind));
};

const latency = 0.85;

const fields = /<(\w+)>(?:<!\[CDATA\[)?([^\]<]*)/g;
const differing = new Set(["xml", "nonce_str", "sign"]);

/** Watches the server: what came, and until when it was under way. */
const watch = (): ReadonlyMap<string, Seen> => {
  const seen = new Map<string, Seen>();
  const active = new Map<string, Set<string>>();
  const note = (path: string, body: string, response: ServerResponse): void => {
    const said = [...body.matchAll(fields)].map(([, name = "", value = ""]) => [name, value] as const);
    const outRefundNo = said.find(([name]) => name === "out_refund_no")?.[1];
    if (outRefundNo === undefined || response.destroyed) return;
    const firstAt = Date.now();
    const one = seen.get(outRefundNo) ?? { outRefundNo, firstAt, sends: 0, asks: 0, overlaps: [], forms: [] };
    seen.set(outRefundNo, one);
    const others = active.get(outRefundNo) ?? new Set();
    active.set(outRefundNo, others);
    const call = `${path} from port ${response.socket?.remotePort} at ${new Date().toISOString()}`;
    if (others.size > 0) one.overlaps.push(`${[...others].join(", ")}, then ${call}`);
    others.add(call);
    response.once("close", () => others.delete(call));
    if (!path.includes("/secapi/")) return void one.asks++;
    one.sends++;
    const form = JSON.stringify(said.filter(([name]) => !differing.has(name)).sort(([a], [b]) => (a < b ? -1 : 1)));
    if (!one.forms.includes(form)) one.forms.push(form);
  };
  subscribe("http.server.request.start", (message) => {
    const { request, response } = message as { readonly request: IncomingMessage; readonly response: ServerResponse };
    const chunks: Array<Buffer> = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => note(request.url ?? "", Buffer.concat(chunks).toString(), response));
  });
  return seen;
};

const serve = async (setup: Setup) => {
  const { faults, lateMillis = 400, merchants, notices = false, refunds, seed, successAfter = 5000 } = setup;
  const chaosOf = (rate: number) => ({
    rates: { ...Chaos.evenly(rate, kindsOf(setup)), replyLate: latency },
    on: ["refund", "query"] as const,
    lateMillis,
  });
  const [first, ...more] = merchants.map(({ apiKey, appId, mchId }) => ({
    appId,
    mchId,
    apiKey,
    // Where nobody listens: the parent is told instead.
    ...(notices && { notifyUrl: `http://127.0.0.1:9/${mchId}` }),
  }));
  if (first === undefined) throw new Error("no merchant");
  const gateway = Gateway.make({
    merchants: [first, ...more],
    orders: Array.from({ length: refunds }, (_, n) => {
      const { outTradeNo, totalFee } = refundOf(n);
      const mchId = merchants[n % merchants.length]?.mchId ?? first.mchId;
      return { mchId, outTradeNo, totalFee, transactionId: `42${n}`, paidAt: Date.now() - 60_000 };
    }),
    seed,
    replay: "business-error",
    course: [{ status: "SUCCESS", afterMillis: successAfter }],
    // Most answers take their time, as they do at the real gateway; otherwise few requests were under way at any moment.
    chaos: chaosOf(faults),
    logLimit: refunds,
  });
  const seen = watch();
  let away = false;
  const draw = gateway.chaos.draw;
  const chaos = {
    ...gateway.chaos,
    draw: (path: string, body: Uint8Array) => (away ? ({ _tag: "Reset", reached: false } as const) : draw(path, body)),
  };
  const waiting = new Map<number, () => void>();
  let lastId = 0;
  const told = (body: Uint8Array, url: string) =>
    Effect.callback<{ readonly status: number; readonly body: string }>((resume) => {
      const id = ++lastId;
      waiting.set(id, () => {
        waiting.delete(id);
        resume(Effect.succeed({ status: 200, body: "<xml><return_code>SUCCESS</return_code></xml>" }));
      });
      const notice: Notice = { id, mchId: url.split("/").at(-1) ?? "", body: Buffer.from(body).toString("base64") };
      process.send?.({ notice });
    });
  process.on("message", (command: Command) => {
    if ("faults" in command) gateway.chaos.set(chaosOf(command.faults));
    else if ("away" in command) away = command.away;
    else if ("acknowledge" in command) waiting.get(command.acknowledge)?.();
    else if ("tellAgain" in command) {
      const numbers = new Set(command.tellAgain);
      for (const { id, outRefundNo } of gateway.notices.all()) {
        if (numbers.has(outRefundNo)) gateway.notices.again(id, Date.now());
      }
    } else if (command.ask === "seen") process.send?.({ seen: [...seen.values()] });
    else {
      const rows = [...gateway.ledger.rows()].map(({ order, outRefundNo, refundFee, refundId }): LedgerRow => ({
        outRefundNo,
        outTradeNo: order.outTradeNo,
        refundId,
        refundFee,
      }));
      process.send?.({ rows });
    }
  });
  process.on("disconnect", () => process.exit(0));
  await Effect.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        const accesses: Array<Access> = [];
        // An authority makes certificates for two merchants.
        for (let at = 0; at < merchants.length; at += 2) {
          const [a, b] = [merchants[at], merchants[at + 1]];
          if (a === undefined) break;
          const identities = TestIdentities.make({
            merchantA: a.mchId,
            ...(b !== undefined && { merchantB: b.mchId }),
          });
          const { url } = yield* Server.make({ ...gateway, chaos } as Gateway.Gateway, { identities });
          for (const [merchant, { certificatePem, privateKeyPem }] of [
            [a, identities.merchantA],
            ...(b === undefined ? [] : [[b, identities.merchantB] as const]),
          ] as const) {
            accesses.push({ ...merchant, url, caPem: identities.ca, certificatePem, privateKeyPem });
          }
        }
        if (notices) yield* Effect.forkScoped(NoticePoster.run(gateway, ({ body, url }) => told(body, url)));
        process.send?.({ accesses });
        return yield* Effect.never;
      }),
    ),
  );
};

/** A gateway that runs in its process. */
export interface Running {
  readonly accesses: ReadonlyArray<Access>;
  readonly ledger: () => Promise<ReadonlyArray<LedgerRow>>;
  readonly seen: () => Promise<ReadonlyArray<Seen>>;
  readonly tell: (command: Exclude<Command, { readonly ask: unknown }>) => void;
  readonly end: () => Promise<void>;
}

/** Starts a gateway; `noticed` is handed what it tells, and completes when that may be forgotten. */
export const start = async (
  setup: Setup,
  noticed: (notice: Notice) => Promise<void> = () => Promise.resolve(),
): Promise<Running> => {
  const child = fork(import.meta.filename, [JSON.stringify(setup)], { execArgv: [] });
  const waiting: Array<(message: Record<string, unknown>) => void> = [];
  const answer = () => new Promise<Record<string, unknown>>((resolve) => void waiting.push(resolve));
  const ready = answer();
  child.on("message", (message: Record<string, unknown>) => {
    const { notice } = message as { readonly notice?: Notice };
    if (notice === undefined) return waiting.shift()?.(message);
    noticed(notice).then(
      () => child.connected && child.send({ acknowledge: notice.id } satisfies Command),
      () => {},
    );
  });
  const asked = (ask: "ledger" | "seen") => {
    const answered = answer();
    child.send({ ask } satisfies Command);
    return answered;
  };
  const gone = once(child, "exit").then(() => {
    throw new Error("the gateway has ended");
  });
  gone.catch(() => {});
  const { accesses } = (await Promise.race([ready, gone])) as { readonly accesses: ReadonlyArray<Access> };
  return {
    accesses,
    ledger: async () => (await asked("ledger"))["rows"] as ReadonlyArray<LedgerRow>,
    seen: async () => (await asked("seen"))["seen"] as ReadonlyArray<Seen>,
    tell: (command) => void child.send(command),
    end: async () => {
      const closed = once(child, "exit");
      child.disconnect();
      await closed;
    },
  };
};

if (process.argv[1] === import.meta.filename) await serve(JSON.parse(process.argv[2] ?? "") as Setup);
