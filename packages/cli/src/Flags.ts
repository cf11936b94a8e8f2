/** Flags that several commands share. */
import * as Flag from "effect/cli/Flag";

const signTypes = ["HMAC-SHA256", "MD5"] as const;

/** The algorithm, HMAC-SHA256 unless given. */
export const signType = Flag.Literals("sign-type", signTypes).pipe(
  Flag.withDefault("HMAC-SHA256"),
  Flag.withDescription("The signature's algorithm (default HMAC-SHA256)"),
);
