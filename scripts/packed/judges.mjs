/** What publint and arethetypeswrong say of tarballs: `judges.mjs TARBALL…`, a line of JSON for each. */
import { readFileSync } from "node:fs";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";

// The packages are ES modules; whoever requires one needs a Node that can, and resolvers of before `exports` are not served.
const passedOver = new Set(["node10", "node16-cjs"]);

for (const file of process.argv.slice(2)) {
  const bytes = readFileSync(file);
  const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const { messages } = await publint({ pack: { tarball }, strict: true });
  const { problems = [], types } = await checkPackage(createPackageFromTarballData(new Uint8Array(tarball)));
  const wrong = problems.filter(({ resolutionKind, resolutionOption }) => {
    if (resolutionOption !== undefined) return resolutionOption !== "node10";
    return !passedOver.has(resolutionKind);
  });
  console.log(JSON.stringify({ file, messages, wrong, types: types !== false }));
}
