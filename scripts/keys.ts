/**
 * Before the tests of every package: RSA keys of 2048 bits are taken from those that were made for the whole run (keysOfTheRun.ts), each of them
 * once in a process; when none is left, and for every other kind, they are made as ever. A process of the tests asks for up to thirty.
 */
import crypto, { createPrivateKey, createPublicKey } from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import { inject } from "vitest";

const kept = Symbol.for("wechat-refund/keys");
const here = globalThis as { [kept]?: Array<string> };

// The files of a process share it, and this is run before each.
if (here[kept] === undefined) {
  const left = [...inject("rsaKeys")];
  here[kept] = left;
  crypto.generateKeyPairSync = new Proxy(crypto.generateKeyPairSync, {
    apply: (make, self, args: [type: string, options: Readonly<Record<string, unknown>>]) => {
      const [type, options] = args;
      const asUsual = type === "rsa" && options["modulusLength"] === 2048 && Object.keys(options).length === 1;
      const pem = asUsual ? left.pop() : undefined;
      if (pem === undefined) return Reflect.apply(make, self, args);
      return { privateKey: createPrivateKey(pem), publicKey: createPublicKey(pem) };
    },
  });
  syncBuiltinESMExports();
}
