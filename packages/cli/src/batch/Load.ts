/** The refunds of a batch file: every bad row is named, and then nothing of it is sent. */
import type { Protocol } from "@wechat-refund/core/Merchants";
import { closeSync, openSync, readSync } from "node:fs";
import * as Console from "effect/Console";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import { type Answer, give } from "../Ending.ts";
import type { Say } from "@wechat-refund/checkup/Language";
import { translated } from "@wechat-refund/checkup/Translated";
import { plain, shownPath } from "../Print.ts";
import * as Plan from "./Plan.ts";
import * as Rows from "./Rows.ts";

/** Some two million rows. */
const most = 256 * 1024 * 1024;

/** The bytes of a file, which has an end: a device such as /dev/zero would fill the memory. */
const bytesOf = (file: string): Buffer => {
  const descriptor = openSync(file, "r");
  try {
    const chunks: Array<Buffer> = [];
    const chunk = Buffer.alloc(1024 * 1024);
    for (let size = 0; size <= most;) {
      const read = readSync(descriptor, chunk);
      if (read === 0) return Buffer.concat(chunks);
      chunks.push(Buffer.from(chunk.subarray(0, read)));
      size += read;
    }
  } finally {
    closeSync(descriptor);
  }
  throw Object.assign(new Error("too large"), { code: "EFBIG" });
};

/** Ends the command before anything is sent. */
export const refuse = (json: boolean, reason: string, message: string, issues?: ReadonlyArray<Rows.Issue>) => {
  const answer: Answer = {
    exitCode: 2,
    json: {
      ok: false,
      error: { reason, outcome: "not-accepted", advice: "fix-request", message },
      ...(issues !== undefined && { issues }),
    },
    text: plain(`${reason}: ${message}`),
    isEnglish: true,
  };
  return give(answer, json ? "json" : "text");
};

/** Each bad row by its line, and then nothing is sent. */
export const refuseRows = Effect.fnUntraced(function* (
  say: Say,
  file: string,
  json: boolean,
  issues: ReadonlyArray<Rows.Issue>,
) {
  const lines = new Set(issues.map(({ line }) => line)).size;
  const words = translated(say);
  for (const { field, line, message } of json ? [] : issues) {
    yield* Console.error(`${shownPath(file)}:${line}: ${words(plain(`${field} ${message}`))}`);
  }
  const message = `${lines} bad ${lines === 1 ? "line" : "lines"} in ${shownPath(file)}; nothing was sent`;
  yield* refuse(json, "BadFile", message, issues);
});

/** The refunds of a file; every bad row is shown, and then nothing is sent. */
export const load = Effect.fnUntraced(function* (
  say: Say,
  file: string,
  format: Option.Option<Rows.Format>,
  json: boolean,
  protocol: Protocol,
) {
  const known = Option.getOrElse(format, () => Rows.formatOf(file));
  if (known === undefined) {
    return yield* Effect.andThen(
      refuse(json, "UnknownFormat", `${shownPath(file)}: say --format csv or --format ndjson`),
      Effect.never,
    );
  }
  const bytes = yield* Effect.try({
    try: () => bytesOf(file),
    catch: (cause) => (cause as { readonly code?: string }).code ?? "unreadable",
  }).pipe(
    Effect.catch((code) =>
      Effect.andThen(refuse(json, "CannotRead", `${shownPath(file)} cannot be read (${code})`), Effect.never),
    ),
  );
  const { issues, refunds } = Plan.make(Rows.read(bytes, known), protocol);
  if (issues.length > 0) yield* refuseRows(say, file, json, issues);
  return refunds;
});
