/** That a batch changes no file but its own, and takes nobody else's results for its own. */
import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Effect, Exit, Scope } from "effect";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as Journal from "../src/batch/Journal.ts";
import type * as Owner from "../src/batch/Owner.ts";
import { run } from "./support/bin.ts";
import * as Gateway from "./support/gateway.ts";

let folder: string;
let input: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "wechat-refund-result-"));
  // Without a last line end, as many programs write it.
  input = put("refunds.csv", "out_trade_no,out_refund_no,total_fee,refund_fee\nA-0,R-0,100,60\nA-1,R-1,100,60");
});
afterEach(() => rmSync(folder, { recursive: true }));

const path = (name: string) => join(folder, name);
const put = (name: string, content: string | Uint8Array) => {
  writeFileSync(path(name), content);
  return path(name);
};
/** Every file and what is in it. */
const everything = () =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map(({ name }) => [name, existsSync(path(name)) ? readFileSync(path(name)).toString("latin1") : undefined]);

const endpoint = "https://api.mch.weixin.qq.com";
const mine: Owner.Owner = { mchId: "1900000109", endpoint };
const entry = (outRefundNo: string, state: Journal.State = "accepted"): Journal.Entry => ({
  outRefundNo,
  state,
  at: "2026-01-01T00:00:00.000Z",
  line: 2,
  totalFee: 100,
  refundFee: 60,
  fingerprint: "f",
});

/** Opens it, enters these and closes it; says what was known before, or why it was refused. */
const use = (file: string, whose: Owner.Owner = mine, ...entries: ReadonlyArray<Journal.Entry>) =>
  Effect.gen(function* () {
    const journal = yield* Journal.open(file, input, whose);
    const known = [...journal.entries].map(([number, { state }]) => `${number} ${state}`);
    for (const entry of entries) yield* journal.append(entry);
    return known;
  }).pipe(
    Effect.scoped,
    Effect.catch(({ message }) => Effect.succeed(message)),
    Effect.runPromise,
  );

const header = '{"batch":1,"mchId":"1900000109","gateway":"wechat-pay"}\n';
const line = (outRefundNo: string, state?: Journal.State) => `${JSON.stringify(entry(outRefundNo, state))}\n`;

