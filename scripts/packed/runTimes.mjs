/**
 * Where it runs: the packed packages under each run time that is promised, against the simulator over mutual TLS; and what is said where
 * they cannot.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { attempt, check, difference, ended, env, pnpm, root, run, temporary } from "./harness.mjs";
import { adapters, layOut, onStage } from "./stage.mjs";

const { optionalDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const packages = {
  bun: "1.4.5",
  deno: "2.9.6",
  "node-20": "npm:node@20.20.2",
  "node-22": optionalDependencies["node-22"],
  "node-26": "npm:node@26.10.0",
};

/** Their executables, which come as npm packages; their scripts fetch or link them. */
const install = () => {
  const folder = join(temporary, "run-times");
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, dependencies: packages }));
  const settings = { packages: ["."], allowBuilds: { bun: true, deno: true, node: true } };
  writeFileSync(join(folder, "pnpm-workspace.yaml"), JSON.stringify(settings));
  pnpm(["install"], { cwd: folder });
  const at = (...path) => join(folder, "node_modules", ...path);
  return {
    "Node 20": [at("node-20", "bin", "node")],
    "Node 22": [at("node-22", "bin", "node")],
    "Node 24": [process.execPath],
    "Node 26": [at("node-26", "bin", "node")],
    Deno: [
      at(".bin", "deno"),
      "run",
      "--quiet",
      "--no-prompt",
      "--allow-net",
      "--allow-env",
      "--allow-read",
      "--allow-sys",
    ],
    Bun: [at(".bin", "bun")],
  };
};

/** The clauses that Deno's TLS does not keep, and what that means: see docs/run-times.md. */
const known = {
  T37: "a revocation list is refused while the transport is built",
  T42: "a key that is another certificate's is refused where it is read, not by TLS",
  T85: "sessions are not resumed",
};

/** Waits for it without holding up the other. */
const clausesOf = async ([file, ...args], project, adapter) => {
  const child = spawn(file, [...args, "contract.mjs", adapter], {
    cwd: project,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (chunk) => (said += chunk));
  await once(child, "close");
  return JSON.parse(said.trimEnd().split("\n").at(-1));
};

export const runTimes = async ({ project }) => {
  const executables = install();
  const programs = layOut(project);
  cpSync(join(import.meta.dirname, "contract.mjs"), join(project, "contract.mjs"));

  await onStage(project, ({ refund, refunds }) => {
    for (const name of ["Node 22", "Node 24", "Node 26", "Deno"]) {
      const [file, ...args] = executables[name];
      for (const [adapter, program] of Object.entries(programs)) {
        for (const form of ["PEM", "3DES", "RC2-40"]) {
          refunds(`${name}, ${adapter}, ${form}: a refund`, form, file, [...args, program], { cwd: project });
        }
      }
    }
    const words = {
      Bun: /^@wechat-refund\/mutual-tls\/CertificateError: The TLS of this run time cannot do what is needed: run it under Node 22\.19 or newer\. Bun \S+ cannot refuse/,
      "Node 20":
        /^ *throw new Error.*\n.*\n\nError: wechat-refund needs Node 22\.19 or newer, and this is Node 20\S+: run it under a newer one\.$/m,
    };
    for (const [name, said] of Object.entries(words)) {
      const [file, ...args] = executables[name];
      for (const [adapter, program] of Object.entries(programs)) {
        const found = refund("PEM", file, [...args, program], { cwd: project });
        check(`${name}, ${adapter}: what is wrong is said in words`, !said.test(found) && found.slice(0, 1_500));
      }
    }
  });

  const signing = `
    import { Params, Signature } from "@wechat-refund/core";
    import { Redacted, Result } from "effect";
    const params = Result.getOrThrow(Params.fromRecord({ appid: "wxd930ea5d5a258f4f", mch_id: "10000100", device_info: "1000", body: "test", nonce_str: "ibuaiVcKdpRxkhJA" }));
    console.log(Result.getOrThrow(Signature.sign(params, Redacted.make("192006250b4c09247ec02edce69f6a2d"), "HMAC-SHA256")));`;
  writeFileSync(join(project, "sign.mjs"), signing);
  for (const name of ["Deno", "Bun"]) {
    await attempt(`${name}: core signs WeChat Pay's own example`, () => {
      const [file, ...args] = executables[name];
      const expected = "6A9AE1657590FD6257D693A078E1C3E4BB6BA4DC30B23E0EE2496E54170DACD6\n";
      return difference(run(file, [...args, "sign.mjs"], { cwd: project }), expected);
    });
  }
  await attempt("Node 20: the command says at once what it needs, on one line", () => {
    const bin = join(project, "node_modules", "@wechat-refund", "cli", "dist", "bin.js");
    const { status, stderr, stdout } = ended(executables["Node 20"][0], [bin, "doctor"], { cwd: project });
    return (
      difference([status, stdout], [2, ""]) ??
      (!/^wechat-refund needs Node 22\.19 or newer, and this is Node 20\S+: run it under a newer one\. 需要.*\n$/.test(
        stderr,
      ) &&
        stderr)
    );
  });

  const jobs = ["Node 22", "Node 26", "Deno"].flatMap((name) =>
    Object.keys(adapters).map((adapter) => ({ name, adapter })),
  );
  const work = async () => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
      const { adapter, name } = job;
      await attempt(
        `${name}, ${adapter}: the contract of a transport, ${name === "Deno" ? "but for what is known" : "whole"}`,
        async () => {
          const { clauses, failing } = await clausesOf(executables[name], project, adapter);
          const expected = name === "Deno" ? Object.keys(known) : [];
          const found = failing.map(([id]) => id).toSorted();
          return difference([clauses > 90, found], [true, expected]) && JSON.stringify(failing);
        },
      );
    }
  };
  await Promise.all([work(), work()]);
};
