/**
 * What a person does with stored refunds: by number, with who and why. Nothing is called here, so no key and no certificate is needed; a
 * worker, in whatever process, goes on from what was done.
 */
import { Merchants, make, type Numbers, UnknownMerchant } from "@wechat-refund/core/Merchants";
import { Transport } from "@wechat-refund/core/Transport";
import * as Listing from "@wechat-refund/durable/Listing";
import * as Refunds from "@wechat-refund/durable/Refunds";
import * as RefundStore from "@wechat-refund/durable/RefundStore";
import * as Signalling from "@wechat-refund/durable/Signalling";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Redacted from "effect/Redacted";
import type { SqlError } from "effect/sql/SqlError";
import { type Answer, type Ending, failed, give } from "../Ending.ts";
import * as Flags from "../Flags.ts";
import type { Say } from "@wechat-refund/checkup/Language";
import { plain, shownNumber } from "../Print.ts";
import * as Store from "./Store.ts";

const silent = Layer.succeed(Transport, { send: () => Effect.die(new Error("an act calls nobody")) });

/** A merchant by its numbers alone, for which nothing can be called. */
const registered = (numbers: Numbers) =>
  make([
    {
      name: numbers.mchId,
      v2: {
        ...numbers,
        appId: "wx0000000000000000",
        ...(numbers.subMchId !== undefined && { subAppId: undefined }),
        apiKey: Redacted.make("0".repeat(32)),
        transport: silent,
      },
    },
  ]).pipe(
    Effect.scoped,
    Effect.orDie,
    Effect.flatMap(({ find }) => find(numbers)),
  );

/** Merchants by their numbers alone, whoever they are. */
export const anybody = Layer.succeed(Merchants, {
  all: [],
  get: (name) => Effect.fail(new UnknownMerchant({ asked: name, known: [] })),
  find: registered,
  openNotice: () => Effect.fail(new UnknownMerchant({ asked: "", known: [] })),
});

const services = Refunds.layer().pipe(
  Layer.provide(anybody),
  Layer.provideMerge(Layer.mergeAll(RefundStore.layer, Signalling.layer)),
);

/** The flags of a command that needs a store and nothing else. */
export const stored = (say: Say) => ({
  ...Store.flags(
    say,
    say("this, --database or the environment must name one", "须由此选项、--database 或环境变量指定"),
  ),
  json: Flags.off("json", say("Print the result as JSON", "以 JSON 输出结果")),
});

/** Prints what was done as the flags want it. */
export const answer = ({ json }: { readonly json: boolean }, said: Answer) =>
  json ? give({ exitCode: 0, json: said.json }) : give(said, "text");

/** The same, with what may be done as the commands are called, and the number as it may be shown. */
const inCommands = ({ act, outRefundNo, permitted, truth }: Refunds.NotPermitted): Refunds.NotPermitted =>
  new Refunds.NotPermitted({
    act,
    outRefundNo: shownNumber(outRefundNo),
    permitted: permitted.map((one) => one.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)),
    truth,
  });

/** Ends the command with 1: it cannot be done. */
export const impossible = (
  { json }: { readonly json: boolean },
  error: { readonly _tag: string; readonly message: string },
) =>
  Effect.andThen(
    give(
      failed({ reason: error._tag, outcome: "not-accepted", advice: "fix-request", message: plain(error.message) }),
      json ? "json" : "text",
    ),
    Effect.never,
  );

type Failure = Ending | SqlError | RefundStore.Damaged | UnknownMerchant | Refunds.UnknownRefund | Refunds.NotPermitted;

/** Runs a program over a store: one that `acts` needs it for itself, where it is a file. */
export const provide = <A, R>(
  flags: Store.Flags & { readonly json: boolean },
  acts: boolean,
  program: (where: Store.Where) => Effect.Effect<A, Failure, R | Refunds.Refunds | RefundStore.RefundStore>,
) =>
  Effect.gen(function* () {
    const where = yield* Store.find(flags).pipe(Effect.catch((error) => Store.refuse(flags, error)));
    if (acts && !Store.exists(where)) {
      return yield* Store.refuse(flags, {
        message: `there is no store ${Store.shown(where)}: name the one that was made`,
      });
    }
    const refused = (error: Parameters<typeof Store.problem>[1]) => Store.refuse(flags, Store.problem(where, error));
    const client = acts ? Store.open(where) : Store.look(where);
    return yield* program(where).pipe(
      Effect.provide(services.pipe(Layer.provide(client))),
      Effect.catchTags({
        StoreError: refused,
        SqlError: refused,
        Damaged: (error) => impossible(flags, error),
        UnknownMerchant: (error) => impossible(flags, error),
        UnknownRefund: (error) => impossible(flags, error),
        NotPermitted: (error) => impossible(flags, inCommands(error)),
      }),
    );
  });

/** The one refund that the flags name; what is no number of the store is not repeated. */
export const one = Effect.fnUntraced(function* (filter: Listing.Filter, flags: { readonly json: boolean }) {
  const { database } = yield* RefundStore.RefundStore;
  const { damaged, rows } = yield* Listing.list(database, filter, { limit: 2 });
  const [broken] = damaged;
  if (broken !== undefined) return yield* broken;
  const [row, other] = rows;
  if (row === undefined) {
    const message = "there is no refund of this number in the store: check the number and the store";
    return yield* impossible(flags, { _tag: "UnknownRefund", message });
  }
  if (other !== undefined) {
    const number = shownNumber(row.outRefundNo);
    const message = `several merchants have a refund ${number}: name one with --mch-id, and --sub-mch-id`;
    return yield* impossible(flags, { _tag: "Ambiguous", message });
  }
  return row;
});

/** Whose refund a row is. */
export const whose = ({ mchId, subMchId }: RefundStore.Row): Numbers => ({
  mchId,
  ...(subMchId !== "" && { subMchId }),
});
