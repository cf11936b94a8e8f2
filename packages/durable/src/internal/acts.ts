/** What a person does with a refund: each act where the table of core permits it, and in the refund's history by name and reason. */
import type { Registered, UnknownMerchant } from "@wechat-refund/core/Merchants";
import type { RefundRequest } from "@wechat-refund/core/Refund";
import {
  type Act,
  type MerchantCause,
  type Observation,
  observe,
  permitted,
  type Progress,
} from "@wechat-refund/core/RefundProgress";
import * as Effect from "effect/Effect";
import type { SqlError } from "effect/sql/SqlError";
import { type Defaults, freezeFor } from "../Frozen.ts";
import * as Listing from "../Listing.ts";
import type { Change, RefundStore, Row } from "../RefundStore.ts";
import { NotPermitted, type Person, refundOf, UnknownRefund, type Whose } from "./refund.ts";
import { Trust } from "./trust.ts";

/** What is observed when a person acts. */
const observations = {
  cancel: () => ({ _tag: "Cancel" }),
  goOn: () => ({ _tag: "GoOn" }),
  startAgain: () => ({ _tag: "StartAgain" }),
  resolve: ({ by, reason }) => ({ _tag: "Resolve", by, reason }),
} as const satisfies Readonly<Record<Exclude<Act, "refreeze">, (person: Person) => Observation>>;

const notTrusted = new Trust();
/** Its progress now: nobody knows what clock was meanwhile. */
export const aged = (row: Row): Progress => notTrusted.aged(row.progress, row.progressAt, row.now);

/**
 * An earlier attempt may have been made elsewhere: as a send that was begun and not answered, beside the one that is under way where one
 * is. What is in doubt already, accepted or over learns nothing by it.
 */
export const attemptedElsewhere = (progress: Progress): Progress => {
  const { open, truth, unanswered } = progress;
  if (unanswered || open === "ask" || (truth !== "Recorded" && truth !== "Unknown")) return progress;
  const [begun, lost] = [{ _tag: "Begun", call: "send" } as const, { _tag: "Unanswered", limited: false } as const];
  const [first, then] = open === undefined ? [begun, lost] : [lost, begun];
  return observe(observe(progress, first), then);
};

export const numbersOf = ({ merchant: { mchId, subMchId = "" } }: Registered) => ({ mchId, subMchId });

/** What the acts are made of. */
export interface Around {
  readonly store: RefundStore["Service"];
  readonly whose: (merchant: Whose) => Effect.Effect<Registered, UnknownMerchant>;
  readonly defaults: (name: string) => Defaults;
  /** Says, once it is committed, that something of a merchant is due. */
  readonly tell: (mchId: string) => Effect.Effect<void>;
}

export const make = ({ defaults, store, tell, whose }: Around) => {
  const { database } = store;
  const { sql, table } = database;
  const holds = table("refund_holds");
  /** What holds a merchant, by whoever calls for it. */
  const holdOf = ({ mchId, subMchId }: ReturnType<typeof numbersOf>) =>
    Effect.map(
      sql<{ cause: MerchantCause }>`SELECT cause FROM ${holds} WHERE mch_id = ${mchId} AND sub_mch_id = ${subMchId}`,
      ([hold]) => hold?.cause,
    );

  /**
   * What is started again shows at once what holds its merchant: whoever calls for it may have it waiting for a turn, and looks at it again
   * when that has come.
   */
  const startingAgain = Effect.fnUntraced(function* ({ mchId, subMchId }: ReturnType<typeof numbersOf>) {
    const hold = yield* holdOf({ mchId, subMchId });
    return (before: Progress): Progress => {
      const again = observe(before, { _tag: "StartAgain" });
      return hold === undefined ? again : observe(again, { _tag: "Held", cause: hold });
    };
  });

  /** An act of a person, or the reason why it cannot be. */
  const act = <E = never>(
    name: Act,
    observation: (person: Person, progress: Progress) => Observation,
    more: (row: Row, registered: Registered) => Effect.Effect<Partial<Change>, E> = () => Effect.succeed({}),
  ) =>
    Effect.fn(`Refunds.${name}`)(function* (merchant: Whose, outRefundNo: string, person: Person) {
      const registered = yield* whose(merchant);
      const started = name === "startAgain" ? yield* startingAgain(numbersOf(registered)) : undefined;
      const row = yield* store.update(
        { ...numbersOf(registered), outRefundNo },
        (now): Effect.Effect<Change, E | NotPermitted> => {
          const before = aged(now);
          const acts = permitted(before);
          if (!acts.has(name)) {
            return Effect.fail(
              new NotPermitted({ outRefundNo, act: name, truth: before.truth, permitted: [...acts].sort() }),
            );
          }
          return Effect.map(more(now, registered), (change): Change => ({
            what: name,
            detail: { by: person.by, reason: person.reason },
            progress: started?.(before) ?? observe(before, observation(person, before)),
            ...change,
          }));
        },
      );
      if (row === undefined) return yield* new UnknownRefund({ outRefundNo });
      yield* tell(row.mchId);
      return refundOf(row);
    });

  return {
    holdOf,
    startingAgain,
    cancel: act("cancel", observations.cancel),
    goOn: act("goOn", observations.goOn),
    actOnAll: Effect.fn("Refunds.actOnAll")(function* (
      name: Exclude<Act, "refreeze">,
      filter: Listing.Filter,
      person: Person,
      { most = Infinity }: { readonly most?: number | undefined } = {},
    ) {
      let done = 0;
      let after: string | undefined;
      const touched = new Set<string>();
      do {
        const page = yield* Listing.list(database, filter, { after, limit: 500 });
        for (const row of page.rows) {
          if (done >= most) break;
          const started = name === "startAgain" ? yield* startingAgain(row) : undefined;
          let isMeant = false;
          const wrote = yield* store.update(
            row,
            Effect.fnUntraced(function* (now): Effect.fn.Return<Change | undefined, SqlError> {
              const before = aged(now);
              // What has gone on since it was listed is no more what the person saw.
              const isFound = now.version === row.version || (yield* Listing.finds(database, filter, now.id));
              isMeant = isFound && permitted(before).has(name);
              return isMeant
                ? {
                    what: name,
                    detail: { by: person.by, reason: person.reason },
                    progress: started?.(before) ?? observe(before, observations[name](person)),
                  }
                : undefined;
            }),
          );
          if (wrote !== undefined && isMeant) {
            done++;
            touched.add(row.mchId);
          }
        }
        after = page.next;
      } while (after !== undefined && done < most);
      for (const mchId of touched) yield* tell(mchId);
      return done;
    }),
    resolve: act("resolve", observations.resolve),
    startAgain: act("startAgain", observations.startAgain),
    refreeze: act(
      "refreeze",
      (_person, { truth }) => ({ _tag: truth === "NotMade" ? "StartAgain" : "GoOn" }),
      (row, registered) =>
        Effect.map(
          Effect.fromResult(
            freezeFor(row.frozen.asked as RefundRequest, registered, row.protocol, defaults(registered.name)),
          ),
          (frozen) => ({ frozen }),
        ),
    ),
  };
};
