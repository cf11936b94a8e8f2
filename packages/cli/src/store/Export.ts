/**
 * Stored refunds as a file for others: JSON lines for programs, CSV for finance. An export is written and never read back.
 *
 * *Guarantees.* A file that is not an export of this command, whole and unchanged, stays as it is; one that is gets replaced in one step. A
 * table for a spreadsheet holds nothing that it would take for a formula or round.
 */
import { createHash, randomUUID } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { Row } from "@wechat-refund/durable/RefundStore";
import * as DateTime from "effect/DateTime";
import * as Data from "effect/Data";
import * as Effect from "effect/Effect";
import { jsonLine } from "../Ending.ts";
import { english, type Say } from "@wechat-refund/checkup/Language";
import { shownPath } from "../Print.ts";
import * as States from "@wechat-refund/checkup/States";
import * as RefundTable from "@wechat-refund/checkup/RefundTable";
import * as Table from "@wechat-refund/checkup/Table";

/** A file that must not be written, and what to do. */
export class NotWritten extends Data.TaggedError("ExportNotWritten")<{ readonly message: string }> {}

const at = (millis: number): string => DateTime.formatIso(DateTime.makeUnsafe(millis));

/** What is told of a refund; amounts are fen. */
export const valueOf = ({
  createdAt,
  currency,
  frozen: {
    asked: { order, totalFee },
  },
  mchId,
  outRefundNo,
  progress,
  refundFee,
  refundId,
  subMchId,
  updatedAt,
}: Row) => {
  const refusal = progress.block?.refusal ?? progress.refusal;
  return {
    outRefundNo,
    state: States.stateOf(progress),
    ...(progress.block !== undefined && { block: progress.block.cause }),
    mchId,
    ...(subMchId !== "" && { subMchId }),
    ...order,
    totalFee,
    refundFee,
    currency,
    ...(refundId !== undefined && { refundId }),
    ...(refusal !== undefined && {
      reason: refusal.reason,
      ...(refusal.errCode !== undefined && { errCode: refusal.errCode }),
      advice: refusal.advice,
      message: States.refusal(english, refusal),
    }),
    ...(progress.resolved !== undefined && { resolved: progress.resolved }),
    recordedAt: at(createdAt),
    updatedAt: at(updatedAt),
  };
};

/** The lines of the refunds, as text that ends with a line end. */
export const ndjson = (rows: ReadonlyArray<Row>): string => rows.map((row) => `${jsonLine(valueOf(row))}\n`).join("");

/** A table. `raw`: without the back-quotes, for programs. */
export const csv = (say: Say, rows: ReadonlyArray<Row>, raw = false): string =>
  Table.csv(RefundTable.columns(say), rows.map(valueOf), raw);

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

/** What an export begins with: by it a file is known to be one, and to be as it was written. */
const begin = '{"refunds":1,';
const marked = (lines: string): string => `${jsonLine({ refunds: 1, sha256: digest(lines) })}\n${lines}`;

const isOurs = (file: string): boolean => {
  const start = Buffer.alloc(begin.length);
  const descriptor = openSync(file, "r");
  readSync(descriptor, start);
  closeSync(descriptor);
  if (start.toString() !== begin) return false;
  const text = readFileSync(file, "utf8");
  const end = text.indexOf("\n") + 1;
  return text === marked(text.slice(end));
};

const refused = (file: string, why: string, remedy = "name another"): NotWritten =>
  new NotWritten({ message: `${shownPath(file)} ${why}: ${remedy}` });

/** Why a file may not be written, if so. A table is often changed by those who read it, so one that exists is never replaced. */
const problemOf = (file: string, replaces: boolean): NotWritten | undefined => {
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  if (found.isDirectory()) return refused(file, "is a directory");
  if (!found.isFile()) return refused(file, "is no regular file");
  if (!replaces) return refused(file, "exists already", "name another, or move it away");
  if (found.nlink > 1) return refused(file, "has a second name (a hard link)");
  if (isOurs(file)) return undefined;
  return refused(file, "is not an export of refunds as this command wrote it, and stays as it is");
};

const attempt = <A>(file: string, act: () => A): Effect.Effect<A, NotWritten> =>
  Effect.try({
    try: act,
    catch: (cause) => {
      if (cause instanceof NotWritten) return cause;
      const code = cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : "unknown";
      return code === "EEXIST"
        ? refused(file, "was made by somebody meanwhile")
        : refused(file, `cannot be written (${code})`, "check its directory, its permissions and the disk");
    },
  });

const checked = (file: string, replaces: boolean): void => {
  const problem = problemOf(file, replaces);
  if (problem !== undefined) throw problem;
};

/** Fails where a file could not be written now: before anything is done that is to be told in it. */
export const check = (file: string, as: "csv" | "ndjson"): Effect.Effect<void, NotWritten> =>
  attempt(file, () => {
    checked(file, as === "ndjson");
    lstatSync(dirname(file));
  });

/** Writes a file, or leaves it as it is: what is there is never half of one. */
export const write = (file: string, as: "csv" | "ndjson", text: string): Effect.Effect<void, NotWritten> =>
  attempt(file, () => {
    const temporary = join(dirname(file), `.${randomUUID()}.export`);
    const descriptor = openSync(temporary, "wx", 0o600);
    try {
      const bytes = Buffer.from(as === "ndjson" ? marked(text) : text);
      for (let from = 0; from < bytes.length;) from += writeSync(descriptor, bytes, from);
      fsyncSync(descriptor);
      checked(file, as === "ndjson");
      if (lstatSync(file, { throwIfNoEntry: false }) === undefined) linkSync(temporary, file);
      else renameSync(temporary, file);
    } finally {
      closeSync(descriptor);
      rmSync(temporary, { force: true });
    }
  });
