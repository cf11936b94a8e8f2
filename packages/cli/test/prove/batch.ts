/**
 * Proves that a batch keeps its word: it is killed at random moments, while the gateway misbehaves, and run again each time. In the
 * end every refund was made once, with its amount, and the store says so.
 *
 *     node packages/cli/test/prove/batch.ts [kills] [refunds] [seed]
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type LedgerRow, start as startGateway } from "../../../simulator/test/prove/gateway.ts";
import { refundOf } from "../../../simulator/test/prove/refunds.ts";

const sources = fileURLToPath(new URL("../../src/bin.ts", import.meta.url));

export interface Options {
  readonly kills: number;
  readonly refunds: number;
  readonly seed: string;
  readonly faults: number;
  readonly brisk: boolean;
  readonly perSecond: number;
  readonly log: (line: string) => void;
  /** The first file of the command; the sources', unless it is a bundle's. */
  readonly bin?: string;
}

/** A refund as the store has it, and its history in words. */
interface Stored {
  readonly outRefundNo: string;
  readonly truth: string;
  readonly refundFee: number;
  readonly refundId: string | null;
  /** How often a call of it was begun. */
  readonly epoch: number;
  readonly history: ReadonlyArray<{ readonly what: string; readonly truth: string }>;
}

/** What was found; the lists name what is wrong and are empty when the word was kept. */
export interface Proof {
  readonly killed: number;
  readonly runs: number;
  readonly ledger: number;
  /** Requests that were begun, and those among them that no answer decided. */
  readonly requests: number;
  readonly unknown: number;
  readonly wrong: ReadonlyArray<string>;
}

/** Random numbers that a seed gives again. */
const random = (seed: string): (() => number) => {
  let state = [...seed].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) >>> 0, 7);
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** When the store's log was written last: it does not grow for ever. */
const changedAt = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** What the store holds; nothing before it was made. */
const storedIn = (file: string): ReadonlyArray<Stored> => {
  if (sizeOf(file) === 0) return [];
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const tables = database.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'refund_history'").get();
    if (tables?.["n"] !== 1) return [];
    const histories = new Map<unknown, Array<Stored["history"][number]>>();
    for (const { refund, truth, what } of database
      .prepare("SELECT refund, what, truth FROM refund_history ORDER BY refund, seq")
      .all()) {
      const lines = histories.get(refund) ?? [];
      lines.push({ what: String(what), truth: String(truth) });
      histories.set(refund, lines);
    }
    return database
      .prepare("SELECT id, out_refund_no, truth, refund_fee, refund_id, epoch FROM refunds")
      .all()
      .map((row) => ({
        outRefundNo: String(row["out_refund_no"]),
        truth: String(row["truth"]),
        refundFee: Number(row["refund_fee"]),
        refundId: row["refund_id"] === null ? null : String(row["refund_id"]),
        epoch: Number(row["epoch"]),
        history: histories.get(row["id"]) ?? [],
      }));
  } finally {
    database.close();
  }
};

const known: ReadonlySet<string> = new Set(["Accepted", "Succeeded"]);

const check = (
  options: Options,
  ledger: ReadonlyArray<LedgerRow>,
  stored: ReadonlyArray<Stored>,
): ReadonlyArray<string> => {
  const wrong: Array<string> = [];
  const rows = new Map<string, LedgerRow>();
  for (const row of ledger) {
    if (rows.has(row.outRefundNo)) wrong.push(`${row.outRefundNo}: twice in the ledger`);
    rows.set(row.outRefundNo, row);
  }
  const found = new Map(stored.map((one) => [one.outRefundNo, one]));
  for (const { history, outRefundNo } of stored) {
    const from = history.findIndex(({ truth }) => known.has(truth));
    const again = history.slice(from + 1).some(({ what }) => what === "send: begun");
    if (from >= 0 && again) wrong.push(`${outRefundNo}: sent after it was known`);
  }
  for (let n = 0; n < options.refunds; n++) {
    const { outRefundNo, outTradeNo, refundFee } = refundOf(n);
    const row = rows.get(outRefundNo);
    const one = found.get(outRefundNo);
    if (row === undefined) wrong.push(`${outRefundNo}: not in the ledger`);
    else if (row.refundFee !== refundFee || row.outTradeNo !== outTradeNo) wrong.push(`${outRefundNo}: another refund`);
    if (one === undefined || !known.has(one.truth))
      wrong.push(`${outRefundNo}: ${one?.truth ?? "missing"} in the store`);
    else if (one.refundId !== row?.refundId) wrong.push(`${outRefundNo}: another refund_id in the store`);
    else if (one.refundFee !== refundFee) wrong.push(`${outRefundNo}: another amount in the store`);
    rows.delete(outRefundNo);
  }
  for (const number of rows.keys()) wrong.push(`${number}: in the ledger and in no file`);
  return wrong;
};

