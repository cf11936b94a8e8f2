/**
 * Refund result notices: what is told to a merchant's address when a refund gets a result, and told again until it is
 * acknowledged.
 *
 * Pure like the gateway: what is due at a time is taken, posted by whoever took it (see `NoticePoster`, or a test), and its
 * answer brought back. Delivery in time, connections and allowed addresses are left to the poster.
 */
import * as Result from "effect/Result";
import type { Config, Merchant, Outcome } from "./GatewayConfig.ts";
import type { Keyring } from "./internal/keyring.ts";
import * as Lenient from "./internal/lenient.ts";
import * as NoticeV2 from "./internal/noticeV2.ts";
import * as NoticeV3 from "./internal/noticeV3.ts";
import * as Seeded from "./internal/seeded.ts";
import * as Strangers from "./internal/strangers.ts";
import * as Timetable from "./internal/timetable.ts";
import type { Protocol, Row } from "./Ledger.ts";
import type { PlatformKeys } from "./PlatformKeys.ts";

const second = 1_000;
const minute = 60_000;
const hour = 3_600_000;

/** The pauses between a post that was not acknowledged and the next, in milliseconds: 15 steps, 24 hours and 4 minutes in all. */
export const schedule: ReadonlyArray<number> = [
  ...[15, 15, 30].map((seconds) => seconds * second),
  ...[3, 10, 20, 30, 30, 30, 60].map((minutes) => minutes * minute),
  ...[3, 3, 3, 6, 6].map((hours) => hours * hour),
];

/** What came back for a post: a reply, or why there was none. */
export type Answer =
  | { readonly status: number; readonly body: string }
  | { readonly failure: string }
  /** The poster may not go there; it is not tried again. */
  | { readonly forbidden: string };

export interface Attempt {
  readonly at: number;
  /** Absent while it is on its way. */
  readonly answer?: Answer;
}

/** `acknowledged` by the merchant; `givenUp` after the schedule, or at once where posting is forbidden. */
export type State = "waiting" | "acknowledged" | "givenUp";

/** One result of one refund, and what became of telling it. Times in milliseconds since 1970. */
export interface Notice {
  readonly id: number;
  readonly mchId: string;
  readonly outRefundNo: string;
  readonly status: Outcome;
  /** When the refund got this status. */
  readonly since: number;
  readonly url: string;
  /** The form it is told in. */
  readonly form: Protocol;
  readonly state: State;
  /** When it is posted next. */
  readonly nextAt: number | undefined;
  readonly attempts: ReadonlyArray<Attempt>;
  /** The bytes of the latest post. */
  readonly body: Uint8Array | undefined;
}

/** A post to make. Every one that was taken is settled once. */
export interface Delivery {
  /** 0 for a post that is none of these notices. */
  readonly noticeId: number;
  /** Its place among the notice's attempts, from 0. */
  readonly attempt: number;
  readonly url: string;
  readonly contentType: string;
  readonly requestId: string;
  /** The signature of APIv3. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface Notices {
  /** Takes the posts that are due, in the order of their times. */
  readonly take: (now: number) => ReadonlyArray<Delivery>;
  readonly settle: (delivery: Delivery, answer: Answer) => void;
  /** When the next post is due. */
  readonly nextAt: () => number | undefined;
  /** Oldest first; of those that are done with, the latest. */
  readonly all: () => ReadonlyArray<Notice>;
  readonly find: (id: number) => Notice | undefined;
  /** The latest first: at most so many of those before an id, and only those of a refund where one is named. */
  readonly latest: (which: {
    readonly limit: number;
    readonly before?: number | undefined;
    readonly row?: Row | undefined;
  }) => ReadonlyArray<Notice>;
  /** How many there have been, kept or not. */
  readonly total: () => number;
  /** Posts a notice once more, whatever became of it. Does nothing for one that is not kept any more. */
  readonly again: (id: number, now: number) => void;
  /** Tells of every change of what is due, until the function it gives back is called. */
  readonly onChange: (listener: () => void) => () => void;
}

