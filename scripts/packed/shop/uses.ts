/** Whoever uses the declarations of `live.ts` finds types in them, not `any`. */
import type { Layer } from "effect";
import { type handle, live, type short } from "./out/live.js";

type IsAny<A> = 0 extends 1 & A ? true : false;
export const anys: ReadonlyArray<false> = [
  false satisfies IsAny<typeof live>,
  false satisfies IsAny<Layer.Error<typeof live>>,
  false satisfies IsAny<Layer.Success<typeof short>>,
  false satisfies IsAny<ReturnType<typeof handle>>,
];
export const problemOf = (error: Layer.Error<typeof live>): string | undefined =>
  error._tag === "CertificateError" ? error.problem : undefined;
// @ts-expect-error: an error of a layer is not a number.
export const wrong: number = {} as Layer.Error<typeof live>;
export { live };
