/**
 * The invariants of a refund's life, judged from outside: by what the gateway has in its ledger and heard on the wire, what the callers were
 * told, and SQL over the store. Nothing of the product's own reading of a row or of a reply is used here.
 *
 * I1 one number an intent · I2 one number, the same fields · I3 one row a number, no mismatch, no more than was paid · I4 stored before sent ·
 * I5 success proved · I6 no refusal of what was accepted, and no refund of what was given up · I7 final is for ever, history only grows · I8 what was acknowledged is there ·
 * I9 everything ends (see `bound.ts`) · I10 no state without a signed word · I11 one call a number, the order's minute, the limits ·
 * I12 every event, the same content · I13 no secret · I14 other fields under a number are refused · I15 one protocol a refund: it is repeated
 * and asked for through the one that began it.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { isDeepStrictEqual } from "node:util";
import type { Ledger } from "@wechat-refund/simulator";
import type { VirtualTime } from "../../../simulator/test/virtualTime.ts";
import type { Machine } from "./machine.ts";
import type { Call, Network } from "./network.ts";
import { apiKeyOf, type Intent, type Plan } from "./plan.ts";
import { type Proof, type Shown, shownBy } from "./proofs.ts";
import { apiV3KeyOf, secretOf } from "./speech.ts";
import type { Protocol, Said } from "./wire.ts";

export interface Broken {
  readonly id: string;
  readonly what: string;
}

/** A row as SQL gives it. */
export interface Stored {
  readonly id: number;
  readonly mch_id: string;
  readonly out_refund_no: string;
  readonly protocol: Protocol;
  readonly order_no: string;
  readonly refund_fee: number;
  readonly request: string;
  readonly fingerprint: string;
  readonly truth: string;
  readonly block: string | null;
  readonly progress: string;
  readonly owner: string | null;
  readonly sent_at: number | null;
  readonly seq: number;
  readonly version: number;
}

interface Line {
  readonly id: number;
  readonly refund: number;
  readonly seq: number;
  readonly what: string;
  readonly truth: string;
  readonly block: string | null;
  readonly from_truth: string | null;
  readonly from_block: string | null;
  readonly changed: number;
  readonly at: number;
  readonly detail: string | null;
}

export const finals: ReadonlySet<string> = new Set(["Succeeded", "Closed", "Rejected", "Resolved"]);

const parsed = ({ progress }: Stored): unknown => JSON.parse(progress);

/** From where to where a truth may go. */
const ways: Readonly<Record<string, ReadonlySet<string>>> = {
  Recorded: new Set(["Unknown", "Accepted", "Succeeded", "Closed", "Rejected", "NotMade", "Resolved"]),
  Unknown: new Set(["Accepted", "Succeeded", "Closed", "Rejected", "Resolved"]),
  Accepted: new Set(["Succeeded", "Closed", "Resolved"]),
  NotMade: new Set(["Recorded", "Resolved"]),
};

const unsigned = new Set(["nonce_str", "sign"]);

/** What an order was refunded by, whose refund it was, and when its call left. */
interface Left {
  readonly number: string;
  readonly at: number;
  readonly jumps: number;
  readonly by: string;
  /** ms from its begin in the store, which is what another process goes by, until it left. */
  readonly late: number;
}

const minute = 60_000;

const openOf = ({ progress }: Stored): string | undefined => (JSON.parse(progress) as { readonly open?: string }).open;

