/**
 * The types as a user's compiler meets them: an exported layer needs no annotation where declarations are written, under npm and under
 * pnpm, which lets nobody see what was not asked for; with TypeScript 5.9 and 7, for Node and for bundlers, without `dom` and without
 * `@types/node`.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { attempt, difference, ended, pnpm, run, temporary } from "./harness.mjs";
import { adapters } from "./stage.mjs";

const compilers = { "TypeScript 5.9": "npm:typescript@5.9.3", "TypeScript 7": "npm:typescript@7.0.2" };
const nameOf = (compiler) => compiler.toLowerCase().replaceAll(/[ .]/g, "-");
/** A package that a user does not name comes along with others, and its types with it. */
const unnamed = new Set(["mutual-tls", "testkit"]);

/** A project under pnpm, with what it names and nothing else within its reach. */
const underPnpm = (tarballs, effect) => {
  const project = join(temporary, "under-pnpm");
  mkdirSync(project);
  const files = Object.entries(tarballs).map(([name, file]) => [`@wechat-refund/${name}`, `file:${file}`]);
  const manifest = {
    name: "shop",
    private: true,
    type: "module",
    dependencies: { ...Object.fromEntries(files.filter(([name]) => !unnamed.has(name.split("/")[1]))), effect },
    devDependencies: Object.fromEntries(Object.entries(compilers).map(([name, at]) => [nameOf(name), at])),
  };
  writeFileSync(join(project, "package.json"), JSON.stringify(manifest));
  // Nothing of it is in the registry yet.
  const overrides = Object.fromEntries(files);
  writeFileSync(
    join(project, "pnpm-workspace.yaml"),
    JSON.stringify({ packages: ["."], autoInstallPeers: false, overrides }),
  );
  pnpm(["install"], { cwd: project });
  return project;
};

/** What a service exports that has one adapter: what its types are made of must be found with that one alone. */
const withOne = (module, name) => `
import { ${module} } from "@wechat-refund/${name}";
import { Merchant, RefundClient } from "@wechat-refund/core";
import { Effect, Layer } from "effect";
export const live = RefundClient.layer.pipe(Layer.provide([Merchant.layerConfig, ${module}.layerConfig]));
export const short = RefundClient.layerConfig(${module}.layerConfig);
export const rotating = (options: Parameters<typeof ${module}.layerRotating>[0]) => ${module}.layerRotating(options);
export const handle = Effect.fn("handle")(function* (settings: ${module}.TransportSettings) {
  return yield* ${module}.makeRotating(settings);
});
`;

/** A project for each adapter, in which the other cannot be seen. */
const apart = (tarballs, effect) => {
  const workspace = join(temporary, "apart");
  const projects = Object.values(adapters).map(([prefix, short]) => {
    const name = `adapter-${short}`;
    const project = join(workspace, name);
    mkdirSync(join(project, "types"), { recursive: true });
    const files = ["core", name].map((one) => [`@wechat-refund/${one}`, `file:${tarballs[one]}`]);
    const manifest = { name, private: true, type: "module", dependencies: { ...Object.fromEntries(files), effect } };
    writeFileSync(join(project, "package.json"), JSON.stringify(manifest));
    writeFileSync(join(project, "types", "one.ts"), withOne(`${prefix}Transport`, name));
    return [name, project];
  });
  const overrides = Object.fromEntries(
    Object.entries(tarballs).map(([name, file]) => [`@wechat-refund/${name}`, `file:${file}`]),
  );
  writeFileSync(join(workspace, "package.json"), JSON.stringify({ private: true }));
  const settings = { packages: projects.map(([name]) => name), autoInstallPeers: false, overrides };
  writeFileSync(join(workspace, "pnpm-workspace.yaml"), JSON.stringify(settings));
  pnpm(["install"], { cwd: workspace });
  return projects;
};

