/** A gateway over mutual TLS in a process of its own, for programs that are run one after the other. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { check, ended, temporary } from "./harness.mjs";

export const adapters = { "node:https": ["NodeHttps", "node-https"], undici: ["Undici", "undici"] };

/** Puts the program that refunds into a project, once for each adapter; the files' names. */
export const layOut = (project) => {
  const program = readFileSync(join(import.meta.dirname, "refund.mjs"), "utf8");
  return Object.fromEntries(
    Object.entries(adapters).map(([adapter, [module, name]]) => {
      const own = program
        .replaceAll("NodeHttpsTransport", `${module}Transport`)
        .replaceAll("adapter-node-https", `adapter-${name}`);
      writeFileSync(join(project, `refund-${name}.mjs`), own);
      return [adapter, `refund-${name}.mjs`];
    }),
  );
};

/** Runs `act` while the gateway of `project` is there. */
export const onStage = async (project, act) => {
  cpSync(join(import.meta.dirname, "gateway.mjs"), join(project, "gateway.mjs"));
  const child = spawn(process.execPath, ["gateway.mjs", join(temporary, "certificates"), "200"], {
    cwd: project,
    stdio: ["pipe", "pipe", "inherit"],
  });
  try {
    const [said] = await Promise.race([
      once(createInterface(child.stdout), "line"),
      once(child, "exit").then(() => Promise.reject(new Error("the gateway did not start"))),
    ]);
    const { forms, shared } = JSON.parse(said);
    let order = 0;
    /** What the program said of a refund with one form of the certificate; each run has an order of its own. */
    const refund = (form, file, args, options = {}) => {
      const more = { ...shared, ...forms[form], ...options.more };
      const { error, stderr, stdout } = ended(file, [...args, String(order++)], { ...options, more });
      return `${stdout ?? ""}${stderr ?? ""}${error?.message ?? ""}`.trim();
    };
    await act({
      refund,
      refunds: (what, ...run) => {
        const said = refund(...run);
        check(what, said !== "30 fen of 100, PROCESSING" && `it said ${said.slice(0, 1_500)}`);
      },
    });
  } finally {
    child.stdin.end();
    if (child.exitCode === null) await once(child, "exit");
  }
};
