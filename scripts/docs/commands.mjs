/** Runs the commands of the documents, as they stand there, or sees to it that something else does. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { commandsOf, documents, fencesOf, isShell, read, root, spokenIn } from "./pages.mjs";
import { deploying, placeOf, placesOf, places } from "./places.mjs";

const bin = join(root, "packages/cli/src/bin.ts");
/**
 * Where it is installed the command stands on the PATH; here it is the sources'. What serves until it is ended is given free ports, and ended
 * once it listens.
 */
const command = `#!${process.execPath}
import { spawn } from "node:child_process";
const args = process.argv.slice(2);
const goesOn = args[0] === "serve" && !args.some((arg) => arg === "--check" || arg === "--help");
const free = args.map((arg, n) => (/^--(?:notice-)?port$/.test(args[n - 1] ?? "") ? "0" : arg));
const ports = goesOn && !args.includes("--port") ? ["--port", "0"] : [];
const child = spawn(${JSON.stringify(process.execPath)}, [${JSON.stringify(bin)}, ...(goesOn ? free : args), ...ports], {
  stdio: goesOn ? ["ignore", "pipe", "pipe"] : "inherit",
});
let said = "";
for (const stream of goesOn ? [child.stdout, child.stderr] : [])
  stream.on("data", (chunk) => {
    said += chunk;
    process.stdout.write(chunk);
    if (/http:\\/\\/127\\.0\\.0\\.1:\\d+/.test(said)) child.kill("SIGTERM");
  });
const wanted = goesOn ? 130 : 0;
child.on("close", (code) => (process.exitCode = code === wanted ? 0 : code || 1));
`;

/** A folder as somebody has it who follows the pages on the service and on bills, with a gateway to follow them on. */
const withGateway = async (scratch, env, act) => {
  const folder = join(scratch, "walk");
  mkdirSync(folder);
  const child = spawn(process.execPath, [bin, "simulate"], { cwd: folder, env });
  const closed = new Promise((resolve) => child.on("close", resolve));
  let said = "";
  child.stderr.on("data", (chunk) => (said += chunk));
  await new Promise((resolve) => {
    child.stdout.on("data", (chunk) => (said += chunk).includes("WECHAT_PAY_CONTROL=") && resolve());
    closed.then(resolve);
  });
  const settings = Object.fromEntries(
    [...said.matchAll(/export (WECHAT_PAY_\w+)=(?:'([^'\n]*)'|(\S+))/g)].map(([, name, quoted, bare]) => [
      name,
      quoted ?? bare,
    ]),
  );
  if (settings.WECHAT_PAY_CONTROL === undefined) throw new Error(`the gateway did not start: ${said}`);
  try {
    return await act(folder, { ...env, ...settings });
  } finally {
    child.kill("SIGTERM");
    await closed;
  }
};

/** The files that the page on bills speaks of. */
const layOutBills = (folder, run) => {
  const bill = [
    "交易时间,公众账号ID,商户号,微信订单号,商户订单号,货币种类,微信退款单号,商户退款单号,退款金额,退款状态,商品名称,申请退款金额",
    "`2026-11-23 01:02:03,`wx8888888888888888,`1900000109,`42,`A,`CNY,`50,`R-1,`1.20,`SUCCESS,`a,`1.20",
    "总交易单数,退款总金额,申请退款总金额",
    "`1.0,`1.20,`1.20",
  ];
  writeFileSync(join(folder, "20261123.csv.gz"), gzipSync(`${bill.join("\n")}\n`));
  writeFileSync(join(folder, "november.csv"), "out_refund_no,refund_fee\nR-1,120\n");
  return run("wechat-refund store migrate --store shop.db");
};