describe("a file that is not a result file stays as it is", () => {
  const key = Gateway.identities.merchantA.privateKeyPem.trimEnd();
  it.each<[what: string, make: () => string, words: RegExp]>([
    ["the batch file itself", () => input, /is the batch file itself/],
    ["a link to it", () => (symlinkSync(input, path("link")), path("link")), /is the batch file itself/],
    ["a second name of it", () => (linkSync(input, path("second")), path("second")), /is the batch file itself/],
    ["its path with a detour", () => join(folder, ".", "..", folder.split("/").at(-1) ?? "", "refunds.csv"), /itself/],
    ["a private key without its last line end", () => put("key.pem", key), /is not the result file of a batch/],
    ["one line", () => put("note.txt", "the only copy"), /is not the result file of a batch/],
    ["a table", () => put("table.csv", "a,b\n1,2\n1,2"), /is not the result file of a batch/],
    ["one JSON object a line", () => put("rows.ndjson", '{"out_refund_no":"R"}\n{"out'), /is not the result file/],
    ["a blank", () => put("blank", " "), /is not the result file of a batch/],
    ["a line end", () => put("empty-line", "\n"), /is not the result file of a batch/],
    ["bytes", () => put("bytes", Uint8Array.of(0xff, 0xfe, 10, 1)), /is not the result file of a batch/],
    ["a result file behind a byte order mark", () => put("marked", `\ufeff${header}${line("R-0")}{"o`), /is not the/],
    ["the begin of something like a header", () => put("begun", '{"batch":1,"mchId":"2'), /is not the result file/],
    ["the brace of anything", () => put("brace", "{"), /is not the result file/],
    [
      "a result file that is damaged",
      () => put("damaged", `${header}${line("R-0")}{"outRefundNo":"R-1","sta\n${line("R-1")}{"o`),
      /is damaged in line 3/,
    ],
    [
      "a result file with a byte that is no text",
      () => put("garbled", Buffer.concat([Buffer.from(header), Buffer.of(0xff), Buffer.from(line("R-0"))])),
      /is damaged in line 2/,
    ],
    ...[
      "note by hand",
      " ",
      "\0\0",
      '{"note":"mine"',
      '{"outRefundNo":1,"state":"',
      `${line("R-1").trimEnd()} see the mail`,
      `${line("R-1").trimEnd()}${line("R-2").trimEnd()}`,
      '{"outRefundNo":"R-1","state":"sending" by hand',
      Buffer.concat([Buffer.from('{"outRefundNo":"'), Buffer.of(0xff, 0x61)]),
    ].map((rest): [string, () => string, RegExp] => [
      `a result file with ${JSON.stringify(String(rest))} after its last line`,
      () => put("r.ndjson", Buffer.concat([Buffer.from(header + line("R-0")), Buffer.from(rest)])),
      /is damaged at its end: .* \(line 2\); take that out/,
    ]),
    ["a directory", () => (mkdirSync(path("directory")), path("directory")), /is a directory/],
    ["this directory", () => `${folder}/`, /is a directory/],
    ["a device", () => "/dev/null", /is no regular file/],
    ["a pipe", () => (execFileSync("mkfifo", [path("pipe")]), path("pipe")), /is no regular file/],
    ["a link to nothing", () => (symlinkSync(path("nowhere"), path("dangling")), path("dangling")), /ENOENT/],
    ["a path through a file", () => join(input, "x"), /ENOTDIR/],
    ["no name", () => "", /is a directory|ENOENT/],
    ["a result file with a second name", () => (linkSync(put("a", header), path("b")), path("b")), /hard link/],
    ["the lock of a result file", () => put("r.ndjson.lock", ""), /ends with \.lock/],
    ["what may become one", () => path("r.ndjson.LOCK"), /ends with \.lock/],
    ["a link to a lock", () => (symlinkSync(put("r.lock", ""), path("l")), path("l")), /ends with \.lock/],
    [
      "the file where its lock would be",
      () => (put("r.ndjson.lock", "notes"), path("r.ndjson")),
      /r\.ndjson\.lock is not the lock of a batch: move it away/,
    ],
    [
      "a link where its lock would be",
      () => (symlinkSync(put("notes", ""), path("r.ndjson.lock")), path("r.ndjson")),
      /is not the lock of a batch/,
    ],
    [
      "what its lock would delete",
      () => (put("r.ndjson.lock-journal", "diary"), path("r.ndjson")),
      /r\.ndjson\.lock-journal is not the lock/,
    ],
  ])("%s", async (_, make, words) => {
    const file = make();
    const before = everything();
    expect(await use(file, mine, entry("R-0"))).toMatch(words);
    expect(everything()).toEqual(before);
  });

  it("by the command, which sends nothing and makes nothing", async () => {
    const running = await Gateway.start();
    const batch = (...more: ReadonlyArray<string>) =>
      run(["batch", input, "--endpoint", running.url, ...more], { env: Gateway.pem });
    const others = [put("note.txt", "the only copy"), input];
    const before = everything();
    for (const file of others) {
      expect(await batch("--yes", "--result", file)).toMatchObject({
        code: 2,
        stdout: "",
        stderr: expect.stringContaining("ResultFileUnusable"),
      });
    }
    put("refunds.csv", `${readFileSync(input, "utf8")}0.5`);
    expect(await batch("--yes")).toMatchObject({ code: 2, stderr: expect.stringContaining("BadFile") });
    put("refunds.csv", before.find(([name]) => name === "refunds.csv")?.[1] ?? "");
    expect(await batch("--dry-run")).toMatchObject({ code: 0 });
    expect(everything()).toEqual(before);
    expect(running.gateway.log.total()).toBe(0);
    await running.stop();
  });
});

