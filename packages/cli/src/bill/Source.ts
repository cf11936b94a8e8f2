/**
 * Where a bill's text comes from: a file, or the gateway. What is no bill is told before anything of it is read, and how the command ends
 * then: 3 where there is none yet, 2 where what was asked for cannot be, 1 where it could not be had.
 */
import { closeSync, createReadStream, openSync, readSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import * as Bills from "@wechat-refund/core/Bills";
import type { Source } from "@wechat-refund/core/Bills";
import * as BillText from "@wechat-refund/core/BillText";
import { Merchant } from "@wechat-refund/core/Merchant";
import * as RefundBill from "@wechat-refund/core/RefundBill";
import type { InvalidRequest } from "@wechat-refund/core/RefundError";
import { Transport, type TransportError } from "@wechat-refund/core/Transport";
import * as Clock from "effect/Clock";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Result from "effect/Result";
import { type Answer, type ExitCode, failed } from "../Ending.ts";
import { shownPath } from "../Print.ts";

export type { Source } from "@wechat-refund/core/Bills";

/** Why there is no bill, and how the command ends. `why` where the gateway said so. */
export interface NoSource {
  readonly reason: string;
  readonly message: string;
  readonly exitCode: ExitCode;
  readonly why?: RefundBill.Why;
}

/** How the command ends without it. */
export const told = ({ exitCode, message, reason, why }: NoSource): Answer => {
  const advice = exitCode === 2 ? "fix-request" : "resend-same";
  const said = failed({ reason, outcome: "not-accepted", advice, message });
  const error = { reason, ...(why !== undefined && { why }), outcome: "not-accepted", advice, message };
  return { ...said, exitCode, json: { ok: false, error } };
};

const exitCodes: Readonly<Record<RefundBill.Why, ExitCode>> = {
  none: 0,
  "not-ready": 3,
  "no-such-day": 2,
  "no-permission": 1,
  refused: 1,
  failed: 1,
  page: 1,
  unreadable: 1,
};

/** What the gateway said in a bill's place. */
export const noBill = ({ message, why }: RefundBill.NoBill): NoSource => ({
  reason: "NoBill",
  message,
  exitCode: exitCodes[why],
  why,
});

const opened = (
  beginning: Result.Result<RefundBill.Packing, RefundBill.NoBill>,
  text: (packing: RefundBill.Packing) => Source,
): Result.Result<Source, NoSource> =>
  Result.match(beginning, {
    onSuccess: (packing) => Result.succeed(text(packing)),
    onFailure: (failure) => (failure.why === "none" ? Result.succeed("none") : Result.fail(noBill(failure))),
  });

/** What a call for a bill needs of the transport. */
export const settings = {
  maxReplyBytes: Bills.room.maxReplyBytes,
  exchangeTimeout: Duration.millis(Bills.room.exchangeMillis),
};

/** Why a download gave none. */
export const notHad = (error: RefundBill.NoBill | InvalidRequest | TransportError): NoSource => {
  const { _tag: reason, message } = error;
  switch (error._tag) {
    case "NoBill":
      return noBill(error);
    case "InvalidRequest":
      return { reason, message, exitCode: 2 };
    default:
      return { reason: "TransportFailed", message, exitCode: 1 };
  }
};

/** The bill of a day. `whole`: of all sub-merchants, where the merchant of the environment is one of a provider. */
export const download = Effect.fnUntraced(function* (
  request: RefundBill.BillRequest,
  { whole = false }: { readonly whole?: boolean } = {},
): Effect.fn.Return<Result.Result<Source, NoSource>, never, Merchant | Transport> {
  const given = yield* Merchant;
  const found = yield* Effect.result(Bills.download(request, whole ? Bills.wholeOf(given) : given, yield* Transport));
  return Result.mapError(found, notHad);
});

const startOf = (file: string): Result.Result<Uint8Array, string> => {
  try {
    // What can be read only once has been, when its beginning was looked at.
    if (!statSync(file).isFile()) return Result.fail("no regular file");
    const descriptor = openSync(file, "r");
    try {
      const start = Buffer.alloc(65_536);
      return Result.succeed(start.subarray(0, readSync(descriptor, start)));
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unreadable";
    return Result.fail(code);
  }
};

/** A ZIP archive, as which the merchant platform gives bills and spreadsheet programs save; or a compound document (.xls). */
const isPacked = (start: Uint8Array): boolean =>
  /^(?:504b0304|d0cf11e0)/.test(Buffer.from(start.subarray(0, 4)).toString("hex"));

/** The bytes of a file in one piece of memory: each is used up before the next is read. */
async function* reread(file: string): AsyncGenerator<Uint8Array> {
  const handle = await open(file);
  try {
    const piece = new Uint8Array(65_536);
    for (;;) {
      const { bytesRead } = await handle.read(piece);
      if (bytesRead === 0) return;
      yield piece.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

/** The same of a packed one. `BillText` could unpack it, too; this takes less memory. */
async function* unpacked(file: string): AsyncGenerator<Uint8Array> {
  const unpacking = createGunzip();
  // How it ends is told by what is read.
  pipeline(createReadStream(file), unpacking, () => {});
  try {
    yield* unpacking;
  } catch (cause) {
    const isPacking = cause instanceof Error && "code" in cause && String(cause.code).startsWith("Z_");
    throw isPacking ? new BillText.BillBodyError({ kind: "damaged" }) : cause;
  }
}

/** A bill on disk, packed with gzip or not. */
export const ofFile = (file: string): Effect.Effect<Result.Result<Source, NoSource>> =>
  Effect.map(Clock.currentTimeMillis, (now) => {
    const wrong = (message: string) =>
      Result.fail({ reason: "CannotRead", message: `${shownPath(file)} ${message}`, exitCode: 2 } as const);
    const start = startOf(file);
    if (Result.isFailure(start)) return wrong(`cannot be read (${start.failure})`);
    if (isPacked(start.success)) {
      return wrong(
        "is an archive or a spreadsheet (.zip, .xlsx, .xls): unpack it, or save it as CSV UTF-8, and give that file",
      );
    }
    if (start.success.length === 0) return wrong("is empty: download the bill again");
    // Which day it is of is not known: what the gateway said about a day gone by.
    const date = RefundBill.dayOf(now - 2 * 86_400_000);
    const source = opened(RefundBill.interpret({ date }, { status: 200, start: start.success }, now), (packing) =>
      BillText.stream(packing === "gzip" ? unpacked(file) : reread(file)),
    );
    return Result.mapError(source, (problem) => ({
      ...problem,
      message: `${shownPath(file)}: ${problem.message}`,
      exitCode: problem.exitCode === 1 ? 2 : problem.exitCode,
    }));
  });