/** The part of it that the gateway sees. */
export interface Registry extends Notices {
  readonly expect: (row: Row) => void;
  /** Time was moved: what is due may be another. */
  readonly touch: () => void;
}

interface Entry {
  readonly id: number;
  readonly row: Row;
  readonly status: Outcome;
  readonly since: number;
  readonly url: string;
  state: State;
  nextAt: number | undefined;
  /** How many posts the schedule has made; repeats beside it do not count. */
  steps: number;
  readonly attempts: Array<Attempt>;
  body: Uint8Array | undefined;
}

type Written = Pick<Delivery, "body" | "contentType" | "headers">;

interface Due {
  readonly entry: Entry;
  /** A repeat beside the schedule. */
  readonly extra: boolean;
}

/** Whether a merchant's answer ends the telling: APIv2 wants a message, APIv3 a status of success. */
export const acknowledges = (answer: Answer, form: Protocol = "v2"): boolean => {
  if (!("status" in answer)) return false;
  if (form === "v3") return answer.status === 200 || answer.status === 204;
  if (answer.status !== 200) return false;
  const fields = Lenient.read(new TextEncoder().encode(answer.body));
  return Result.isSuccess(fields) && fields.success.get("return_code") === "SUCCESS";
};

const show = ({ id, row, status, since, url, state, nextAt, attempts, body }: Entry): Notice => {
  const { outRefundNo, order } = row;
  const form = row.noticeForm;
  return {
    id,
    mchId: order.mchId,
    outRefundNo,
    status,
    since,
    url,
    form,
    state,
    nextAt,
    attempts: [...attempts],
    body,
  };
};