describe("a result file", () => {
  it("is begun, continued, and by every name the same", async () => {
    const file = path("r.ndjson");
    expect(await use(file, mine, entry("R-0", "sending"), entry("R-0"))).toEqual([]);
    expect(readFileSync(file, "utf8")).toBe(header + line("R-0", "sending") + line("R-0"));
    symlinkSync(file, path("link"));
    expect(await use(path("link"), mine, entry("R-1"))).toEqual(["R-0 accepted"]);
    expect(await use(file)).toEqual(["R-0 accepted", "R-1 accepted"]);
    expect(readdirSync(folder).sort()).toEqual(["link", "r.ndjson", "r.ndjson.lock", "refunds.csv"]);
    expect(readFileSync(`${file}.lock`, "utf8")).toBe("");
  });

  it.each([
    ["nothing", ""],
    ["the half of its first line", header.slice(0, 30)],
    ["its first line without the line end", header.trimEnd()],
  ])("begins in a file that holds %s", async (_, content) => {
    const file = put("r.ndjson", content);
    expect(await use(file, mine, entry("R-0"))).toEqual([]);
    expect(readFileSync(file, "utf8")).toBe(header + line("R-0"));
  });

  it.each([
    ["half of a line goes", '{"outRefundNo":"R-9","sta', ["R-0 accepted"], ""],
    ...[line("R-9").trimEnd(), JSON.stringify({ ...entry("R-9"), message: 'a "\\" }{' })].flatMap((whole) =>
      Array.from({ length: whole.length - 1 }, (_, n): [string, string, Array<string>, string] => [
        `${n + 1} characters of ${whole} go`,
        whole.slice(0, n + 1),
        ["R-0 accepted"],
        "",
      ]),
    ),
    ["half of a letter goes", Buffer.from('{"outRefundNo":"款').subarray(0, -1), ["R-0 accepted"], ""],
    [
      "a whole line without its end stays",
      line("R-1", "sending").trimEnd(),
      ["R-0 accepted", "R-1 sending"],
      line("R-1", "sending"),
    ],
  ])("at the end, %s", async (_, rest, known, kept) => {
    const file = put("r.ndjson", Buffer.concat([Buffer.from(header + line("R-0")), Buffer.from(rest)]));
    expect(await use(file, mine, entry("R-2"))).toEqual(known);
    expect(readFileSync(file, "utf8")).toBe(header + line("R-0") + kept + line("R-2"));
  });

  it.each([
    ["deleted", (file: string) => rmSync(file)],
    ["moved away", (file: string) => renameSync(file, `${file}.old`)],
    ["replaced", (file: string) => (renameSync(file, `${file}.old`), writeFileSync(file, header))],
    ["replaced by a link to it", (file: string) => (renameSync(file, `${file}.old`), symlinkSync(`${file}.old`, file))],
  ])("that is %s meanwhile takes no more", async (_, change) => {
    const file = path("r.ndjson");
    const said = await Effect.gen(function* () {
      const journal = yield* Journal.open(file, input, mine);
      yield* journal.append(entry("R-0"));
      yield* journal.check;
      change(file);
      const failures = [yield* Effect.flip(journal.check)];
      for (const number of ["R-1", "R-2"]) failures.push(yield* Effect.flip(journal.append(entry(number))));
      expect([...journal.entries.keys()]).toEqual(["R-0"]);
      return failures.map(({ message }) => message);
    }).pipe(Effect.scoped, Effect.runPromise);
    expect(said).toHaveLength(3);
    for (const message of said) expect(message).toMatch(/r\.ndjson was deleted or replaced during the run/);
  });

  it("with the line ends of another system goes on", async () => {
    const file = put("r.ndjson", (header + line("R-0")).replaceAll("\n", "\r\n"));
    expect(await use(file, mine, entry("R-1"))).toEqual(["R-0 accepted"]);
    expect(await use(file)).toEqual(["R-0 accepted", "R-1 accepted"]);
  });

  it("is one process's, under whatever name", async () => {
    const file = path("r.ndjson");
    await use(file);
    symlinkSync(file, path("link"));
    const scope = Scope.makeUnsafe();
    await Effect.runPromise(Scope.provide(Journal.open(file, input, mine), scope));
    const before = everything();
    expect(await use(path("link"), mine, entry("R-0"))).toMatch(/link is in use by another batch/);
    expect(everything()).toEqual(before);
    await Effect.runPromise(Scope.close(scope, Exit.void));
    expect(await use(path("link"))).toEqual([]);
  });
});

