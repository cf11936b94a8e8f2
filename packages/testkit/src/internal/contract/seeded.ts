import { createHash } from "node:crypto";

/** Numbers from 0 to 1, the same for the same seed. */
export const seeded = (seed: string): (() => number) => {
  let block = createHash("sha256").update(seed).digest();
  let at = 0;
  return () => {
    if (at === block.byteLength) {
      block = createHash("sha256").update(block).digest();
      at = 0;
    }
    const number = block.readUInt32BE(at) / 2 ** 32;
    at += 4;
    return number;
  };
};