export class Checker {
  readonly broken: Array<Broken> = [];
  readonly rows = new Map<string, Stored>();
  /** Numbers that a caller was told are recorded. */
  readonly acknowledged = new Set<string>();
  /** Refunds that had been given up when an older state of the store was put back, and that nobody has wanted since: from when on. */
  private readonly withheld = new Map<string, number>();
  private restores = 0;
  /** How often the wall clock was moved. */
  jumps = 0;
  private readonly plan: Plan;
  private readonly time: VirtualTime;
  private readonly wall: () => number;
  private readonly network: () => Network;
  private readonly intents: ReadonlyMap<string, Intent>;
  /** The call that was begun last, and by whom, while nothing else was written of it. */
  private readonly begun = new Map<string, string>();
  /** What was sent first, by number and protocol: a store that was put back may have forgotten it. */
  private readonly sent = new Map<string, string>();
  /** What a number was first called for through, in this store. */
  private readonly through = new Map<string, Protocol>();
  private readonly sends = new Map<string, Array<number>>();
  private readonly flying = new Map<string, Call>();
  private readonly orders = new Map<string, Array<Left>>();
  /** Which process made a call, by its nonce. */
  private readonly callers = new Map<string, string>();
  private readonly learned = new Set<string>();
  private readonly failing = new Map<string, Array<number>>();
  private readonly events = new Map<number, string>();
  private readonly lines = new Map<number, Line>();
  private readonly standings = new WeakMap<Machine, number>();
  private newest = 0;
  private known = "";
  private statements:
    | Record<"mark" | "refunds" | "lines" | "proof" | "holder" | "holds" | "orders", StatementSync>
    | undefined;
  private database: DatabaseSync | undefined;

  constructor(plan: Plan, time: VirtualTime, wall: () => number, network: () => Network) {
    this.plan = plan;
    this.wall = wall;
    this.time = time;
    this.network = network;
    this.intents = new Map(plan.intents.map((intent) => [intent.number, intent]));
  }

  is(good: boolean, id: string, what: () => string): void {
    if (!good) this.broken.push({ id, what: `${what()}, at ${this.time.now} ms` });
  }

  /** The store, opened anew; where an older state was put back, what it says now counts. */
  over(database: DatabaseSync, isRestored = false): void {
    this.database = database;
    this.statements = undefined;
    this.known = "";
    this.newest = 0;
    this.lines.clear();
    this.rows.clear();
    this.withheld.clear();
    this.through.clear();
    if (!isRestored) return;
    this.restores++;
    // How long ago a refund of an order was sent the store may not know any more.
    this.jumps++;
    for (const line of this.prepared.lines.all(0) as unknown as ReadonlyArray<Line>) this.lines.set(line.id, line);
    for (const row of this.prepared.refunds.all() as unknown as ReadonlyArray<Stored>)
      this.rows.set(row.out_refund_no, row);
    this.newest = Math.max(0, ...this.lines.keys());
  }

  /** Somebody wants it, whatever had become of it. */
  wanted(number: string): void {
    this.withheld.delete(number);
  }

  /** A caller was told that it is started, or started again. */
  started(number: string): void {
    this.is(
      this.rows.get(number)?.block !== "withheld",
      "I8",
      () => `${number} is acknowledged, and withheld all the same`,
    );
  }

  /** It has stood still: what it had on the way then is nobody's. */
  stood(machine: Machine): void {
    this.standings.set(machine, this.time.now);
  }

  private get prepared() {
    const { database } = this;
    if (database === undefined) throw new Error("there is no store yet");
    return (this.statements ??= {
      mark: database.prepare(
        "SELECT (SELECT COALESCE(MAX(id), 0) FROM refund_history) || ' ' || COALESCE(SUM(version), 0) || ' ' || COUNT(*) AS mark FROM refunds",
      ),
      refunds: database.prepare("SELECT * FROM refunds"),
      lines: database.prepare("SELECT * FROM refund_history WHERE id > ? ORDER BY id"),
      proof: database.prepare(
        "SELECT digest, headers, body, call FROM refund_proofs WHERE refund = ? ORDER BY id DESC LIMIT 1",
      ),
      holder: database.prepare("SELECT owner FROM refund_merchants WHERE mch_id = ?"),
      holds: database.prepare("SELECT cause FROM refund_holds WHERE mch_id = ?"),
      orders: database.prepare("SELECT number FROM shop_orders"),
    });
  }

