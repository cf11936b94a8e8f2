/**
 * Builds that are broken on purpose, for each invariant at least one: the change is made while the module is loaded, and seeds are lived
 * until that invariant is seen broken. Those without a number undo what a simulation has found.
 */
export interface Canary {
  readonly name: string;
  /** The invariant that must be seen broken. */
  readonly id: string;
  /** From `packages/`. */
  readonly file: string;
  readonly changes: ReadonlyArray<readonly [find: string, put: string]>;
}

/** Within so many seeds each invariant must be seen broken; what a simulation found once in hundreds has five times as many. */
export const seedsOf = ({ name }: Canary): number => rare.get(name) ?? 200;

const rare: ReadonlyMap<string, number> = new Map([
  ["a merchant is taken before what holds it is read", 1000],
  ["a group of which the beginning is gone", 1000],
  ["a clock that was set back unseen", 1000],
  ["no pause after what cannot be stored", 6000],
  ["an order held up by a clock that was set back", 1000],
  ["what is withheld and started again stays withheld", 1000],
  ["a refusal that nobody signed is believed", 1000],
  ["a call under way is taken up by who made it", 1000],
]);

const calls = "durable/src/internal/calls.ts";
const step = "durable/src/internal/step.ts";
const worker = "durable/src/Worker.ts";
const holdings = "durable/src/internal/holdings.ts";
const store = "durable/src/RefundStore.ts";
const refunds = "durable/src/Refunds.ts";
const events = "durable/src/Events.ts";
const group = "durable/src/internal/groupCommit.ts";
const progress = "core/src/RefundProgress.ts";
const sent = "clientOf(refund)?.refund(requestOf(refund.frozen))";

const canary = (id: string, name: string, file: string, ...changes: Canary["changes"]): Canary => ({
  id,
  name,
  file,
  changes,
});