/** A program for each published module, that exports all of it under a type of its own. */
const everything = (names, unpacked) =>
  names
    .flatMap((name) =>
      [...readFileSync(join(unpacked, name, "dist", "index.d.ts"), "utf8").matchAll(/export \* as (\w+)/g)].map(
        ([, module]) => [name, module],
      ),
    )
    .map(([name, module], n) => {
      const id = name === "cli" ? `{ ${module} as M${n} } from "@wechat-refund/cli"` : undefined;
      return `import ${id ?? `* as M${n} from "@wechat-refund/${name}/${module}"`};\nexport const m${n} = { ...M${n} };\n`;
    });

const settle = (project, compilerOptions, include) =>
  writeFileSync(
    join(project, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: {
        strict: true,
        target: "es2023",
        lib: ["es2023"],
        types: [],
        declaration: true,
        rootDir: "types",
        outDir: "types/out",
        skipLibCheck: true,
        ...compilerOptions,
      },
      include,
    }),
  );

export const types = async ({ tarballs, effect, project: underNpm }) => {
  const names = Object.keys(tarballs);
  const strict = underPnpm(tarballs, effect);
  const tsc = (compiler) => join(strict, "node_modules", nameOf(compiler), "bin", "tsc");
  const programs = everything(
    names.filter((name) => !unnamed.has(name)),
    join(temporary, "unpacked"),
  );
  for (const project of [strict, underNpm]) {
    mkdirSync(join(project, "types"));
    for (const file of readdirSync(join(import.meta.dirname, "shop")))
      cpSync(join(import.meta.dirname, "shop", file), join(project, "types", file));
    writeFileSync(join(project, "types", "everything.ts"), programs.join(""));
  }
  await attempt(
    "the project under pnpm sees neither the types of Node nor what it does not name",
    () =>
      difference(
        readdirSync(join(strict, "node_modules", "@wechat-refund")).toSorted(),
        names.filter((name) => !unnamed.has(name)).toSorted(),
      ) ?? difference(readdirSync(join(strict, "node_modules")).includes("@types"), false),
  );
  const live = "types/live.ts";
  const all = [live, "types/everything.ts"];
  const cases = [
    [strict, "pnpm", "nodenext", all],
    [strict, "pnpm", "bundler", [live]],
    [underNpm, "npm", "nodenext", [live]],
  ];
  for (const compiler of Object.keys(compilers)) {
    for (const [project, manager, moduleResolution, files] of cases) {
      const module = moduleResolution === "nodenext" ? "nodenext" : "esnext";
      const compile = (options, include) => {
        settle(project, { module, moduleResolution, ...options }, include);
        run(process.execPath, [tsc(compiler), "-p", "."], { cwd: project });
      };
      const and = files === all ? `and ${programs.length} modules ` : "";
      await attempt(
        `${compiler}, ${moduleResolution}, ${manager}: layers ${and}are declared without an annotation`,
        () => {
          rmSync(join(project, "types", "out"), { recursive: true, force: true });
          compile({}, files);
          compile({ declaration: false, noEmit: true }, ["types/uses.ts"]);
        },
      );
    }
  }
  for (const [name, project] of apart(tarballs, effect)) {
    await attempt(`TypeScript 7, nodenext, pnpm, ${name} alone: layers are declared without an annotation`, () => {
      settle(project, { module: "nodenext" }, ["types/one.ts"]);
      run(process.execPath, [tsc("TypeScript 7"), "-p", "."], { cwd: project });
    });
  }
  // Effect's own declarations need `dom`; ours do not, with the types of Node.
  for (const [lib, mine] of [
    [["es2023"], "what is missing without dom is Effect's"],
    [["es2023", "dom"], "nothing is missing with dom"],
  ]) {
    await attempt(`without skipLibCheck, with the types of Node: ${mine}`, () => {
      settle(underNpm, { module: "nodenext", skipLibCheck: false, noEmit: true, types: ["node"], lib }, [...all]);
      const { status, stdout } = ended(process.execPath, [tsc("TypeScript 7"), "-p", "."], { cwd: underNpm });
      const ours = stdout
        .split("\n")
        .filter((line) => /: error /.test(line) && !line.startsWith("node_modules/effect/"));
      return ours.join("\n") || (lib.includes("dom") && status !== 0 && stdout);
    });
  }
};
