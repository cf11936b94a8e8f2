/** A body that asks for a refund: whose it is, what is asked, and everything that is wrong with it. */
import type { Registered } from "@wechat-refund/core/Merchants";
import type { RefundRequest } from "@wechat-refund/core/Refund";
import { freezeFor } from "@wechat-refund/durable/Frozen";
import * as Result from "effect/Result";
import { Invalid, type Issue, NotFound } from "../Problems.ts";
import { pointerOf, pointerTo } from "./bodies.ts";
import { said } from "./said.ts";

export interface Asked {
  readonly merchant: string;
  readonly request: RefundRequest;
  readonly attempted: boolean;
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const notAnObject = new Invalid({ errors: [{ pointer: "", detail: "must be an object" }] });

export const unknown = (): NotFound =>
  new NotFound({ detail: "there is no such merchant in this service, or none that this token may see" });

/** So many are more than anybody reads. */
export const mostIssues = 100;

/** The issues of a request that the core has found, where they stand in the body. */
export const issuesOf = (
  body: unknown,
  issues: ReadonlyArray<{ readonly field: string; readonly message: string }>,
): ReadonlyArray<Issue> =>
  issues.slice(0, mostIssues).map(({ field, message }) => ({
    pointer: field === "request" ? "" : pointerOf(body, field),
    detail: said(message),
  }));

const mostNamed = 10;

/** Who asks may see `merchants`; `any` is one whose settings the fields can be checked with. */
export const askedOf = (
  body: unknown,
  merchants: ReadonlyArray<Registered>,
  any: Registered | undefined,
): Result.Result<Asked, Invalid | NotFound> => {
  if (!isObject(body)) return Result.fail(notAnObject);
  const { attempted, merchant, ...request } = body;
  const errors: Array<Issue> = [];
  let registered: Registered | undefined;
  if (typeof merchant === "string") {
    registered = merchants.find(({ name }) => name === merchant);
    if (registered === undefined) return Result.fail(unknown());
  } else if (merchant === undefined && merchants.length === 1) registered = merchants[0];
  else {
    const known = merchants.slice(0, mostNamed).map(({ name }) => name);
    errors.push({
      pointer: "/merchant",
      detail: `must name the merchant: ${known.join(", ") || "this token sees none"}`,
    });
  }
  if (attempted !== undefined && typeof attempted !== "boolean") {
    errors.push({ pointer: "/attempted", detail: "must be true or false" });
  }
  // Whether a request by itself may be sent is the store's to say: what was recorded once is known, whatever the settings are by now.
  if (registered === undefined || errors.length > 0) {
    const checkedWith = registered ?? any;
    if (checkedWith !== undefined) {
      const frozen = freezeFor(request as unknown as RefundRequest, checkedWith);
      if (Result.isFailure(frozen)) errors.push(...issuesOf(body, frozen.failure.issues));
    }
    return Result.fail(new Invalid({ errors }));
  }
  return Result.succeed({
    merchant: registered.name,
    request: request as unknown as RefundRequest,
    attempted: attempted === true,
  });
};

const most = 500;
/** What breaks a line of the history or of the log, or turns the text around it. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;
/** What nobody sees is no reason. */
const isSeen = (text: string): boolean => /[^\s\p{Default_Ignorable_Code_Point}\p{Bidi_Control}]/u.test(text);

/** What is wrong with the reason of an act. */
export const issuesOfReason = (reason: unknown): ReadonlyArray<Issue> => {
  if (typeof reason !== "string" || !isSeen(reason) || reason.length > most) {
    return [{ pointer: "/reason", detail: `must say why, in 1 to ${most} characters` }];
  }
  return unprintable.test(reason) || !reason.isWellFormed()
    ? [{ pointer: "/reason", detail: "must be on one line, without control characters" }]
    : [];
};

/** What is said of fields that there are not. */
export const issuesOfOthers = (others: object): ReadonlyArray<Issue> =>
  Object.keys(others)
    .slice(0, mostNamed)
    .map((name) => ({ pointer: pointerTo(name), detail: "is no field of this request: remove it" }));

/** The reason in the body of an act. */
export const reasonOf = (body: unknown): Result.Result<string, Invalid> => {
  if (!isObject(body)) return Result.fail(notAnObject);
  const { reason, ...others } = body;
  const errors = [...issuesOfOthers(others), ...issuesOfReason(reason)];
  return errors.length > 0 ? Result.fail(new Invalid({ errors })) : Result.succeed(reason as string);
};
