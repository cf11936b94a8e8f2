/** A state is stored as text and read again by its schema: unchanged, or the one that reads it knows another truth. */
import { isDeepStrictEqual } from "node:util";
import { Result, Schema } from "effect";
import { Progress } from "../../../src/RefundProgress.ts";
import type { Case } from "./case.ts";
import { require } from "./rules.ts";

const encode = Schema.encodeUnknownResult(Progress);
const decode = Schema.decodeUnknownResult(Progress);

export const checkStored = ({ progress }: Case): void => {
  const encoded = encode(progress);
  if (Result.isFailure(encoded)) return require(false, "S stored and read", String(encoded.failure));
  const read = decode(JSON.parse(JSON.stringify(encoded.success)));
  if (Result.isFailure(read)) return require(false, "S stored and read", String(read.failure));
  require(isDeepStrictEqual(read.success, progress), "S stored and read", "read otherwise than it was stored");
};
