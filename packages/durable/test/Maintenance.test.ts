/** What is done to a store whose older state was put back. */
import { copyFileSync, rmSync } from "node:fs";
import { it } from "@effect/vitest";
import { Effect } from "effect";
import { TestClock } from "effect/testing";
import { describe, expect } from "vitest";
import { RefundProgress } from "@wechat-refund/core";
import { Maintenance, RefundStore } from "@wechat-refund/durable";
import { is, mchId, person, request, world } from "./support/world.ts";

const refusal = { kind: "other", reason: "UntrustedReply", advice: "query-first", message: "another amount" } as const;
const after = (from: RefundProgress.Progress, ...observations: ReadonlyArray<RefundProgress.Observation>) =>
  observations.reduce(RefundProgress.observe, from);

describe("an older state of the store", () => {
  it.effect("is asked for before anything is sent; what was another's refund is sent no more than before", () =>
    Effect.gen(function* () {
      const { open } = yield* world();
      const { refunds, store } = yield* open({ worker: false });
      yield* refunds.start("shop", request(1));
      yield* refunds.start("shop", request(2));
      yield* Effect.gen(function* () {
        const key = { mchId, outRefundNo: "R-2" };
        yield* store.update(key, ({ progress }) =>
          Effect.succeed({
            what: "ask: another refund",
            progress: after(
              progress,
              { _tag: "Begun", call: "send" },
              { _tag: "Unanswered", limited: false },
              { _tag: "Begun", call: "ask" },
              { _tag: "OtherRefund", refusal },
            ),
          }),
        );
        expect(yield* Maintenance.restored(person)).toEqual({ refunds: 1, withheld: 0, damaged: [] });
        const progressOf = (outRefundNo: string) =>
          Effect.map(store.find({ mchId, outRefundNo }), (row) => row?.progress as RefundProgress.Progress);
        const first = yield* progressOf("R-1");
        expect(first).toMatchObject({ truth: "Unknown", unanswered: true });
        expect(RefundProgress.next(first)._tag).toBe("Question");
        // A query that is behind says that there is none.
        const lagged = after(yield* progressOf("R-2"), { _tag: "Begun", call: "ask" }, { _tag: "NoSuchRefund" });
        expect(RefundProgress.next(lagged)).toMatchObject({ _tag: "Wait", for: "Ask" });
      }).pipe(Effect.provideService(RefundStore.RefundStore, store));
    }),
  );

  it.effect("tells what of it cannot be read, and so is not asked for first", () =>
    Effect.gen(function* () {
      const { open } = yield* world();
      const { find, refunds, sql, store } = yield* open({ worker: false });
      for (const n of [1, 2]) yield* refunds.start("shop", request(n));
      yield* sql`UPDATE refunds SET progress = replace(progress, '"v":1', '"v":2') WHERE out_refund_no = 'R-1'`;
      const restored = Effect.provideService(Maintenance.restored(person), RefundStore.RefundStore, store);
      expect(yield* restored).toMatchObject({ refunds: 1, damaged: [{ outRefundNo: "R-1", part: "progress" }] });
      yield* sql`UPDATE refunds SET progress = replace(progress, '"v":2', '"v":1') WHERE out_refund_no = 'R-1'`;
      expect(yield* restored).toMatchObject({ damaged: [] });
      expect((yield* find("R-1")).truth).toBe("Unknown");
    }),
  );
});

/** What a process did, a backup of it, what was done after that; then the backup is put back and told to be one. */
const putBack = Effect.fnUntraced(function* <E, F>(
  before: (process: Process) => Effect.Effect<unknown, E>,
  since: (process: Process) => Effect.Effect<unknown, F> = () => Effect.void,
) {
  const around = yield* world();
  const { file, open } = around;
  const backup = `${file}.backup`;
  yield* Effect.scoped(
    Effect.gen(function* () {
      const process = yield* open();
      yield* before(process);
      yield* process.sql`VACUUM INTO ${backup}`;
      yield* since(process);
    }),
  );
  for (const end of ["-wal", "-shm"]) rmSync(`${file}${end}`, { force: true });
  copyFileSync(backup, file);
  const told = yield* Effect.scoped(
    Effect.gen(function* () {
      const { store } = yield* open({ worker: false });
      return yield* Effect.provideService(Maintenance.restored(person), RefundStore.RefundStore, store);
    }),
  );
  return { ...around, told };
});
type Process = Effect.Success<ReturnType<Effect.Success<ReturnType<typeof world>>["open"]>>;

const givenUp = ({ refunds }: Process) =>
  Effect.gen(function* () {
    yield* refunds.pause("shop", person);
    yield* refunds.start("shop", request(1));
    yield* refunds.cancel("shop", "R-1", person);
    yield* refunds.resume("shop", person);
  });