describe("whose results they are", () => {
  const at = (endpoint: string): Owner.Owner => ({ ...mine, endpoint });
  const of = (subMchId: string): Owner.Owner => ({ ...mine, subMchId });

  it.each([
    "https://api.mch.weixin.qq.com/",
    "https://api2.mch.weixin.qq.com",
    "https://apihk.mch.weixin.qq.com",
    "https://apius.mch.weixin.qq.com:443",
    "https://API.mch.weixin.qq.com",
  ])("the same at %s", async (other) => {
    const file = path("r.ndjson");
    await use(file, mine, entry("R-0"));
    expect(await use(file, at(other))).toEqual(["R-0 accepted"]);
  });

  it.each([
    ["another merchant", { ...mine, mchId: "1900000110" }],
    ["a gateway on this machine", at("https://127.0.0.1:8443")],
    ["a name that only looks so", at("https://api.mch.weixin.qq.com.example")],
    ["another port", at("https://api.mch.weixin.qq.com:8443")],
    ["another path", at("https://api.mch.weixin.qq.com/test")],
    ["a host of the gateway that takes no refunds", at("https://pay.mch.weixin.qq.com")],
    ["a sub-merchant", of("1900000200")],
  ])("not for %s, in either direction", async (_, other) => {
    for (const [first, second] of [
      [mine, other],
      [other, mine],
    ] as const) {
      const file = path(`${first === mine}.ndjson`);
      await use(file, first, entry("R-0"));
      const before = everything();
      expect(await use(file, second, entry("R-0"))).toMatch(/with --result$/);
      expect(everything()).toEqual(before);
    }
  });

  it("of one shop say nothing about another", async () => {
    const file = path("r.ndjson");
    await use(file, of("1900000200"), entry("R-0"));
    expect(readFileSync(file, "utf8")).toMatch(/^\{"batch":1,"mchId":"1900000109","subMchId":"1900000200",/);
    expect(await use(file, of("1900000200"))).toEqual(["R-0 accepted"]);
    expect(await use(file, of("1900000201"))).toMatch(
      /merchant 1900000109, sub-merchant \(sub_mch_id\) 1900000200, at/,
    );
  });

  it("must be said once there are sub-merchants, and can be", async () => {
    const file = put("r.ndjson", header + line("R-0"));
    expect(await use(file)).toEqual(["R-0 accepted"]);
    const refused = await use(file, of("1900000200"));
    const first = /write (\{.*\}) as its first line/.exec(String(refused))?.[1];
    expect(first).toContain('"subMchId":"1900000200"');
    put("r.ndjson", `${first}\n${line("R-0")}`);
    expect(await use(file, of("1900000200"))).toEqual(["R-0 accepted"]);
  });

  it("are told apart by the command, and an address of this machine may have its final slash", async () => {
    const running = await Gateway.start(undefined, {
      merchant: { subMerchants: [{ subMchId: "1900000200" }, { subMchId: "1900000201" }] },
    });
    for (const [n, subMchId] of ["1900000200", "1900000201"].entries()) {
      for (const outTradeNo of ["A-0", "A-1"]) {
        const order = { mchId: Gateway.mchId, subMchId, outTradeNo, totalFee: 100, paidAt: Date.now() - 60_000 };
        running.gateway.ledger.addOrder({ ...order, transactionId: `42${n}${outTradeNo.slice(2)}` });
      }
    }
    const batch = (subMchId: string, endpoint = running.url, ...more: ReadonlyArray<string>) =>
      run(["batch", input, "--yes", "--endpoint", endpoint, ...more], {
        env: { ...Gateway.pem, WECHAT_PAY_SUB_MCH_ID: subMchId },
      });
    expect(await batch("1900000200")).toMatchObject({ code: 0 });
    expect(await batch("1900000200", `${running.url}/`)).toMatchObject({ code: 0 });
    expect(await batch("1900000201")).toMatchObject({ code: 2, stderr: expect.stringContaining("1900000200") });
    expect(running.gateway.ledger.size()).toBe(2);
    expect(await batch("1900000201", running.url, "--result", path("other.ndjson"))).toMatchObject({ code: 0 });
    expect(running.gateway.ledger.size()).toBe(4);
    await running.stop();
  });
});

it.skipIf(process.platform === "win32")("says that the disk is full, not that the file cannot be opened", async () => {
  const running = await Gateway.start();
  const bin = fileURLToPath(new URL("../src/bin.ts", import.meta.url));
  // No file of this process may hold a byte: as on a full disk, the file is made and its first line is not.
  const script = 'trap "" XFSZ; ulimit -f 0; exec "$@"';
  const args = ["-c", script, "sh", process.execPath, bin, "batch", input, "--yes", "--endpoint", running.url];
  const ran = spawnSync("sh", args, { env: { PATH: process.env["PATH"], ...Gateway.pem }, encoding: "utf8" });
  expect(ran).toMatchObject({ status: 2, stdout: "" });
  expect(ran.stderr).toMatch(/refunds\.csv\.result\.ndjson cannot be written \(EFBIG\): free the disk/);
  expect(ran.stderr).not.toContain("permissions");
  expect(running.gateway.log.total()).toBe(0);
  await running.stop();
});