export const canaries: ReadonlyArray<Canary> = [
  canary("I1", "a number of its own for each send", calls, [
    sent,
    "clientOf(refund)?.refund({ ...requestOf(refund.frozen), outRefundNo: `${refund.frozen.asked.outRefundNo}-${Math.floor(Math.random() * 1e6)}` })",
  ]),
  canary("I2", "another description on a repeat", calls, [
    sent,
    "clientOf(refund)?.refund({ ...requestOf(refund.frozen), refundDesc: `${Math.random()}` })",
  ]),
  canary("I3", "another amount on a repeat", calls, [
    sent,
    "clientOf(refund)?.refund({ ...requestOf(refund.frozen), refundFee: refund.frozen.asked.refundFee - Math.floor(Math.random() * 3) })",
  ]),
  canary("I4", "a begin that is not stored", step, [
    'progress: observe(progress, { _tag: "Begun", call }),',
    "progress,",
  ]),
  canary("I5", "what is under way is a success", progress, [
    'if (status === "SUCCESS") return',
    'if (status === "SUCCESS" || status === "PROCESSING") return',
  ]),
  canary("I5", "a success without its proof", step, [
    "proof !== undefined && before.truth !== after.truth",
    'proof !== undefined && before.truth !== after.truth && after.truth !== "Succeeded"',
  ]),
  canary("I6", "what may have been accepted can be cancelled", "core/src/internal/progress.ts", [
    'if (truth !== "Recorded" || foreign) return acts;',
    "if (foreign) return acts;",
  ]),
  canary("I6", "what had been given up is sent after a backup was put back", "durable/src/Maintenance.ts", [
    'const withheld = progress.truth === "NotMade" || progress.cancelled || progress.withheld;',
    "const withheld = false;",
  ]),
  canary("I10", "what is withheld is not made by the first question", progress, [
    "if (progress.withheld && isFound)",
    "if (progress.withheld)",
  ]),
  canary("I7", "whoever read first may write last", store, [
    "WHERE r.id = ${row.id} AND r.version = ${row.version}",
    "WHERE r.id = ${row.id} AND r.version >= 0",
  ]),
  canary("I8", "an answer before the commit", group, [
    "const exits = yield* Effect.exit(asTheClient(sql.withTransaction(together(batch))));",
    "let seen: ReadonlyArray<Exit.Exit<unknown, unknown>> | undefined;\n      const tried = yield* Effect.exit(asTheClient(sql.withTransaction(Effect.tap(together(batch), (all) => Effect.sync(() => void (seen = all))))));\n      const exits = seen === undefined ? tried : Exit.succeed(seen);",
  ]),
  canary("I9", "pauses a hundred times as long", "durable/src/internal/row.ts", [
    "return step.millis;",
    "return step.millis * 100;",
  ]),
  canary("I8", "what is withheld and started again stays withheld", progress, [
    'return { ...without(released(progress), "first"),',
    'return { ...without(progress, "first"),',
  ]),
  canary("I10", "a reply without a signature is believed", "core/src/Signature.ts", [
    'if (given === undefined || given === "") return Result.fail({ problem: "unsigned" });',
    'if (given === undefined || given === "") return Result.succeed("current");',
  ]),
  canary("I11", "whoever stood still calls on", worker, [
    "mayCall: (holding) => elapsed() <= validUntil && held.get(holding.mchId) === holding",
    "mayCall: () => true",
  ]),
  canary("I11", "no minute between refunds of an order", store, [
    "export const betweenRefundsOfAnOrder = 60_000;",
    "export const betweenRefundsOfAnOrder = 1000;",
  ]),
  canary("I12", "the cursor before the handler", events, [
    "            yield* handle(event);\n            position = event.position;\n            if ((yield* monotonic) - keptAt >= keepEvery) yield* keep;\n",
    "            position = event.position;\n            yield* keep;\n            yield* handle(event);\n",
  ]),
  canary(
    "I13",
    "a key in the log",
    refunds,
    [
      'import * as Metric from "effect/Metric";',
      'import * as Metric from "effect/Metric";\nimport * as Redacted from "effect/Redacted";',
    ],
    [
      "const numbers = numbersOf(registered);\n    const { asked, fresh",
      "const numbers = numbersOf(registered);\n    yield* Effect.logInfo(Redacted.value(registered.merchant.apiKey));\n    const { asked, fresh",
    ],
  ),
  canary("I14", "other fields are not looked at", refunds, [
    "if (!fresh && row.fingerprint !== fingerprint({ asked }))",
    'if (!fresh && row.fingerprint === "")',
  ]),
  canary("I11", "a call under way is taken up by who made it", holdings, [
    "store.due(mchId, room, [...steps],",
    "store.due(mchId, room, [...waiting.keys()],",
  ]),
  canary("I9", "no pause after what cannot be stored", holdings, [
    'rest: Effect.raceFirst(Effect.sleep("500 millis"), Deferred.await(holding.stop))',
    "rest: Effect.void",
  ]),
  canary("I9", "a merchant is taken before what holds it is read", worker, [
    "const holds = yield* leases.holds(mchId);\n    if (draining) return;\n    held.set(mchId, holding);",
    "held.set(mchId, holding);\n    const holds = yield* leases.holds(mchId);",
  ]),
  canary("I4", "a group of which the beginning is gone", group, [
    "batch.length > 1 && exits.some(Exit.isFailure)",
    "batch.length > 1e9",
  ]),
  canary("I9", "a clock that was set back unseen", worker, ["let behind = true;", "let behind = false;"]),
  canary("I9", "an order held up by a clock that was set back", store, [
    "AND o.sent_at <= ${now} + ${betweenRefundsOfAnOrder}) AS order_sent_at",
    ") AS order_sent_at",
  ]),
  canary("I15", "what new refunds are made through is what all are", calls, [
    'protocol === "v3" ? v3 : v2?.(frozen)',
    '(protocol === "v3" && v2 === undefined) || registered.protocol === "v3" ? v3 : v2?.(frozen)',
  ]),
  canary("I15", "APIv2 where APIv3 fails", calls, [
    "clientOf(refund)?.refund(requestOf(refund.frozen)) ??",
    '(v2 !== undefined && refund.protocol === "v3" ? Effect.catch(clientOf(refund)!.refund(requestOf(refund.frozen)), () => v2({ ...refund.frozen, appId: (registered.merchant as { appId: string }).appId }).refund(requestOf(refund.frozen))) : clientOf(refund)?.refund(requestOf(refund.frozen))) ??',
  ]),
  canary("I14", "only what new refunds take is taken again", refunds, [
    "const asked = recordedAs(request, numbers);",
    "const asked = undefined as ReturnType<typeof recordedAs>;",
  ]),
  canary("I10", "a signature of APIv3 that is wrong is believed", "apiv3/src/Signature.ts", [
    "if (!key.verifies(replyBytes(timestamp, nonce, body), signature))",
    "if (key.id === serial && signature.length < 0)",
  ]),
  canary("I10", "a refusal that nobody signed is believed", "apiv3/src/Operation.ts", [
    "return Result.fail(unsignedRefusal(Result.getOrElse(plain, () => reply)));",
    "return status === 401 ? Result.fail(unsignedRefusal(reply)) : Result.mapError(parse(reply.body), (problem) => malformed(problem));",
  ]),
  canary("I10", "a reply of another refund is this one's", "apiv3/src/Operation.ts", [
    "if (received === expected) continue;",
    "if (received !== undefined) continue;",
  ]),
  canary("I5", "a refund that was closed succeeded", "apiv3/src/internal/fields.ts", [
    '["CLOSED", "REFUNDCLOSE"],',
    '["CLOSED", "SUCCESS"],',
  ]),
  canary("I10", "a notice of APIv3 that anybody sealed is believed", "apiv3/src/RefundNotice.ts", [
    "if (Result.isFailure(verified)) return bad(",
    'if (Result.isFailure(verified) && verified.failure.problem !== "wrong-sign") return bad(',
  ]),
  canary("I10", "a notice that decided is not kept", "durable/src/internal/noted.ts", [
    "...(decides && proof !== undefined && { proof: proof() })",
    "",
  ]),
  canary(
    "I11",
    "keys are fetched after the begin",
    calls,
    ['protocol === "v3" ? other?.speaker.ready : undefined', "protocol.length < 0 ? other?.speaker.ready : undefined"],
    ["Context.add(LeavesNow, true)", "Context.add(LeavesNow, false)"],
  ),
  canary("I13", "the key of APIv3 in the log", "apiv3/src/KeyRing.ts", [
    "platform certificates (平台证书) of ${credential.mchId}: ${added",
    "platform certificates (平台证书) of ${Redacted.value(key)}: ${added",
  ]),
  canary("I9", "nobody is told what a refund waits for", step, ['if (news._tag === "Held") return yield* put();', ""]),
];