describe("what had been given up in an older state of the store", () => {
  it.effect("is only asked for, whoever wants to know, and is not made a day later", () =>
    Effect.gen(function* () {
      const { gateway, open, told, watched } = yield* putBack(givenUp);
      expect(told).toEqual({ refunds: 1, withheld: 1, damaged: [] });
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { find, refunds, store } = yield* open();
          // The process that the backup says calls for the merchant is no more.
          yield* TestClock.adjust("5 minutes");
          const withheld = yield* find("R-1");
          expect(withheld).toMatchObject({ truth: "Unknown", block: { cause: "withheld" }, final: false });
          expect([...withheld.permitted].sort()).toEqual(["goOn", "resolve", "startAgain"]);
          expect(watched.calls).toEqual(["ask R-1"]);
          expect(yield* Effect.flip(refunds.cancel("shop", "R-1", person))).toMatchObject({ _tag: "NotPermitted" });
          yield* refunds.goOn("shop", "R-1", person);
          yield* TestClock.adjust("70 minutes");
          expect(watched.calls).toEqual(["ask R-1", "ask R-1", "ask R-1"]);
          const passed = { _tag: "Passed", millis: 22 * 3_600_000, clock: "monotonic" } as const;
          yield* store.update({ mchId, outRefundNo: "R-1" }, ({ progress }) =>
            Effect.succeed({ what: "hours go by", progress: after(progress, passed) }),
          );
          yield* TestClock.adjust("20 minutes");
          expect(yield* find("R-1")).toMatchObject({ truth: "Unknown", block: { cause: "withheld" } });
        }),
      );
      const { find, refunds, story } = yield* open();
      yield* TestClock.adjust("150 minutes");
      const ended = yield* find("R-1");
      expect(ended.truth).toBe("NotMade");
      expect(ended).not.toHaveProperty("block");
      expect(watched.sends()).toEqual([]);
      expect(gateway.ledger.size()).toBe(0);
      expect((yield* refunds.history("shop", "R-1"))[2]).toMatchObject({
        what: "restored",
        truth: "Unknown",
        block: "withheld",
        detail: { ...person, withheld: true },
      });
      expect((yield* story("R-1")).at(-1)).toBe("ask: no such refund");
      // And is as any that was given up.
      yield* refunds.startAgain("shop", "R-1", person);
      yield* TestClock.adjust("3 minutes");
      expect(yield* find("R-1")).toMatchObject({ truth: "Succeeded" });
      expect(watched.sends().length).toBe(1);
    }),
  );

  it.effect("is found, where it was started again and sent after the backup", () =>
    Effect.gen(function* () {
      const { gateway, open, told, watched } = yield* putBack(givenUp, ({ refunds, until }) =>
        Effect.andThen(refunds.start("shop", request(1)), until("R-1", is("Accepted"))),
      );
      expect(told).toEqual({ refunds: 1, withheld: 1, damaged: [] });
      const { until } = yield* open();
      yield* until("R-1", is("Succeeded"));
      expect(watched.sends().length).toBe(1);
      expect(gateway.ledger.size()).toBe(1);
    }),
  );

  it.effect("is made when the same request comes again, once it was asked for", () =>
    Effect.gen(function* () {
      const { gateway, open, watched } = yield* putBack(givenUp);
      const { refunds, story, until } = yield* open();
      yield* TestClock.adjust("2 hours");
      const asked = watched.left.length;
      expect(watched.sends()).toEqual([]);
      const again = yield* refunds.start("shop", request(1));
      expect(again).toMatchObject({ created: false, truth: "Unknown", final: false });
      expect(again).not.toHaveProperty("block");
      expect([...again.permitted].sort()).toEqual(["goOn", "resolve"]);
      yield* until("R-1", is("Succeeded"));
      // A question is a query, or the identical request.
      expect(watched.left.length).toBeGreaterThan(asked);
      expect(gateway.ledger.size()).toBe(1);
      expect(yield* story("R-1")).toContain("started again");
    }),
  );

  it.effect("stays withheld when the store is restored once more, and so does what was to be cancelled", () =>
    Effect.gen(function* () {
      const { open } = yield* putBack(givenUp);
      const { find, refunds, store } = yield* open({ worker: false });
      yield* refunds.start("shop", request(2));
      yield* store.update({ mchId, outRefundNo: "R-2" }, ({ progress }) =>
        Effect.succeed({
          what: "cancel",
          progress: after(progress, { _tag: "Begun", call: "send" }, { _tag: "Cancel" }),
        }),
      );
      yield* refunds.start("shop", request(3));
      const again = Effect.provideService(Maintenance.restored(person), RefundStore.RefundStore, store);
      expect(yield* again).toEqual({ refunds: 3, withheld: 2, damaged: [] });
      for (const n of [1, 2]) expect(yield* find(`R-${n}`)).toMatchObject({ block: { cause: "withheld" } });
      expect(yield* find("R-3")).not.toHaveProperty("block");
    }),
  );
});

describe("pauses of an older state of the store", () => {
  it.effect("are as the backup has them: one that was lifted since is there again, one that came since is not", () =>
    Effect.gen(function* () {
      const { open } = yield* putBack(
        ({ refunds }) => refunds.pause("shop", person),
        ({ refunds }) => Effect.andThen(refunds.resume("shop", person), refunds.pause("other", person)),
      );
      const { refunds } = yield* open({ worker: false });
      expect((yield* refunds.paused).map((paused) => paused.mchId)).toEqual([mchId]);
    }),
  );
});
