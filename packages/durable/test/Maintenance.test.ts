/** What is done to a store whose older state was put back. */
import { it } from "@effect/vitest";
import { Effect } from "effect";
import { describe, expect } from "vitest";
import { RefundProgress } from "@wechat-refund/core";
import { Maintenance, RefundStore } from "@wechat-refund/durable";
import { mchId, person, request, world } from "./support/world.ts";

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
        expect(yield* Maintenance.restored(person)).toBe(1);
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
});
