/** The service in a process of its own, and requests to it. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { expect } from "vitest";
import { start } from "./bin.ts";

export interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export interface Running {
  readonly child: ChildProcess;
  readonly api: string;
  /** All of it so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly ask: (path: string, options?: { readonly token?: string; readonly body?: unknown }) => Promise<Reply>;
  /** Ends it by this signal; its exit code. */
  readonly end: (signal: NodeJS.Signals) => Promise<number | null>;
}

const running = new Set<ChildProcess>();

/** For the end of a test file: none is left. */
export const endAll = (): void => {
  for (const child of running) child.kill("SIGKILL");
};

export const ask = async (
  url: string,
  { body, token }: { readonly token?: string; readonly body?: unknown } = {},
): Promise<Reply> => {
  const response = await fetch(url, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

/** Starts it, and waits until it listens. */
export const serve = async (
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string>> = {},
): Promise<Running> => {
  const child = start(["serve", ...args], { env });
  running.add(child);
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const closed = once(child, "close").then(() => void running.delete(child));
  const listens = /https?:\/\/(?:127\.0\.0\.1|localhost):\d+(?=[ .,"])/;
  await expect
    .poll(() => listens.test(stdout) || child.exitCode !== null, { timeout: 45_000, interval: 20 })
    .toBe(true);
  const [api = ""] = listens.exec(stdout) ?? [];
  if (api === "") throw new Error(`it ended with ${child.exitCode}: ${stderr}`);
  return {
    child,
    api,
    stdout: () => stdout,
    stderr: () => stderr,
    ask: (path, options) => ask(`${api}${path}`, options),
    end: async (signal) => {
      child.kill(signal);
      await closed;
      return child.exitCode;
    },
  };
};

/** A refund of the n-th of the simulator's orders. */
export const refundOf = (n: number, outRefundNo = `R-${n}`) => ({
  order: { outTradeNo: `ORDER-${n}` },
  outRefundNo,
  totalFee: n * 100,
  refundFee: 30,
});
