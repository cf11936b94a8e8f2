/**
 * A service in one file: what esbuild makes of a program, alone in a folder, refunds over mutual TLS as the program does. As a module and
 * as CommonJS, with either adapter and each form of the certificate.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { check, run, temporary } from "./harness.mjs";
import { adapters, layOut, onStage } from "./stage.mjs";

/** As docs/run-times.md has it. */
const banner =
  "--banner:js=import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);";

export const bundles = async ({ project }) => {
  const programs = layOut(project);
  const bundle = (adapter, format, ...more) => {
    const folder = join(temporary, `bundle-${adapters[adapter][1]}-${format}-${more.length}`);
    mkdirSync(folder);
    const file = join(folder, format === "esm" ? "shop.mjs" : "shop.cjs");
    const options = ["--bundle", "--platform=node", `--format=${format}`, `--outfile=${file}`, "--log-level=warning"];
    run(join(project, "node_modules", ".bin", "esbuild"), [programs[adapter], ...options, ...more], { cwd: project });
    return file;
  };
  await onStage(project, ({ refund, refunds }) => {
    for (const adapter of Object.keys(adapters)) {
      for (const [format, ...more] of [["esm", banner], ["esm", banner, "--minify"], ["cjs"]]) {
        const file = bundle(adapter, format, ...more);
        const cwd = join(file, "..");
        for (const form of ["PEM", "PKCS#12", "RC2-40"]) {
          const minified = more.includes("--minify") ? ", minified" : "";
          refunds(`one file, ${format}${minified}, ${adapter}, ${form}: a refund`, form, process.execPath, [file], {
            cwd,
          });
        }
      }
    }
    const bare = bundle("node:https", "esm");
    refunds("one file, esm, node:https, PEM: needs no banner", "PEM", process.execPath, [bare]);
    const said = refund("PKCS#12", process.execPath, [bare]);
    check(
      "one file, esm, node:https, PKCS#12: what a forgotten banner means is said in words",
      !/^Error: A PKCS#12 file cannot be opened.* needs the banner .* or give the PEM pair\.$/.test(said) && said,
    );
  });
};