export const runCommands = async ({ check, scratch }) => {
  writeFileSync(join(scratch, "wechat-refund"), command, { mode: 0o755 });
  writeFileSync(join(scratch, "package.json"), '{ "type": "module" }');
  const env = {
    ...process.env,
    CI: "true",
    PATH: [scratch, dirname(process.execPath), process.env.PATH].join(delimiter),
  };
  for (const name of Object.keys(env)) if (name.startsWith("WECHAT_")) delete env[name];
  const bash = (script, options = {}) =>
    spawnSync("bash", ["-euo", "pipefail", "-c", script], {
      cwd: root,
      env,
      encoding: "utf8",
      timeout: 120_000,
      ...options,
    });
  const ending = (script, { signal, status, stderr, stdout }) =>
    status === 0 ? [] : [script, `ended with ${status ?? signal}`, stdout, stderr];

  /** A service that goes on until it is ended, and what is asked of it meanwhile: at a free port. */
  const served = /^npx --yes pnpm@12 wechat-refund (?<args>serve --simulate)\n(?<rest>[\s\S]+)/;
  const problemsOfService = async ({ args, rest }) => {
    const service = spawn(process.execPath, [bin, ...args.split(" "), "--port", "0"], { env });
    const closed = new Promise((resolve) => service.on("close", resolve));
    let said = "";
    const listens = new Promise((resolve) => {
      service.stdout.on("data", (chunk) => (said += chunk).includes("curl") && resolve());
      closed.then(resolve);
    });
    service.stderr.on("data", (chunk) => (said += chunk));
    await listens;
    const api = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0] ?? "no address";
    const script = rest.replaceAll("http://127.0.0.1:8080", api).replaceAll("curl ", "curl --fail-with-body ");
    const ended = bash(script);
    service.kill("SIGTERM");
    const code = await closed;
    const isGood = ended.status === 0 && ended.stdout.includes('"created":true') && code === 130;
    return isGood ? [] : [script, `ended with ${ended.status}, the service with ${code}`, said, ended.stdout];
  };

  const ci = read(".ci/run").split("\n");
  const problemOf = (spoken, place, file) => {
    if (place.not !== undefined || place.packed === true) return [];
    if (place.test !== undefined) {
      const isThere = existsSync(join(root, place.test));
      const speaks = isThere && (place.test.startsWith("scripts/") || read(place.test).includes(basename(file)));
      return speaks ? [] : [`${spoken}: ${place.test} does not run it`];
    }
    const wanted = place.ci === "" ? spoken : place.ci;
    return ci.some((line) => `${line} `.includes(` ${wanted} `)) ? [] : [`${spoken}: .ci/run does not run ${wanted}`];
  };

  const fences = documents.flatMap(fencesOf).filter(isShell);
  const here = fences.filter(({ code }) => placesOf(code, commandsOf(code)) === undefined);
  const besides = fences.filter((fence) => !here.includes(fence));
  check(
    `${besides.length} fences of commands are run elsewhere, or it is said why not`,
    besides.flatMap(({ at, code, file }) =>
      placesOf(code, commandsOf(code)).flatMap((place, n) =>
        problemOf(commandsOf(code)[n], place, file).map((problem) => `${at}: ${problem}`),
      ),
    ),
  );

  // Bills are of days that are over, and are not kept for ever.
  const day = (ago) => new Date(Date.now() + 8 * 3_600_000 - ago * 86_400_000).toISOString().slice(0, 10);
  const dated = (script) => script.replaceAll("2026-11-23", day(2)).replaceAll("2026-11-01", day(4));
  await withGateway(scratch, env, async (folder, settings) => {
    const inFolder = (script) => bash(dated(script), { cwd: folder, env: settings });
    const laidOut = layOutBills(folder, inFolder);
    check("a folder to follow the pages in", ending("wechat-refund store migrate", laidOut));
    for (const { at, code } of here) {
      const service = served.exec(code);
      const isInstalled = /(?:^|[ ;(])wechat-refund /.test(commandsOf(code)[0]) && !code.startsWith("npx ");
      const ended = async () => ending(code, isInstalled ? inFolder(code) : bash(code));
      check(`${at}: its commands run`, await (service === null ? ended() : problemsOfService(service.groups)));
    }
  });

  const commands = new Set(here.flatMap(({ code }) => commandsOf(code)));
  const settings = read("docs/configuration.md");
  const known = new Set([...settings.matchAll(/^### wechat-refund (.+)$/gm)].map(([, name]) => name).concat("demo"));
  const flags = new Set([...settings.matchAll(/^\| `(--[\w-]+)/gm)].map(([, flag]) => flag));
  const unknown = ({ command: spoken, file }) => {
    if (commands.has(spoken)) return [];
    const [, said] = /^(?:npx --yes pnpm@12 (?:--silent )?)?wechat-refund\b ?(.*)$/.exec(spoken) ?? [];
    if (said !== undefined) {
      const words = said.split(" ").filter((word) => /^[a-z|-]+$/.test(word) && !word.startsWith("-"));
      const [first = "", second = ""] = words;
      const names = said === "" ? [] : second === "" ? [first] : second.split("|").map((name) => `${first} ${name}`);
      return [
        ...names.filter((name) => !known.has(name) && ![...known].some((one) => one.startsWith(`${name} `))),
        ...(said.match(/--[\w-]+/g) ?? []).filter((flag) => !flags.has(flag)),
      ].map((name) => `${file}: ${spoken}: there is no ${name}`);
    }
    // Several scripts of this repository in one.
    const [, several] = /^npx --yes pnpm@12 ((?:\S+ \| )+\S+)$/.exec(spoken) ?? [];
    const all = several === undefined ? [spoken] : several.split(" | ").map((script) => `npx --yes pnpm@12 ${script}`);
    return all.flatMap((one) => {
      const place = placeOf(one);
      return place === undefined ? [`${file}: ${one}: nothing runs it`] : problemOf(one, place, file);
    });
  };
  const spoken = documents.flatMap(spokenIn);
  check(`${spoken.length} commands in the text are run, or it is said why not`, spoken.flatMap(unknown));

  const scripts = JSON.parse(read("package.json")).scripts;
  const used = [...fences.flatMap(({ code }) => commandsOf(code)), ...spoken.map(({ command: one }) => one)];
  check(
    "every script that is named is one of this repository",
    used.flatMap((one) => {
      const [, name] = /^npx --yes pnpm@12 (?:--silent )?([\w:-]+)/.exec(one) ?? [];
      return name === undefined || ["install", "changeset", "node", "exec"].includes(name) || name in scripts
        ? []
        : [one];
    }),
  );
  const all = [...used, ...fences.map(({ code }) => code)];
  check(
    "no entry of the list is left over",
    places
      .filter(([pattern]) => !all.some((one) => one.split(" | ").some((part) => pattern.test(part))))
      .map(([pattern]) => String(pattern)),
  );
  check(
    "what is deployed is tried, or it is said why not",
    readdirSync(join(root, "docs/deploy")).filter((name) => !(name in deploying)),
  );
};
