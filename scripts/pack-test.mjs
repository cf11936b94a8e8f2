/**
 * What a user gets: packs every published package, looks into the tarballs, installs them in a project of their own, and uses
 * them there. `node scripts/pack-test.mjs`, after nothing but an install; ends with a count.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

const root = dirname(import.meta.dirname);
const temporary = mkdtempSync(join(tmpdir(), "wechat-refund-packed-"));
process.on("exit", () => rmSync(temporary, { recursive: true, force: true }));

// The shell that npm and npx start must find this Node, and not the one that the caller has.
const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}` };
for (const name of Object.keys(env)) if (/^npm_/i.test(name) || name.startsWith("WECHAT_PAY_")) delete env[name];

let passed = 0;
let failed = 0;
const check = (what, problem) => {
  if (problem) {
    failed++;
    console.log(`FAILED ${what}\n  ${String(problem).replaceAll("\n", "\n  ")}`);
  } else {
    passed++;
    console.log(`ok ${what}`);
  }
};
const difference = (actual, expected) => {
  const [found, wanted] = [actual, expected].map((value) => JSON.stringify(value));
  return found === wanted ? undefined : `found ${found}, expected ${wanted}`;
};

/** Runs a program; its output if it ended with `code`, otherwise an error that shows it. */
const run = (file, args, { code = 0, cwd = temporary, input = "", more = {} } = {}) => {
  const ended = spawnSync(file, args, { cwd, env: { ...env, ...more }, input, encoding: "utf8", timeout: 300_000 });
  if (ended.status === code) return ended.stdout;
  throw new Error(
    `${file} ${args.join(" ").slice(0, 200)} ended with ${ended.status ?? ended.signal}\n${ended.stdout}${ended.stderr}`,
  );
};
const attempt = (what, act) => {
  try {
    check(what, act());
  } catch (error) {
    check(what, error instanceof Error ? error.message : error);
  }
};

/** Every published package, and all that it may bring along at run time. */
const published = {
  core: ["fast-xml-parser"],
  apiv3: [],
  "mutual-tls": ["node-forge"],
  "adapter-node-https": ["@wechat-refund/mutual-tls"],
  "adapter-undici": ["@wechat-refund/mutual-tls", "undici"],
  testkit: ["@wechat-refund/mutual-tls", "node-forge"],
  simulator: ["@wechat-refund/testkit"],
  checkup: ["@wechat-refund/apiv3", "@wechat-refund/mutual-tls"],
  durable: [],
  server: ["@effect/platform-node", "@wechat-refund/checkup", "@wechat-refund/durable"],
  cli: [
    "@effect/platform-node",
    "@wechat-refund/adapter-node-https",
    "@wechat-refund/adapter-undici",
    "@wechat-refund/apiv3",
    "@wechat-refund/checkup",
    "@wechat-refund/core",
    "@wechat-refund/durable",
    "@wechat-refund/mutual-tls",
    "@wechat-refund/server",
    "@wechat-refund/simulator",
    "@wechat-refund/testkit",
    "csv-parse",
  ],
};
/**
 * What else may travel: the one certificate, a fixture whose authority's key was thrown away, and the page of the simulator.
 */
const besides = {
  testkit: /^fixtures\/rc2-40\/(?:README\.md|apiclient_cert\.p12|ca\.pem)$/,
  simulator: /^inspector\/inspector\.(?:css|js)$|^inspector\/index\.html$/,
};
const allowed =
  /^(?:dist\/[\w/-]+\.(?:js|d\.ts|js\.map|d\.ts\.map)|src\/[\w/-]+\.ts|README\.md|LICENSE|package\.json)$/;
const isTest = /(?:^|\/)tests?\/|\.test\./;
const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----\s*[A-Za-z0-9+/=]{32}/;

const filesBelow = (directory) =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1));

