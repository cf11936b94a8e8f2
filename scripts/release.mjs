/**
 * `npx --yes pnpm@12 release`: builds the packages anew and publishes those whose version the registry does not have. The versions were raised
 * before, with `npx --yes pnpm@12 changeset version`, and committed.
 *
 *   --dry-run   raises the versions in a copy, builds, packs, and uploads nothing
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";

const root = dirname(import.meta.dirname);
const { values } = parseArgs({ options: { "dry-run": { type: "boolean", default: false } } });
const dry = values["dry-run"];

const run = (file, args, cwd = root) => {
  const { status } = spawnSync(file, args, { cwd, stdio: "inherit" });
  if (status !== 0) throw new Error(`${file} ${args.join(" ")} ended with ${status}`);
};
const manifestOf = (name, at = root) => JSON.parse(readFileSync(join(at, "packages", name, "package.json"), "utf8"));
const published = readdirSync(join(root, "packages")).filter(
  (name) => existsSync(join(root, "packages", name, "package.json")) && manifestOf(name).private !== true,
);
const changesets = readdirSync(join(root, ".changeset")).filter((name) => name.endsWith(".md") && name !== "README.md");

/** Whether the changesets can be read, and which version they make: all packages have one. */
const tryVersions = () => {
  const copy = mkdtempSync(join(tmpdir(), "wechat-refund-release-"));
  try {
    run("git", ["init", "--quiet", copy]);
    for (const name of [".changeset", "package.json", "pnpm-workspace.yaml", "pnpm-lock.yaml"])
      cpSync(join(root, name), join(copy, name), { recursive: true });
    for (const folder of ["examples", "benchmarks", ...published.map((name) => join("packages", name))]) {
      mkdirSync(join(copy, folder), { recursive: true });
      cpSync(join(root, folder, "package.json"), join(copy, folder, "package.json"));
    }
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
    const identity = ["-c", "user.name=release", "-c", "user.email=release@localhost"];
    run("git", [...identity, "add", ".changeset", "package.json", "packages"], copy);
    run("git", [...identity, "commit", "--quiet", "--message", "Before"], copy);
    run(process.execPath, [join(root, "node_modules", "@changesets", "cli", "bin.js"), "version"], copy);
    const versions = new Set(published.map((name) => manifestOf(name, copy).version));
    if (versions.size !== 1) throw new Error(`there would be several versions: ${[...versions].join(", ")}`);
    console.log(`${changesets.length} changesets make version ${[...versions][0]} of ${published.length} packages`);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
};

if (dry && changesets.length > 0) tryVersions();
else if (changesets.length > 0) {
  console.error(
    `${changesets.length} changesets are not in a version yet: run \`npx --yes pnpm@12 changeset version\`, look at what it did, and commit it.`,
  );
  process.exit(1);
}

for (const name of published) rmSync(join(root, "packages", name, "dist"), { recursive: true, force: true });
run(process.execPath, [
  join(root, "node_modules", "typescript", "bin", "tsc"),
  "-b",
  ...published.map((name) => join("packages", name)),
]);
run("npx", [
  "--yes",
  "pnpm@12",
  "--recursive",
  "--filter",
  "./packages/*",
  "publish",
  "--access",
  "public",
  // A dry run is for any state of the tree; a release is of what is committed on main.
  ...(dry ? ["--dry-run", "--no-git-checks"] : []),
]);
if (!dry) console.log(`Now tag it: git tag v${manifestOf("core").version} && git push --tags`);