  /** Something was committed. */
  committed(isThere: boolean): void {
    if (!isThere) return;
    const { mark } = this.prepared.mark.get() as unknown as { readonly mark: string };
    if (mark === this.known) return;
    this.known = mark;
    const lines = this.prepared.lines.all(this.newest) as unknown as ReadonlyArray<Line>;
    for (const line of lines) this.lines.set(line.id, line);
    this.newest = lines.at(-1)?.id ?? this.newest;
    const seen = new Set<string>();
    for (const row of this.prepared.refunds.all() as unknown as ReadonlyArray<Stored>) {
      seen.add(row.out_refund_no);
      const before = this.rows.get(row.out_refund_no);
      if (before?.version === row.version) continue;
      this.rows.set(row.out_refund_no, row);
      const open = openOf(row);
      if (open !== undefined) this.begun.set(row.out_refund_no, `${open} ${row.owner}`);
      else if (row.truth !== "Resolved") this.begun.delete(row.out_refund_no);
      this.row(
        row,
        before,
        lines.filter(({ refund }) => refund === row.id),
      );
    }
    for (const number of this.acknowledged)
      this.is(seen.has(number), "I8", () => `${number} was acknowledged and is not there`);
    const shop = new Set(
      (this.prepared.orders.all() as unknown as ReadonlyArray<{ number: string }>).map(({ number }) => number),
    );
    for (const { inTransaction, number } of this.plan.intents) {
      if (inTransaction)
        this.is(shop.has(number) === seen.has(number), "I8", () => `${number}: the order and the refund disagree`);
    }
  }

  private row(row: Stored, before: Stored | undefined, lines: ReadonlyArray<Line>): void {
    const number = row.out_refund_no;
    const intent = this.intents.get(number);
    this.is(intent !== undefined, "I1", () => `${number} is nobody's`);
    if (intent === undefined) return;
    let [seq, truth, block] = [before?.seq ?? 0, before?.truth ?? null, before?.block ?? null];
    for (const line of lines) {
      this.is(line.seq === ++seq, "I7", () => `${number}: line ${line.seq} where ${seq} belongs`);
      this.is(
        line.from_truth === truth && line.from_block === block,
        "I12",
        () => `${number}: line ${line.seq} says from ${line.from_truth} ${line.from_block}, it was ${truth} ${block}`,
      );
      const changed = truth !== line.truth || block !== line.block;
      this.is(
        Boolean(line.changed) === changed,
        "I12",
        () => `${number}: line ${line.seq} ${changed ? "is" : "is no"} event`,
      );
      if (truth !== null && truth !== line.truth) {
        this.is(!finals.has(truth), "I7", () => `${number} was ${truth} and is ${line.truth}`);
        const isWithheld = truth === "NotMade" && line.truth === "Unknown" && line.what === "restored";
        if (isWithheld) this.withheld.set(number, this.time.now);
        // What was sent before can be found a day later, if it arrived at all.
        const isOver =
          line.truth === "NotMade" && this.time.now - (this.withheld.get(number) ?? Infinity) >= 24 * 60 * minute;
        this.is(
          isWithheld || isOver || (ways[truth]?.has(line.truth) ?? true),
          "I10",
          () => `${number} went from ${truth} to ${line.truth}`,
        );
      }
      [truth, block] = [line.truth, line.block];
    }
    this.is(
      row.truth === truth && row.block === block,
      "I7",
      () => `${number} is ${row.truth} ${row.block}, its history says ${truth} ${block}`,
    );
    this.is(row.seq === seq, "I7", () => `${number} counts ${row.seq} lines, there are ${seq}`);
    if (before !== undefined) {
      this.is(
        row.request === before.request &&
          row.fingerprint === before.fingerprint &&
          row.refund_fee === before.refund_fee,
        "I14",
        () => `${number}: its fields were changed`,
      );
      this.is(row.protocol === before.protocol, "I15", () => `${number} was ${before.protocol}'s`);
      if (finals.has(before.truth)) {
        // A notice that contradicts it is a line of the history, with which the same is written once more.
        const isSame = row.progress === before.progress || isDeepStrictEqual(parsed(row), parsed(before));
        this.is(isSame, "I7", () => `${number} was ${before.truth}, and was changed`);
      }
    }
    if (row.truth !== (before?.truth ?? "")) this.reached(row, intent);
  }

  private ledger({ mchId, number }: Intent): Ledger.Row | undefined {
    return this.network().gateway.ledger.findRow({ mchId }, { outRefundNo: number });
  }

  private statusOf(row: Ledger.Row): string {
    const step = row.course.findLast(
      ({ afterMillis }) => row.acceptedAt + afterMillis <= this.time.start + this.time.now,
    );
    return step?.status ?? "PROCESSING";
  }