console.log("Building and packing");
const names = Object.keys(published);
attempt("every package is published or private", () => {
  const all = readdirSync(join(root, "packages")).filter((name) => {
    const file = join(root, "packages", name, "package.json");
    return existsSync(file) && JSON.parse(readFileSync(file, "utf8")).private !== true;
  });
  return difference(all.toSorted(), names.toSorted());
});
for (const name of names) rmSync(join(root, "packages", name, "dist"), { recursive: true, force: true });
const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
run(process.execPath, [tsc, "-b", ...names.map((name) => `packages/${name}`)], { cwd: root });
run("npx", ["--yes", "pnpm@12", "-r", "--filter", "./packages/*", "pack", "--pack-destination", temporary], {
  cwd: root,
});
const tarballs = names.map((name) => {
  const file = readdirSync(temporary).find(
    (entry) => entry.startsWith(`wechat-refund-${name}-`) && entry.endsWith(".tgz"),
  );
  if (file === undefined) throw new Error(`no tarball of ${name} in ${temporary}`);
  return `./${file}`;
});

const manifests = new Map();
for (const [n, name] of names.entries()) {
  const directory = join(temporary, "unpacked", name);
  mkdirSync(directory, { recursive: true });
  execFileSync("tar", ["-xzf", tarballs[n], "-C", directory, "--strip-components=1"], { cwd: temporary });
  const files = filesBelow(directory);
  const manifest = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
  manifests.set(name, manifest);
  const stray = files.filter(
    (file) => (!allowed.test(file) && besides[name]?.test(file) !== true) || isTest.test(file),
  );
  check(`${name}: ${files.length} files, none too many`, stray.length > 0 && stray.join("\n"));
  const keys = files.filter((file) => privateKey.test(readFileSync(join(directory, file), "latin1")));
  check(`${name}: no private key in it`, keys.length > 0 && keys.join("\n"));
  check(
    `${name}: brings along what it may`,
    difference(Object.keys(manifest.dependencies ?? {}).toSorted(), published[name]),
  );
  const peers = Object.keys(manifest.peerDependencies ?? {}).filter(
    (peer) => manifest.peerDependenciesMeta?.[peer]?.optional !== true,
  );
  const isOutermost = name === "core" || name === "cli";
  check(
    `${name}: its peers`,
    difference(peers.toSorted(), isOutermost ? ["effect"] : ["@wechat-refund/core", "effect"]),
  );
  const open = JSON.stringify(manifest).match(/workspace:|\.\/src\//g);
  check(`${name}: its manifest points into dist`, open !== null && `it holds ${open.join(", ")}`);
  const sources = files.filter((file) => file.startsWith("src/")).map((file) => file.slice(4, -3));
  const built = files.filter((file) => /^dist\/.*\.js$/.test(file)).map((file) => file.slice(5, -3));
  check(`${name}: dist is what src says`, difference(built.toSorted(), sources.toSorted()));
}

console.log("Installing in a project of its own");
const project = join(temporary, "project");
mkdirSync(project);
const rootManifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const effect = `effect@${rootManifest.devDependencies.effect}`;
writeFileSync(join(project, "package.json"), JSON.stringify({ name: "shop", private: true, type: "module" }));
attempt("npm installs the tarballs", () => {
  const types = `@types/node@${rootManifest.devDependencies["@types/node"]}`;
  const what = [...tarballs.map((file) => join("..", file)), effect, types];
  run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", ...what], { cwd: project });
});
attempt("exactly one effect in the tree", () => {
  const found = filesBelow(join(project, "node_modules")).filter((file) =>
    /(?:^|\/)node_modules\/effect\/package\.json$/.test(`node_modules/${file}`),
  );
  return difference(found, ["effect/package.json"]);
});

const node = (code, more = {}) => run(process.execPath, ["--input-type=module", "-e", code], { cwd: project, ...more });

attempt("every entry imports, and nothing else does", () => {
  const entries = [];
  const closed = [];
  for (const [name, { exports, peerDependenciesMeta = {} }] of manifests) {
    const optional = Object.keys(peerDependenciesMeta);
    const id = `@wechat-refund/${name}`;
    const modules = filesBelow(join(project, "node_modules", id, "dist"))
      .filter((file) => file.endsWith(".js"))
      .map((file) => file.slice(0, -3));
    for (const entry of Object.keys(exports)) {
      if (exports[entry] === null || entry === "./package.json" || entry.includes("*")) continue;
      entries.push([join(id, entry), []]);
    }
    for (const module of modules) {
      if (module === "index" || module.startsWith("internal/")) closed.push(`${id}/${module}`);
      else if ("./*" in exports && !module.includes("/")) entries.push([`${id}/${module}`, optional]);
      else if (!("./*" in exports)) closed.push(`${id}/${module}`);
    }
    closed.push(`${id}/dist/index.js`, `${id}/src/index.ts`, `${id}/nothing`);
  }
  const said = node(`
    for (const [id, optional] of ${JSON.stringify(entries)}) {
      const problem = await import(id).then(
        (module) => Object.keys(module).length === 0 && !/\\/Call$/.test(id) && "is empty",
        // An entry for users of an optional peer says which one it misses.
        (error) => !optional.some((peer) => error.message.includes("Cannot find package '" + peer + "'")) && error.message,
      );
      if (problem) console.log(id, problem);
    }
    for (const id of ${JSON.stringify(closed)}) {
      const code = await import(id).then(() => "open", (error) => error.code);
      if (code !== "ERR_PACKAGE_PATH_NOT_EXPORTED" && code !== "ERR_MODULE_NOT_FOUND") console.log(code, id);
      if (id.includes("/internal/") && code !== "ERR_PACKAGE_PATH_NOT_EXPORTED") console.log(code, id);
    }
    console.log(${entries.length} > 40 && ${closed.length} > 30 ? "done" : "too few");
  `);
  return difference(said, "done\n");
});
attempt("require works too", () =>
  difference(
    node(`
      import { createRequire } from "node:module";
      console.log(typeof createRequire(import.meta.url)("@wechat-refund/core").Signature.sign);
    `),
    "function\n",
  ),
);

const vector = {
  fields: {
    appid: "wxd930ea5d5a258f4f",
    mch_id: "10000100",
    device_info: "1000",
    body: "test",
    nonce_str: "ibuaiVcKdpRxkhJA",
  },
  key: "192006250b4c09247ec02edce69f6a2d",
  sign: "9A0A8659F005D6984697E2CA0A9CF3B7",
};
attempt("a program signs WeChat Pay's own example", () =>
  difference(
    node(`
      import { Params, Signature } from "@wechat-refund/core";
      import { Redacted, Result } from "effect";
      const params = Result.getOrThrow(Params.fromRecord(${JSON.stringify(vector.fields)}));
      console.log(Result.getOrThrow(Signature.sign(params, Redacted.make("${vector.key}"), "MD5")));
    `),
    `${vector.sign}\n`,
  ),
);
attempt("npx wechat-refund sign does so as well", () => {
  const options = { cwd: project, input: JSON.stringify(vector.fields), more: { WECHAT_PAY_API_KEY: vector.key } };
  const said = run("npx", ["--no-install", "wechat-refund", "sign", "--sign-type", "MD5"], options);
  return difference(JSON.parse(said).sign, vector.sign);
});

const examples = readdirSync(join(root, "examples")).filter(
  (name) => /^\d\d-.*\.ts$/.test(name) && !name.includes(".test."),
);
for (const name of examples) cpSync(join(root, "examples", name), join(project, name));
attempt("a refund over mutual TLS, with each adapter", () => {
  const first = readFileSync(join(project, "01-refund-simulator.ts"), "utf8");
  const other = first
    .replaceAll("NodeHttpsTransport", "UndiciTransport")
    .replaceAll("adapter-node-https", "adapter-undici");
  writeFileSync(join(project, "01-undici.ts"), other);
  for (const file of ["01-refund-simulator.ts", "01-undici.ts"]) {
    const said = run(process.execPath, [file], { cwd: project });
    if (!/^accepted: \d+, 30 fen of 100\nSUCCESS: /.test(said)) return `${file} said ${said}`;
  }
  return undefined;
});
attempt(`the declarations hold: ${examples.length + 1} programs compile strictly, without skipLibCheck`, () => {
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    module: "nodenext",
    target: "es2023",
    lib: ["es2024", "dom", "esnext.disposable"],
    types: ["node"],
    noEmit: true,
    skipLibCheck: false,
  };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
  run(process.execPath, [tsc, "-p", "."], { cwd: project });
});
attempt("and they are declarations, not any", () => {
  writeFileSync(
    join(project, "wrong.ts"),
    `import { Refund } from "@wechat-refund/core";\nexport const request: Refund.RefundRequest = { outRefundNo: 1 };\n`,
  );
  const said = run(process.execPath, [tsc, "-p", "."], { cwd: project, code: 1 });
  return said.includes("wrong.ts") ? undefined : said;
});

console.log(`${passed} checks passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
