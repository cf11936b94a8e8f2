/** What the store says, as an answer of the API. */
import type { UnknownMerchant } from "@wechat-refund/core/Merchants";
import type { InvalidRequest } from "@wechat-refund/core/RefundError";
import type { Damaged, Pruned } from "@wechat-refund/durable/RefundStore";
import * as Refunds from "@wechat-refund/durable/Refunds";
import * as Effect from "effect/Effect";
import type { SqlError } from "effect/sql/SqlError";
import type { Truth } from "@wechat-refund/core/RefundProgress";
import * as Problems from "../Problems.ts";
import { issuesOf, unknown } from "./starting.ts";
import { actionsOf } from "./views.ts";

type Failure =
  | SqlError
  | Damaged
  | Pruned
  | UnknownMerchant
  | InvalidRequest
  | Refunds.OtherRefund
  | Refunds.UnknownRefund
  | Refunds.NotPermitted;

/** What each failure is answered with. */
type Answer<E> =
  | (E extends SqlError ? Problems.Unavailable : never)
  | (E extends Damaged ? Problems.Internal : never)
  | (E extends Pruned ? Problems.NumberUsed : never)
  | (E extends UnknownMerchant | Refunds.UnknownRefund ? Problems.NotFound : never)
  | (E extends InvalidRequest ? Problems.Invalid : never)
  | (E extends Refunds.OtherRefund ? Problems.OtherRefund : never)
  | (E extends Refunds.NotPermitted ? Problems.NotPermitted : never);

const answerOf = (error: Failure, body: unknown): Effect.Effect<Answer<Failure>> => {
  switch (error._tag) {
    case "SqlError":
      return Effect.as(
        Effect.logError(`the store did not answer a request: ${error.reason._tag}`),
        new Problems.Unavailable({
          detail:
            "the store cannot be reached now; if something was to be stored it may have been: repeat the identical request",
        }),
      );
    case "Damaged":
      return Effect.as(Effect.logError(error.message), new Problems.Internal({ detail: error.message }));
    case "Pruned":
      return Effect.succeed(
        new Problems.NumberUsed({ outRefundNo: error.outRefundNo, state: error.truth, detail: error.message }),
      );
    case "UnknownMerchant":
      return Effect.succeed(unknown());
    case "UnknownRefund":
      return Effect.succeed(new Problems.NotFound({ detail: error.message }));
    case "InvalidRequest":
      return Effect.succeed(new Problems.Invalid({ errors: issuesOf(body, error.issues) }));
    case "OtherRefund":
      return Effect.succeed(
        new Problems.OtherRefund({ outRefundNo: error.outRefundNo, fields: error.fields, detail: error.message }),
      );
    case "NotPermitted": {
      const { act, outRefundNo, permitted, truth } = error;
      const actions = actionsOf(permitted as Parameters<typeof actionsOf>[0]);
      // The sentence is the store's; the names in it are those of the addresses here.
      const { message } = new Refunds.NotPermitted({ act, outRefundNo, permitted: actions, truth });
      return Effect.succeed(
        new Problems.NotPermitted({ outRefundNo, state: truth as Truth, actions, detail: message }),
      );
    }
  }
};

/** `body` is what was asked, for the pointers to what is wrong with it. */
export const answered = <A, E extends Failure, R>(
  effect: Effect.Effect<A, E, R>,
  body?: unknown,
): Effect.Effect<A, Answer<E>, R> =>
  Effect.catch(effect, (error) => Effect.flatMap(answerOf(error, body), (answer) => Effect.fail(answer as Answer<E>)));