  /** A refund has come to a truth. */
  private reached(row: Stored, intent: Intent): void {
    const { number } = intent;
    const there = this.ledger(intent);
    const says = (): string =>
      `${number} is ${row.truth}, the ledger says ${there === undefined ? "nothing" : this.statusOf(there)}`;
    switch (row.truth) {
      case "Accepted":
        this.is(there !== undefined && there.refundFee === row.refund_fee, "I10", says);
        this.is(this.proved(row, intent) !== undefined, "I10", () => `${number} is Accepted without a proof`);
        return;
      case "Succeeded":
      case "Closed": {
        const status = row.truth === "Succeeded" ? "SUCCESS" : "REFUNDCLOSE";
        this.is(
          there !== undefined && there.refundFee === row.refund_fee && this.statusOf(there) === status,
          "I5",
          says,
        );
        const proof = this.proved(row, intent);
        this.is(proof?.status === status, "I5", () => `${number} is ${row.truth} without a proof`);
        return;
      }
      case "Rejected":
        this.is(there === undefined, "I6", says);
        this.is(this.proved(row, intent) !== undefined, "I10", () => `${number} is Rejected without a proof`);
        return;
      case "NotMade":
        this.is(there === undefined, "I6", says);
        return;
      default:
    }
  }

  /** What the newest proof shows, if it is what the gateway signed of this refund. */
  private proved(row: Stored, { fee, mchId, number }: Intent): Shown | undefined {
    const proof = this.prepared.proof.get(row.id) as unknown as Proof | undefined;
    const shown = proof === undefined ? undefined : shownBy(proof, row.protocol, mchId, this.network());
    if (shown === undefined) return undefined;
    if (shown.isRefusal) return row.truth === "Rejected" ? shown : undefined;
    return shown.number === number && shown.fee === String(fee) ? shown : undefined;
  }

  /** A call is about to leave. */
  leaves(call: Call): void {
    const { at, fields, machine, mchId, number, protocol, what } = call;
    this.callers.set(fields.get("nonce_str") ?? "", machine.name);
    const intent = this.intents.get(number);
    this.is(
      intent !== undefined && intent.mchId === mchId,
      "I1",
      () => `the gateway is told of ${number}, which is nobody's`,
    );
    if (intent === undefined) return;
    const row = this.rows.get(number);
    const open = row === undefined ? undefined : openOf(row);
    // A person may end it between the begin that is stored and the first byte.
    const isEnded = row?.truth === "Resolved" && this.begun.get(number) === `${what} ${machine.name}`;
    this.is(
      isEnded || (open === what && row?.owner === machine.name),
      "I4",
      () =>
        `a ${what} of ${number} leaves, and the store has ${row === undefined ? "no row" : `${open} by ${row.owner}`}`,
    );
    const before = this.through.get(number) ?? protocol;
    this.through.set(number, before);
    this.is(
      protocol === before && (row === undefined || protocol === row.protocol),
      "I15",
      () =>
        `a ${what} of ${number} leaves through ${protocol}; it was begun through ${before}, its row says ${row?.protocol}`,
    );
    const holder = this.prepared.holder.get(mchId) as { owner: string | null } | undefined;
    this.is(
      holder?.owner === machine.name,
      "I11",
      () => `${machine.name} calls for ${mchId}, which is ${holder?.owner}'s`,
    );
    const other = this.flying.get(number);
    this.is(
      other === undefined ||
        other.over ||
        other.machine.state !== "runs" ||
        (this.standings.get(other.machine) ?? -1) >= other.at,
      "I11",
      () => `a ${what} of ${number} leaves while its ${other?.what} is on the way`,
    );
    this.flying.set(number, call);
    if (what === "ask") return;
    this.is(
      isEnded || (row?.truth !== undefined && !finals.has(row.truth) && row.truth !== "NotMade"),
      "I6",
      () => `${number} is sent, and is ${row?.truth}`,
    );
    this.is(
      !this.withheld.has(number) || this.ledger(intent) !== undefined,
      "I6",
      () => `${number} had been given up, and is sent though nobody wants it`,
    );
    const business = JSON.stringify(
      [...fields].filter(([name]) => !unsigned.has(name)).sort(([a], [b]) => (a < b ? -1 : 1)),
    );
    const first = this.sent.get(`${protocol} ${number}`) ?? business;
    this.sent.set(`${protocol} ${number}`, first);
    this.is(
      business === first && fields.get("refund_fee") === String(intent.fee),
      "I2",
      () => `${number} is sent with other fields`,
    );
    const times = this.sends.get(number) ?? [];
    this.sends.set(number, [...times, at]);
    this.is(times.length < 41, "I11", () => `${number} is sent ${times.length + 1} times`);
    const key = `${mchId} ${intent.order}`;
    const left = this.orders.get(key) ?? [];
    for (const one of left) {
      const after = at - one.at + (one.by === machine.name ? 0 : one.late);
      if (one.number === number || after >= minute) continue;
      this.is(
        one.jumps !== this.jumps,
        "I11",
        () => `${number} is sent ${at - one.at} ms after ${one.number} of its order`,
      );
    }
    const late = this.wall() - (row?.sent_at ?? this.wall());
    this.orders.set(key, [
      ...left.filter((one) => at - one.at < minute),
      { number, at, jumps: this.jumps, by: machine.name, late },
    ]);
  }

