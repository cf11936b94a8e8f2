/** Broken copies of the fold, each with the one rule that must catch it while all others are not looked at. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Fold } from "./case.ts";

type File = "RefundProgress" | "internal/nextStep" | "internal/progress" | "internal/observed";
export interface Saboteur {
  readonly name: string;
  readonly rule: string;
  /** The mistake, and the guards switched off that would mask it. */
  readonly patches: ReadonlyArray<readonly [file: File, find: string, put: string]>;
}

const src = new URL("../../../src/", import.meta.url);

const main = "RefundProgress";
const step = "internal/nextStep";
const value = "internal/progress";

const one = (
  rule: string,
  name: string,
  ...patches: ReadonlyArray<readonly [file: File, find: string, put: string]>
): Saboteur => ({ name, rule, patches });

const isNever = "if (isFinal(progress)) return progress;";

export const saboteurs: ReadonlyArray<Saboteur> = [
  one("R1 frozen anew while nothing is in doubt", "frozen anew in flight", [
    value,
    `return open === undefined ? acts.add("refreeze") : acts;`,
    `return acts.add("refreeze");`,
  ]),
  one("R2 a question after a doubt", "sends after a doubt", [
    step,
    `if (!denied) return after(pause, sends < questions ? "Question" : "Ask");`,
    ``,
  ]),
  one("R2 a question after a doubt", "a crash forgets the send", [
    main,
    `? settled(ofSendAnswer(progress, { _tag: "Unanswered", limited: false }))`,
    `? settled({ ...without(progress, "open"), idle: 0 })`,
  ]),
  one("R2 a question after a doubt", "go on sends whatever is known", [
    step,
    `if (poke === "go" && maySend(progress))`,
    `if (poke === "go")`,
  ]),
  one("R2 nothing sent once accepted", "sends though accepted", [
    step,
    `if (truth === "Accepted") return after(poll(progress) - since(idle), "Ask");`,
    `if (truth === "Accepted") return after(poll(progress) - since(idle), "Send");`,
  ]),
  one("R2 nothing sent once accepted", "sends though denied", [
    step,
    `return after(30 * minute - since(asked), "Ask");`,
    `return after(30 * minute - since(asked), "Send");`,
  ]),
  one("R2 nothing sent under another's number", "another's number is forgotten", [
    main,
    `foreign: true }, "other-refund"`,
    `foreign: false }, "other-refund"`,
  ]),
  one("R2 nothing after the end", "goes on after it was given up", [
    step,
    `if (isFinal(progress) || truth === "NotMade")`,
    `if (isFinal(progress))`,
  ]),
  one("R3 rejected at once only with nothing in doubt", "a refusal after a doubt is final at once", [
    main,
    `if (!progress.unanswered && refusal.kind === "final")`,
    `if (refusal.kind === "final")`,
  ]),
  one("R3 rejected by a proved refusal", "a refusal by order is final at once", [
    main,
    `if (!progress.unanswered && refusal.kind === "final")`,
    `if (!progress.unanswered)`,
  ]),
  one("R2 nothing sent while it is withheld", "sends what had been given up", [
    step,
    `if (withheld) return after(`,
    `if (progress.row < 0) return after(`,
  ]),
  one("R2 nothing sent while it is withheld", "go on sends what had been given up", [step, `    !withheld &&\n`, ``]),
  one("R2 a question after a doubt", "sends what is started again unasked", [
    main,
    `"first"), denied: false, row: 0 };`,
    `"first"), row: 0 };`,
  ]),
  one("R3 withheld for a day", "not made by the first question", [
    main,
    `if (progress.withheld && isFound)`,
    `if (progress.withheld)`,
  ]),
  one("R3 withheld for a day", "not made by a question that was begun before the day was over", [
    main,
    `progress.doubtAsked >= day`,
    `progress.doubt >= day`,
  ]),
  one("R4 withheld is shown", "what is withheld is not shown", [
    main,
    `...(progress.withheld && {`,
    `...(progress.row < 0 && {`,
  ]),
  one("R3 the gateway holds it", "no day after a doubt", [main, `(!progress.unanswered || isFound)`, `true`]),
  one("R3 it may still arrive", "no day after a doubt, and it is late", [
    main,
    `(!progress.unanswered || isFound)`,
    `true`,
  ]),
  one("R3 a question begun a day after the doubt", "a question that was begun before the day was over", [
    main,
    `progress.doubtAsked >= day`,
    `progress.doubt >= day`,
  ]),
  one("R3 a question begun a day after the doubt", "the day counts from the first doubt", [
    main,
    `    doubt: 0,\n    row: progress.row + 1,`,
    `    doubt: progress.unanswered ? progress.doubt : 0,\n    row: progress.row + 1,`,
  ]),
  one(
    "R3 a question begun a day after the doubt",
    "trusts the clock",
    [main, `Math.min(whole, 2 * planned)`, `whole`],
    [main, `Math.min(millis, hour / 2)`, `millis`],
  ),
  one(
    "R3 a refusal after the doubt",
    "remembers a refusal over a later doubt",
    [main, `...without(kept, "refusal"),`, `...kept,`],
    [step, `if (isRefused(progress)) return after(`, `if (progress.row < 0) return after(`],
    [
      step,
      `return after(denied ? quarter - since(asked) : backOff(progress) - since(idle), "Ask");`,
      `return undefined;`,
    ],
  ),
  one("R3 neither money nor account", "no money is a refusal like others", [
    value,
    `refusal?.kind === "final" || refusal?.kind === "by-order"`,
    `refusal !== undefined`,
  ]),
  one("R3 rejected by REFUNDNOTEXIST", "a query that is refused ends it", [
    main,
    `return cause === undefined ? failed : blocked(failed, cause, "ask", refusal, signed && !alone);`,
    `return isRefused(failed) ? ended(failed, "Rejected") : failed;`,
  ]),
  one("R4 a plain cause is shown", "a query's cause is not shown", [
    main,
    `return cause === undefined ? failed : blocked(failed, cause, "ask", refusal, signed && !alone);`,
    `return failed;`,
  ]),
  one("R4 a plain cause is shown", "a broken handshake is not shown", [
    main,
    `const told = cause === undefined ? progress : blocked(progress, cause, "send", refusal, false);`,
    `const told = progress;`,
  ]),
  one("R4 a refusal is shown", "a refusal is not shown", [
    main,
    `...blocked(refused, "request", "send", refusal), truth`,
    `...refused, truth`,
  ]),
  one("R4 another's number is shown", "another's number is not shown", [
    main,
    `return blocked({ ...without(released(told), "poke"), foreign: true }, "other-refund", "ask", observation.refusal);`,
    `return { ...without(released(told), "poke"), foreign: true };`,
  ]),
  one("R4 another's number stays shown", "a lagging query disproves that the number is another's", [
    main,
    `if (before.foreign) return before;`,
    `if (before.foreign) return unblocked(before);`,
  ]),
  one("R4 CHANGE is shown", "CHANGE is not shown", [main, `return status === "CHANGE"`, `return status === "CHANGED"`]),
  one("R4 overdue is shown", "overdue is not shown", [
    main,
    `return late && aged.block === undefined ?`,
    `return late && aged.row < 0 ?`,
  ]),
  one("R4 no query lifts it", "a query lifts what a send showed", [
    main,
    `if (block?.by !== "ask" || !merchantWide.has(block.cause)) return progress;`,
    `if (block === undefined || !merchantWide.has(block.cause)) return progress;`,
  ]),
  one("R4 no query lifts it", "what a query shows makes forget what a send showed", [
    main,
    `covered === undefined || block.by === "send" ?`,
    `covered === undefined || block.by !== "send" ?`,
  ]),
  one("R4 a success lifts it", "nothing is lifted", [
    main,
    `return isOver ? { ...lifted(progress), row: 0 } : progress;`,
    `return isOver ? { ...progress, row: 0 } : progress;`,
  ]),
  one("R4 one send an hour", "sends each minute while held", [
    step,
    `const send = Math.max(hour, spacing(progress)) - since(sent);`,
    `const send = minute - since(sent);`,
  ]),
  one("R4 four questions an hour", "asks each minute while held", [
    step,
    `const ask = quarter - since(asked);\n      return maySend`,
    `const ask = minute - since(asked);\n      return maySend`,
  ]),
  one("R4 unsigned slows nothing", "what is unsigned holds at once", [step, `if (!firm) return undefined;`, ``]),
  one("R5 no hot loop", "a lost question does not count", [
    main,
    `const failed: Progress = { ...without(told, "poke"), row: progress.row + 1 };`,
    `const failed: Progress = { ...without(told, "poke"), row: 0 };`,
  ]),
  one("R5 41 sends a day", "sends as they come", [step, `(sends < soon ? 0 : hour)`, `(sends < soon ? 0 : minute)`]),
  one("R5 one question in 10 s", "each notice is a question", [step, `const least = 10 * second;`, `const least = 0;`]),
  one("R5 waits are positive", "waits for parts of a millisecond", [
    step,
    `return Math.round(pause * (0.5 + (mixed % 1000) / 2000));`,
    `return pause * (0.5 + (mixed % 1000) / 2000) + 0.25;`,
  ]),
  one("R5 a step or an open call", "rests while accepted", [
    step,
    `if (truth === "Accepted") return after(poll(progress) - since(idle), "Ask");`,
    `if (truth === "Accepted") return { _tag: "Rest" };`,
  ]),
  one("R5 it ends or shows a cause", "SUCCESS ends nothing", [
    main,
    `if (status === "SUCCESS") return ended(progress, "Succeeded");`,
    ``,
  ]),
  one("R6 time ends nothing", "given up by time alone", [
    main,
    `return late && aged.block === undefined ?`,
    `if (late) return ended(aged, "NotMade");\n  return late && aged.block === undefined ?`,
  ]),
  one("R7 final is for ever", "time changes what is final", [
    main,
    isNever,
    `if (isFinal(progress)) return observation._tag === "Passed" ? { ...progress, row: 1 } : progress;`,
  ]),
  one("R7 final is for ever", "resolved though final", [
    main,
    isNever,
    `if (isFinal(progress) && observation._tag !== "Resolve") return progress;`,
  ]),
  one(
    "R7 accepted is not taken back",
    "a later refusal takes it back",
    [main, `if (progress.truth === "Accepted") {\n        const kept`, `if (progress.row < 0) {\n        const kept`],
    [
      step,
      `if (truth === "Accepted") return after(poll(progress) - since(idle), "Ask");`,
      `if (truth === "Accepted") return after(poll(progress) - since(idle), "Send");`,
    ],
  ),
  one("R7 accepted is not taken back", "REFUNDNOTEXIST takes it back", [
    main,
    `"denied", "ask", undefined) : counted;`,
    `"denied", "ask", undefined) : { ...counted, truth: "Unknown" };`,
  ]),
  one("R7 accepted is proved", "a notice proves", [
    main,
    `return observation.verified\n`,
    `return observation.verified || true\n`,
  ]),
  one("R7 final by a record", "PROCESSING is success", [
    main,
    `if (status === "SUCCESS") return`,
    `if (status === "SUCCESS" || status === "PROCESSING") return`,
  ]),
  one("R8 cancel while nothing is in doubt", "cancelled after a doubt", [
    value,
    `if (truth !== "Recorded" || foreign) return acts;`,
    `if (truth === "Accepted" || foreign) return acts;`,
  ]),
  one("R8 cancel comes too late", "cancelled after a doubt, whatever is permitted", [
    main,
    `if (!permitted(progress).has("cancel")) return progress;`,
    `if (progress.truth === "Accepted") return progress;`,
  ]),
  one("R8 cancel acts at once", "cancel waits though nothing is under way", [
    main,
    `return progress.open === undefined ? ended(progress, "NotMade")`,
    `return progress.open === undefined ? progress`,
  ]),
  one("R8 cancel waits for the answer", "cancelled in flight", [
    main,
    `return progress.open === undefined ? ended(progress, "NotMade") : { ...progress, cancelled: true };`,
    `return ended(progress, "NotMade");`,
  ]),
  one("R8 cancel waits for the answer", "the wish is forgotten", [
    main,
    `progress.cancelled && progress.open === undefined ? cancel({ ...progress, cancelled: false }) : progress;`,
    `progress;`,
  ]),
  one("R8 resolve", "resolved at any time", [
    value,
    `if (isFinal(progress)) return new Set();`,
    `if (isFinal(progress)) return new Set<Act>(["resolve"]);`,
  ]),
  one("R8 resolved by a person alone", "cancel resolves", [
    main,
    `? ended(progress, "NotMade") : {`,
    `? ended(progress, "Resolved") : {`,
  ]),
  one("R8 cancelled by a person alone", "what was not sent is given up", [
    main,
    `return { ...told, sends: Math.max(0, progress.sends - 1), row: progress.row + 1 };`,
    `return progress.unanswered || progress.truth === "Accepted" ? told : ended(told, "NotMade");`,
  ]),
  one("R8 go on", "nobody may go on", [value, `new Set<Act>(["resolve", "goOn"])`, `new Set<Act>(["resolve"])`]),
  one("R8 start again", "nobody may start again", [
    value,
    `return new Set(["resolve", "startAgain", "refreeze"]);`,
    `return new Set(["resolve", "refreeze"]);`,
  ]),
  one("R8 start again", "who starts again what is withheld lifts nothing", [
    main,
    `return { ...without(released(progress), "first"),`,
    `return { ...without(progress, "first"),`,
  ]),
  one("R5 waits are bounded", "asks once a week", [
    step,
    `return after(day - since(asked), "Ask");`,
    `return after(7 * day - since(asked), "Ask");`,
  ]),
  one("S stored and read", "absent is undefined", [
    main,
    `.filter(([key]) => !gone.includes(key))`,
    `.map(([key, value]) => [key, gone.includes(key) ? undefined : value])`,
  ]),
  one("T an answer nobody waits for", "an answer that nobody waits for counts", [
    main,
    `if (open === undefined) return progress;\n      return settled(`,
    `return settled(`,
  ]),
];