/** No notices yet; `ahead` is how far the gateway's time is ahead of the clock on the wall. Their randomness is their own: the gateway's replies do not depend on what is told besides. */
export const make = (config: Config, keyring: Keyring, platform: PlatformKeys, ahead: () => number): Registry => {
  const seeded = Seeded.make(`${config.seed}/notices`);
  const merchants = new Map(config.merchants.map((merchant) => [merchant.mchId, merchant]));
  const { duplicates, held, heldUpToMillis, probes, strangers } = config.notices;
  const entries = new Map<number, Entry>();
  const ofRow = new Map<Row, Array<Entry>>();
  const finished: Array<number> = [];
  const timetable = Timetable.make<Due>();
  const listeners = new Set<() => void>();
  let count = 0;
  const touch = (): void => listeners.forEach((listener) => listener());

  const plan = (entry: Entry, at: number, extra: boolean): void => {
    if (!extra) entry.nextAt = at;
    timetable.add(at, { entry, extra });
  };
  const forget = (id: number): void => {
    const row = entries.get(id)?.row;
    entries.delete(id);
    if (row === undefined) return;
    const kept = ofRow.get(row)?.filter((entry) => entry.id !== id) ?? [];
    if (kept.length === 0) ofRow.delete(row);
    else ofRow.set(row, kept);
  };
  const finish = (entry: Entry, state: State): void => {
    if (entry.state === "waiting") finished.push(entry.id);
    entry.state = state;
    entry.nextAt = undefined;
    while (finished.length > config.logLimit) forget(finished.shift() ?? 0);
  };
  const sealing = ({ row }: Entry, now: number): { readonly merchant: Merchant; readonly key: string } => {
    const merchant = merchants.get(row.order.mchId);
    if (merchant === undefined) throw new Error("a row of no merchant");
    const keys = keyring.at(merchant.mchId, now);
    return { merchant, key: keys[merchant.noticesSealedWith] ?? keys.apiKey };
  };
  const nonce = (): string => seeded.nonce() + seeded.nonce();
  const isProbe = ({ row, attempts }: Entry): boolean =>
    probes > 0 && row.noticeForm === "v3" && attempts.length === 0 && seeded.fraction() < probes;
  const telling = (merchant: Merchant, now: number, isProbe: boolean): NoticeV3.Telling => ({
    merchant,
    signer: platform.noticeSigner(merchant.mchId, seeded.fraction(), now),
    clock: now - ahead(),
    nonce: seeded.hex,
    isProbe,
  });
  const write = (entry: Entry, now: number): Written => {
    const { key, merchant } = sealing(entry, now);
    if (entry.row.noticeForm === "v2") {
      return { contentType: "text/xml", body: NoticeV2.write(entry, merchant, nonce(), key) };
    }
    const signer = platform.noticeSigner(merchant.mchId, seeded.fraction(), now);
    return NoticeV3.write(entry, {
      merchant,
      signer,
      clock: now - ahead(),
      nonce: seeded.hex,
      isProbe: isProbe(entry),
    });
  };
  const strange = (entry: Entry, now: number): ReadonlyArray<Delivery> => {
    if (strangers === 0 || seeded.fraction() >= strangers) return [];
    const { key, merchant } = sealing(entry, now);
    const made =
      seeded.fraction() < 0.5
        ? Strangers.ofPayment(merchant, entry.row.order, nonce(), key)
        : entry.row.noticeForm === "v3"
          ? NoticeV3.writePayment(entry.row.order, telling(merchant, now, false))
          : Strangers.ofApiV3(nonce(), now);
    return [{ noticeId: 0, attempt: 0, url: entry.url, requestId: nonce(), ...made }];
  };

  return {
    expect: (row) => {
      const url = row.notifyUrl;
      if (url === undefined) return;
      for (const { status, afterMillis } of row.course) {
        if (status === "NOTSURE") continue;
        const since = row.acceptedAt + afterMillis;
        const id = ++count;
        const entry: Entry = {
          id,
          row,
          status,
          since,
          url,
          state: "waiting",
          nextAt: since,
          steps: 0,
          attempts: [],
          body: undefined,
        };
        entries.set(id, entry);
        ofRow.set(row, [...(ofRow.get(row) ?? []), entry]);
        const hold = seeded.fraction() < held ? Math.floor(seeded.fraction() * heldUpToMillis) : 0;
        plan(entry, since + hold, false);
      }
      touch();
    },
    take: (now) =>
      timetable
        .due(now)
        .filter(({ entry, extra }) => extra || entry.state === "waiting")
        .flatMap(({ entry, extra }) => {
          const before = strange(entry, now);
          const written = write(entry, now);
          entry.body = written.body;
          if (!extra) {
            entry.steps += 1;
            entry.nextAt = undefined;
            if (seeded.fraction() < duplicates) plan(entry, now + Math.floor(seeded.fraction() * 5 * second), true);
          }
          const attempt = entry.attempts.push({ at: now }) - 1;
          const requestId = `${entry.row.refundId}-${attempt}`;
          return [...before, { noticeId: entry.id, attempt, url: entry.url, requestId, ...written }];
        }),
    settle: ({ noticeId, attempt }, answer) => {
      const entry = entries.get(noticeId);
      const made = entry?.attempts[attempt];
      if (entry === undefined || made === undefined || made.answer !== undefined) return;
      entry.attempts[attempt] = { ...made, answer };
      if (acknowledges(answer, entry.row.noticeForm)) finish(entry, "acknowledged");
      else if ("forbidden" in answer && entry.state === "waiting") finish(entry, "givenUp");
      else if (entry.state === "waiting" && entry.nextAt === undefined) {
        const pause = schedule[entry.steps - 1];
        if (pause === undefined) finish(entry, "givenUp");
        else plan(entry, made.at + pause, false);
      }
      touch();
    },
    nextAt: timetable.next,
    all: () => [...entries.values()].map(show),
    find: (id) => {
      const entry = entries.get(id);
      return entry && show(entry);
    },
    latest: ({ limit, before = count + 1, row }) => {
      if (row !== undefined) return (ofRow.get(row) ?? []).map(show).toReversed();
      const found: Array<Notice> = [];
      for (let id = Math.min(before, count + 1) - 1; id > 0 && found.length < limit; id--) {
        const entry = entries.get(id);
        if (entry !== undefined) found.push(show(entry));
      }
      return found;
    },
    total: () => count,
    again: (id, now) => {
      const entry = entries.get(id);
      if (entry === undefined) return;
      plan(entry, now, true);
      touch();
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    touch,
  };
};
