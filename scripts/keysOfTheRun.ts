/**
 * RSA keys made once for a run of the tests, by this file as Vitest's global set-up, for the processes that it runs in: each would spend two
 * seconds on keys of its own. In a process each of them is had once, and what more is asked for is made as ever.
 */
import * as crypto from "node:crypto";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** PEM, PKCS#8, 2048 bits. */
    readonly rsaKeys: ReadonlyArray<string>;
  }
}

/** As many as the processes of the tests ask for, but for a few. */
const count = 24;

const make = async (): Promise<string> => {
  const { privateKey } = await promisify(crypto.generateKeyPair)("rsa", { modulusLength: 2048 });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
};

export const setup = async (project: TestProject): Promise<void> =>
  project.provide("rsaKeys", await Promise.all(Array.from({ length: count }, make)));