/** The rules by the names under which they are looked at. */
export const ruleNames = (): ReadonlyArray<string> => {
  const names = new Set<string>();
  for (const file of ["rules", "letters", "explore", "words", "stored"]) {
    const text = readFileSync(new URL(`${file}.ts`, import.meta.url), "utf8");
    for (const [, name = ""] of text.matchAll(/"((?:R\d|S|T) [a-zA-Z0-9' ]+)"/g)) names.add(name);
  }
  return [...names].sort();
};

/** Where a saboteur's mistakes are to be made; each place must be there once. */
export const misplaced = ({ patches }: Saboteur): ReadonlyArray<string> =>
  patches
    .filter(([file, find]) => readFileSync(new URL(`${file}.ts`, src), "utf8").split(find).length !== 2)
    .map(([, find]) => find);

/** The sources copied, broken and loaded; they are removed again at once. */
export const load = async ({ patches }: Saboteur): Promise<Fold> => {
  const dist = fileURLToPath(new URL("../../../dist/", import.meta.url));
  mkdirSync(dist, { recursive: true });
  const folder = mkdtempSync(`${dist}saboteur-`);
  try {
    // All of them, for the fold may come to import any.
    cpSync(fileURLToPath(src), folder, { recursive: true });
    for (const [file, find, put] of patches) {
      const path = `${folder}/${file}.ts`;
      writeFileSync(
        path,
        readFileSync(path, "utf8").replace(find, () => put),
      );
    }
    return (await import(pathToFileURL(`${folder}/RefundProgress.ts`).href)) as Fold;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
