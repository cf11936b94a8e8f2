// A script that would run under the caller's own Node must fail loudly: when the repository's Node is not installed
// (its build was not allowed, or the lockfile is stale), pnpm only warns and goes on with whatever `node` is on PATH.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(
    `This script needs Node 22.19 or newer and runs under ${process.version} (${process.execPath}).\n` +
      "The repository brings its own Node: run `npx --yes pnpm@12 install`, then start the script through pnpm.",
  );
  process.exit(1);
}
