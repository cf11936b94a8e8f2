/** Directories of a test's own, and processes that hold a store. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Effect } from "effect";

/** A directory that is gone with the scope. */
export const directory = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "wechat-refund-store-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true })),
);

const holder = fileURLToPath(new URL("holder.ts", import.meta.url));

/** A process that holds the store by now; `kill` ends it as a crash does. */
export const held = (file: string) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const child = spawn(process.execPath, [holder, file], { stdio: ["ignore", "pipe", "inherit"] });
      const [said] = (await once(createInterface(child.stdout), "line")) as [string];
      const kill = async () => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const gone = once(child, "exit");
        child.kill("SIGKILL");
        await gone;
      };
      return { said, kill };
    }),
    ({ kill }) => Effect.promise(kill),
  );