  /** The gateway has heard a call. */
  heard({ fields, what }: Said, outcome: string, isCopy: boolean): void {
    const isSend = what === "send";
    const number = fields.get("out_refund_no") ?? "";
    const mchId = fields.get("mch_id") ?? "";
    const there = isSend ? this.network().gateway.ledger.findRow({ mchId }, { outRefundNo: number }) : undefined;
    this.is(
      there === undefined || String(there.refundFee) === fields.get("refund_fee"),
      "I3",
      () => `${number}: the gateway knows another amount`,
    );
    const order = this.plan.orders[this.intents.get(number)?.order ?? -1];
    if (isSend && order !== undefined) {
      const { ledger } = this.network().gateway;
      const found = ledger.findOrder({ mchId }, { outTradeNo: order.outTradeNo });
      const sum = found === undefined ? 0 : ledger.refunded(found, this.time.start + this.time.now);
      this.is(sum <= order.totalFee, "I3", () => `${order.outTradeNo}: ${sum} of ${order.totalFee} are refunded`);
    }
    if (outcome === "SUCCESS" || isCopy) return;
    // What a process does not know yet, that calls of a kind fail, it learns from the first of them: once for each.
    const by = `${this.callers.get(fields.get("nonce_str") ?? "") ?? ""} ${mchId}`;
    const now = this.time.now;
    const failing = [...(this.failing.get(by) ?? []).filter((at) => now - at < 1000), now];
    this.failing.set(by, failing);
    if (failing.length <= 6) return;
    this.failing.delete(by);
    const lesson = `${by} ${isSend}`;
    this.is(!this.learned.has(lesson), "I11", () => `${failing.length} calls of ${mchId} failed in a second once more`);
    this.learned.add(lesson);
  }

  /** A consumer was handed an event. */
  event(position: number, content: string): void {
    const before = this.events.get(position) ?? content;
    this.events.set(position, before);
    this.is(before === content, "I12", () => `event ${position} was ${before} and is ${content}`);
  }

  /** What was printed, or told to a caller. */
  printed(text: string): void {
    for (const mchId of this.plan.mchIds) {
      for (const secret of [apiKeyOf(mchId), apiV3KeyOf(mchId), secretOf(mchId)]) {
        this.is(secret === undefined || !text.includes(secret), "I13", () => `a key was printed: ${text.slice(0, 60)}`);
      }
    }
  }

  /** What holds its merchant. */
  holdOf({ mch_id }: Stored): string | undefined {
    const hold = this.prepared.holds.get(mch_id) as { readonly cause: string } | undefined;
    return hold?.cause;
  }

  /** Whether it is withheld, was not asked for yet, and no hold of its merchant is why. */
  isUnasked({ block, mch_id, progress }: Stored): boolean {
    const { denied } = JSON.parse(progress) as { readonly denied: boolean };
    return block === "withheld" && !denied && this.prepared.holds.get(mch_id) === undefined;
  }

