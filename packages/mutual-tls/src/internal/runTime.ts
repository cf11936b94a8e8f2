/**
 * Whether the TLS of this run time does what is relied on here. A Node that is too old is told so when this is loaded, before anything of it
 * is missed somewhere else; what another run time cannot do, when it is asked for.
 */
import * as tls from "node:tls";
import * as Effect from "effect/Effect";
import { type CertificateError, refuse } from "../CertificateError.ts";
import type { Trust } from "../TransportSettings.ts";

/** As of `process`: Bun and Deno name the Node that they are like, and themselves. */
type Versions = Readonly<Record<string, string | undefined>>;
const here: Versions = process.versions;

if (
  here["bun"] === undefined &&
  typeof (tls as { readonly getCACertificates?: unknown }).getCACertificates !== "function"
) {
  throw new Error(
    `wechat-refund needs Node 22.19 or newer, and this is Node ${here["node"]}: run it under a newer one.`,
  );
}

const unable = ({ bun, deno }: Versions, { crl = [] }: Trust): string | undefined => {
  if (bun !== undefined) return `Bun ${bun} cannot refuse servers with weak keys: its TLS knows no security level.`;
  if (deno === undefined || crl.length === 0) return undefined;
  return `Deno ${deno} does not look at revocation lists (trust.crl): it would take a revoked server for a good one.`;
};

/** Refuses what cannot be done here. */
export const admit = (trust: Trust, versions = here): Effect.Effect<void, CertificateError> => {
  const found = unable(versions, trust);
  return found === undefined ? Effect.void : Effect.fail(refuse("run-time", { found }));
};