/** Runs the proof. */
export const prove = async (options: Options): Promise<Proof> => {
  const { bin = sources, brisk, faults, kills, log, perSecond, refunds, seed } = options;
  const merchant = { mchId: "1900000109", appId: "wx8888888888888888", apiKey: "192006250b4c09247ec02edce69f6a2d" };
  const folder = mkdtempSync(join(tmpdir(), "wechat-refund-batch-"));
  const gateway = await startGateway({ merchants: [merchant], refunds, seed, faults, brisk });
  try {
    const [access] = gateway.accesses;
    if (access === undefined) throw new Error("the gateway knows nobody");
    const file = (name: string, text: string) => {
      writeFileSync(join(folder, name), text, { mode: 0o600 });
      return join(folder, name);
    };
    const env = {
      PATH: process.env["PATH"],
      WECHAT_PAY_APP_ID: access.appId,
      WECHAT_PAY_MCH_ID: access.mchId,
      WECHAT_PAY_API_KEY: access.apiKey,
      WECHAT_PAY_CA_FILE: file("ca.pem", access.caPem),
      WECHAT_PAY_CERT_FILE: file("cert.pem", access.certificatePem),
      WECHAT_PAY_KEY_FILE: file("key.pem", access.privateKeyPem),
    };
    const rows = Array.from({ length: refunds }, (_, n) => {
      const { outRefundNo, outTradeNo, refundFee, totalFee } = refundOf(n);
      return `${outTradeNo},${outRefundNo},${totalFee},${refundFee}\r\n`;
    });
    const csv = file("refunds.csv", `\ufeffout_trade_no,out_refund_no,total_fee,refund_fee\r\n${rows.join("")}`);
    const store = `${csv}.refunds.db`;
    const written = `${store}-wal`;
    const start = () => {
      const args = ["batch", csv, "--yes", "--json", "--endpoint", access.url, "--per-second", String(perSecond)];
      const child = spawn(process.execPath, [bin, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
      let said = "";
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
      const closed = once(child, "close");
      return { child, closed, said: () => said };
    };

    const draw = random(seed);
    const wrong: Array<string> = [];
    let [killed, runs] = [0, 0];
    while (killed < kills) {
      const { child, closed, said } = start();
      runs++;
      // One in five while it starts, the others from its first write to well into it.
      const starting = draw() < 0.2;
      const moment = Math.floor(draw() * (starting ? 500 : 700));
      if (!starting) {
        const before = changedAt(written);
        while (child.exitCode === null && changedAt(written) === before) await setTimeout(5);
      }
      await Promise.race([setTimeout(moment), closed]);
      if (child.exitCode !== null) {
        if (child.exitCode === 0) break;
        wrong.push(`a run ended by itself with ${child.exitCode}: ${said()}`);
        break;
      }
      child.kill("SIGKILL");
      await closed;
      killed++;
      const begun = new Set(storedIn(store).flatMap(({ epoch, outRefundNo }) => (epoch > 0 ? [outRefundNo] : [])));
      const made = await gateway.ledger();
      for (const { outRefundNo } of made) {
        if (!begun.has(outRefundNo)) wrong.push(`${outRefundNo}: sent before its begin was stored`);
      }
      log(
        `killed ${moment} ms after its ${starting ? "start" : "first write"}: ${made.length} refunds at the gateway, ${begun.size} begun`,
      );
    }
    let code: number | null = null;
    let last = "";
    for (let more = 0; more < 5 && code !== 0; more++) {
      const { child, closed, said } = start();
      runs++;
      await closed;
      code = child.exitCode;
      last = said();
      log(`run to its end: ${code} ${last.trim().split("\n").at(-1) ?? ""}`);
    }
    if (code !== 0) wrong.push(`the last run ended with ${code}: ${last}`);
    const checked = spawn(process.execPath, [bin, "store", "check", "--store", store], {
      env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let findings = "";
    checked.stdout.on("data", (chunk: Buffer) => (findings += chunk.toString()));
    await once(checked, "close");
    if (checked.exitCode !== 0) wrong.push(`the store is not as it should be: ${findings}`);
    const stored = storedIn(store);
    const made = await gateway.ledger();
    const lines = stored.flatMap(({ history }) => history.map(({ what }) => what));
    const requests = lines.filter((what) => what === "send: begun").length;
    const unknown = lines.filter((what) => what === "send: no answer" || what === "taken up again").length;
    return { killed, runs, ledger: made.length, requests, unknown, wrong: [...wrong, ...check(options, made, stored)] };
  } finally {
    await gateway.end();
    rmSync(folder, { recursive: true });
  }
};

if (process.argv[1] === import.meta.filename) {
  const [kills = "20", refunds = "500", seed = "proof"] = process.argv.slice(2);
  const started = Date.now();
  const proof = await prove({
    kills: Number(kills),
    refunds: Number(refunds),
    seed,
    faults: 0.1,
    brisk: false,
    perSecond: 40,
    log: console.log,
  });
  console.log(
    `${proof.killed} kills, ${proof.runs} runs, ${proof.requests} requests begun, ${proof.unknown} without an answer that decides, ${proof.ledger} refunds at the gateway, ${proof.wrong.length} wrong, ${((Date.now() - started) / 1000).toFixed(1)} s, seed ${seed}`,
  );
  for (const line of proof.wrong) console.log(`✗ ${line}`);
  process.exitCode = proof.wrong.length === 0 && proof.killed === Number(kills) ? 0 : 1;
}