  /** Whether every change was told to the consumer; nothing else is judged here. */
  get isTold(): boolean {
    const { database } = this;
    if (database === undefined) return true;
    const { open } = database
      .prepare(
        "SELECT COUNT(*) AS open FROM refund_history WHERE changed AND COALESCE(position, 1e15) > COALESCE((SELECT position FROM refund_consumers WHERE name = 'shop'), 0)",
      )
      .get() as { readonly open: number };
    return open === 0;
  }

  /** When everything has ended: what only then can be seen. */
  end(): void {
    const { database } = this;
    if (database === undefined) return;
    for (const intent of this.plan.intents) {
      const row = this.rows.get(intent.number);
      const there = this.ledger(intent);
      if (row?.truth === "Rejected" || row?.truth === "NotMade") {
        this.is(there === undefined, "I6", () => `${intent.number} is ${row.truth}, and the ledger has it`);
      }
    }
    const lines = database.prepare("SELECT * FROM refund_history ORDER BY id").all() as unknown as ReadonlyArray<
      Line & { position: number | null }
    >;
    this.is(lines.length === this.lines.size, "I7", () => "lines of the history are gone");
    for (const { position, ...line } of lines) {
      const { position: _, ...before } = (this.lines.get(line.id) ?? {}) as Line & { position?: number | null };
      this.is(
        JSON.stringify(before) === JSON.stringify(line),
        "I7",
        () => `line ${line.id} of the history was changed`,
      );
      if (!line.changed) continue;
      const told = position === null ? undefined : this.events.get(position);
      const expected = JSON.stringify([
        line.refund,
        line.seq,
        line.truth,
        line.block,
        line.from_truth,
        line.from_block,
        line.what,
      ]);
      this.is(told !== undefined, "I12", () => `line ${line.id} (${expected}) was told to nobody`);
      if (told !== undefined)
        this.is(
          told.startsWith(contentOf(line, this.rows)),
          "I12",
          () => `event ${position} says ${told}, the history ${expected}`,
        );
    }
    const places = lines.flatMap(({ position }) => (position === null ? [] : [position])).sort((a, b) => a - b);
    this.is(
      places.filter((place, at) => place !== (places[at - 1] ?? 0) + 1).length <= this.restores,
      "I12",
      () => `the positions are ${places.join(" ")}`,
    );
    const totals = database
      .prepare(
        "SELECT truth, block, SUM(count) AS n FROM refund_totals GROUP BY truth, block HAVING SUM(count) <> 0 ORDER BY 1, 2",
      )
      .all();
    const rows = database
      .prepare("SELECT truth, COALESCE(block, '') AS block, COUNT(*) AS n FROM refunds GROUP BY 1, 2 ORDER BY 1, 2")
      .all();
    this.is(
      JSON.stringify(totals) === JSON.stringify(rows),
      "I12",
      () => `the totals are ${JSON.stringify(totals)}, the rows ${JSON.stringify(rows)}`,
    );
    for (const table of ["refunds", "refund_history", "refund_proofs", "refund_holds", "refund_pauses"]) {
      for (const row of database.prepare(`SELECT * FROM ${table}`).all()) {
        this.printed(
          Object.values(row)
            .map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString() : String(value)))
            .join(" "),
        );
      }
    }
  }
}

/** An event as the checker compares it, from a line of the history. */
const contentOf = (line: Line, rows: ReadonlyMap<string, Stored>): string => {
  const row = [...rows.values()].find(({ id }) => id === line.refund);
  return JSON.stringify([
    row?.out_refund_no ?? "",
    line.seq,
    line.truth,
    line.block,
    line.from_truth,
    line.from_block,
    line.what,
  ]);
};

export const contentOfEvent = (event: {
  readonly outRefundNo: string;
  readonly seq: number;
  readonly truth: string;
  readonly block?: string | undefined;
  readonly fromTruth?: string | undefined;
  readonly fromBlock?: string | undefined;
  readonly what: string;
}): string =>
  JSON.stringify([
    event.outRefundNo,
    event.seq,
    event.truth,
    event.block ?? null,
    event.fromTruth ?? null,
    event.fromBlock ?? null,
    event.what,
  ]);
