/**
 * Deliberately wrong transports, one for every clause of the contract: each makes one mistake that real clients make.
 *
 * A clause that catches nobody proves nothing. The tests of this package show that each saboteur fails its own clause, and none but
 * those the clause names as its kin.
 */
import { Transport } from "@wechat-refund/core/Transport";
import type { CertificateError } from "@wechat-refund/mutual-tls/CertificateError";
import type { TransportSettings } from "@wechat-refund/mutual-tls/TransportSettings";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import { make } from "./internal/reference/transport.ts";
import { fields } from "./internal/saboteurs/fields.ts";
import { identity } from "./internal/saboteurs/identity.ts";
import { lifetime, pooled, proxied } from "./internal/saboteurs/lifetime.ts";
import { maybeSent } from "./internal/saboteurs/maybeSent.ts";
import { notSent } from "./internal/saboteurs/notSent.ts";
import { replies } from "./internal/saboteurs/replies.ts";
import type { Mistake } from "./internal/saboteurs/saboteur.ts";
import { written } from "./internal/saboteurs/written.ts";

export interface Saboteur {
  /** The id of the clause that must catch it. */
  readonly clause: string;
  /** What it does wrong, in a few words. */
  readonly does: string;
  readonly layer: (settings: TransportSettings) => Layer.Layer<Transport, CertificateError>;
}

const saboteur = ({ clause, does, twist, wrap }: Mistake): Saboteur => ({
  clause,
  does,
  layer: (settings) =>
    Layer.effect(
      Transport,
      Effect.map(make(settings, twist), (right) => wrap?.(right, settings) ?? right),
    ),
});

/** One for every clause. */
export const all: ReadonlyArray<Saboteur> = [
  written,
  replies,
  identity,
  notSent,
  maybeSent,
  lifetime,
  proxied,
  pooled,
  fields,
].flatMap((mistakes) => mistakes.map(saboteur));

/** The transport that the saboteurs are made of, without a mistake. It exists to be made wrong; use an adapter. */
export const reference = (settings: TransportSettings): Layer.Layer<Transport, CertificateError> =>
  Layer.effect(Transport, make(settings));
