/** Events after a position for one caller, who may wait for the next. */
import { type Event, Events } from "@wechat-refund/durable/Events";
import { Signalling } from "@wechat-refund/durable/Signalling";
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import { Closing } from "../Closing.ts";
import { Invalid, type Unavailable } from "../Problems.ts";
import { answered } from "./answered.ts";

export interface Watch<E> {
  readonly after: number;
  /** ms to wait where there is none. */
  readonly wait: number;
  /** What the caller may see, looked at again before anything is given: a token may be revoked while it is waited for. */
  readonly sees: Effect.Effect<(event: Event) => boolean, E>;
}

export interface Page {
  readonly events: ReadonlyArray<Event>;
  /** The position up to which all that the caller may see has been given. */
  readonly next: number;
}

const most = 200;
const read = 1000;
/** So many pages of other merchants' events are passed over in one answer; the next one goes on from there. */
const passedOver = 20;
/** What other processes place is heard of at the latest after so many ms. */
const poll = 1000;

/**
 * Refuses a position beyond the newest one: whoever has read so far has read it from another store, or from what this one was before a backup
 * was put back, and would hear nothing for long.
 */
export const within = (after: number, newest: number): Effect.Effect<void, Invalid> => {
  const detail = `is beyond the newest position of this store, ${newest}: it is another store's; begin again with 0`;
  return newest < after ? Effect.fail(new Invalid({ errors: [{ parameter: "after", detail }] })) : Effect.void;
};

export const make = Effect.gen(function* () {
  const events = yield* Events;
  const signals = yield* Signalling;
  const closing = yield* Closing;
  return Effect.fnUntraced(function* <E>({
    after,
    sees,
    wait,
  }: Watch<E>): Effect.fn.Return<Page, E | Unavailable | Invalid> {
    const until = (yield* Clock.currentTimeMillis) + wait;
    let position = after;
    yield* within(after, yield* answered(events.newest));
    for (let pages = 0; ;) {
      const placed = signals.placed.next();
      const page = yield* answered(events.after(position, read));
      const seen = page.filter(yield* sees).slice(0, most);
      const last = seen.length === most ? seen.at(-1) : page.at(-1);
      position = last?.position ?? position;
      if (seen.length > 0) return { events: seen, next: position };
      if (page.length === read && ++pages < passedOver) continue;
      const left = until - (yield* Clock.currentTimeMillis);
      if (page.length === read || left <= 0) return { events: [], next: position };
      const stopped = yield* Effect.raceAllFirst([
        Effect.as(placed, false),
        Effect.as(Effect.sleep(Math.min(left, poll)), false),
        Effect.as(closing, true),
      ]);
      if (stopped) return { events: [], next: position };
    }
  });
});
