/**
 * What a user gets: packs every published package, looks into the tarballs, installs them in a project of their own, and uses
 * them there. `node scripts/pack-test.mjs`, after nothing but an install; ends with a count.
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundles } from "./packed/bundles.mjs";
import { attempt, check, difference, finish, pack, part, pnpm, root, run, temporary } from "./packed/harness.mjs";
import { runTimes } from "./packed/runTimes.mjs";
import { types } from "./packed/types.mjs";
import { walk } from "./packed/walk.mjs";

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
  server: /^assets\/pages\.(?:css|js)$/,
  simulator: /^inspector\/(?:index\.html|inspector\.css|\w+\.js)$/,
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
const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
await attempt("every package is published or private", () => {
  const all = readdirSync(join(root, "packages")).filter((name) => {
    const file = join(root, "packages", name, "package.json");
    return existsSync(file) && JSON.parse(readFileSync(file, "utf8")).private !== true;
  });
  return difference(all.toSorted(), names.toSorted());
});
const tarballs = pack(names);

const manifests = new Map();
for (const name of names) {
  const directory = join(temporary, "unpacked", name);
  mkdirSync(directory, { recursive: true });
  execFileSync("tar", ["-xzf", tarballs[name], "-C", directory, "--strip-components=1"], { cwd: temporary });
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

await part("As others judge them", async () => {
  const folder = join(temporary, "judges");
  mkdirSync(folder);
  const dependencies = { "@arethetypeswrong/core": "0.18.5", publint: "0.3.25" };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module", dependencies }));
  writeFileSync(join(folder, "pnpm-workspace.yaml"), JSON.stringify({ packages: ["."] }));
  pnpm(["install"], { cwd: folder });
  cpSync(join(root, "scripts", "packed", "judges.mjs"), join(folder, "judges.mjs"));
  await attempt("publint and arethetypeswrong find nothing", () => {
    const said = run(process.execPath, ["judges.mjs", ...Object.values(tarballs)], { cwd: folder });
    const judged = said
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const wrong = judged.filter(({ messages, types, wrong }) => messages.length > 0 || wrong.length > 0 || !types);
    return difference(judged.length, names.length) ?? (wrong.length > 0 && JSON.stringify(wrong, undefined, 2));
  });
});

console.log("Installing in a project of its own");
const project = join(temporary, "project");
mkdirSync(project);
const rootManifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const effect = `effect@${rootManifest.devDependencies.effect}`;
writeFileSync(join(project, "package.json"), JSON.stringify({ name: "shop", private: true, type: "module" }));
await attempt("npm installs the tarballs", () => {
  const nodeTypes = `@types/node@${rootManifest.devDependencies["@types/node"]}`;
  const dependenciesOf = (folder) => JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")).dependencies;
  const { esbuild } = dependenciesOf("benchmarks");
  // The examples need nothing but what is published here, and one what its reader may take instead.
  const { standardwebhooks } = dependenciesOf("examples");
  const more = [`esbuild@${esbuild}`, `standardwebhooks@${standardwebhooks}`];
  const what = [...Object.values(tarballs), effect, nodeTypes, ...more];
  run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", ...what], { cwd: project });
});
await attempt("exactly one effect in the tree", () => {
  const found = filesBelow(join(project, "node_modules")).filter((file) =>
    /(?:^|\/)node_modules\/effect\/package\.json$/.test(`node_modules/${file}`),
  );
  return difference(found, ["effect/package.json"]);
});

const node = (code, more = {}) => run(process.execPath, ["--input-type=module", "-e", code], { cwd: project, ...more });

await attempt("every entry imports, and nothing else does", () => {
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
await attempt("require works too", () =>
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
await attempt("a program signs WeChat Pay's own example", () =>
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
await attempt("npx wechat-refund sign does so as well", () => {
  const options = { cwd: project, input: JSON.stringify(vector.fields), more: { WECHAT_PAY_API_KEY: vector.key } };
  const said = run("npx", ["--no-install", "wechat-refund", "sign", "--sign-type", "MD5"], options);
  return difference(JSON.parse(said).sign, vector.sign);
});

const examples = readdirSync(join(root, "examples")).filter(
  (name) => /^\d\d-.*\.ts$/.test(name) && !name.includes(".test."),
);
for (const name of examples) cpSync(join(root, "examples", name), join(project, name));
await attempt("a refund over mutual TLS, with each adapter", () => {
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
await attempt(`the declarations hold: ${examples.length + 1} programs compile strictly, without skipLibCheck`, () => {
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
await attempt("and they are declarations, not any", () => {
  writeFileSync(
    join(project, "wrong.ts"),
    `import { Refund } from "@wechat-refund/core";\nexport const request: Refund.RefundRequest = { outRefundNo: 1 };\n`,
  );
  const said = run(process.execPath, [tsc, "-p", "."], { cwd: project, code: 1 });
  return said.includes("wrong.ts") ? undefined : said;
});

await part("As the documents say it", () => walk({ manifests, project, tarballs }));
await part("In one file", () => bundles({ project }));
await part("Where it runs", () => runTimes({ project }));
await part("The types in other projects", () =>
  types({ tarballs, effect: rootManifest.devDependencies.effect, project }),
);

finish();
