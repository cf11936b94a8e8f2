/**
 * A small right transport of our own, on raw TLS sockets, that can be made wrong in one place at a time.
 *
 * It exists so that every clause can be shown to catch somebody. It is not for use: it knows no more than the contract asks for.
 */
import * as tls from "node:tls";
import {
  type Reason,
  type Transport,
  TransportError,
  type TransportReply,
  Unusable,
} from "@wechat-refund/core/Transport";
import { SecureContext } from "@wechat-refund/mutual-tls";
import type { CertificateError } from "@wechat-refund/mutual-tls/CertificateError";
import type { TransportSettings } from "@wechat-refund/mutual-tls/TransportSettings";
import * as Effect from "effect/Effect";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import type * as Scope from "effect/Scope";
import { admit } from "./admit.ts";
import { Post, type State } from "./post.ts";
import type { Twist } from "./twist.ts";

const contextOptions = ({ certificate, trust = {} }: TransportSettings): tls.SecureContextOptions => ({
  ...(certificate !== undefined && {
    cert: certificate.certificatePem,
    key: Redacted.value(certificate.privateKeyPem),
  }),
  ...(trust.ca !== undefined && { ca: [...trust.ca] }),
  ...(trust.crl !== undefined && { crl: [...trust.crl] }),
  minVersion: "TLSv1.2",
  ciphers: "DEFAULT:@SECLEVEL=2",
});

/** Of every transport that shares. */
const sharedSessions = new Map<string, Buffer>();

/** A right transport, or one with a mistake. */
export const make = Effect.fnUntraced(function* (
  settings: TransportSettings,
  twist: Twist = {},
): Effect.fn.Return<Transport["Service"], CertificateError, Scope.Scope> {
  const right = twist.loadsLate === true ? undefined : yield* SecureContext.make(settings);
  const options = contextOptions(settings);
  const twisted = twist.context && tls.createSecureContext(twist.context(options));
  const late = () => tls.createSecureContext(options);
  const state: State = {
    settings,
    twist,
    context: () => twisted ?? right ?? late(),
    sessions: twist.sessions === "shared" ? sharedSessions : new Map(),
    posts: new Set(),
    lines: new Set(),
    idle: new Map(),
    hangUps: new Set(),
    queues: new Map(),
    pooled: settings.connections === "pooled" || twist.pool === "in-fresh-mode",
    last: undefined,
    closed: false,
  };
  const endings: Array<() => void> = [];
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      state.closed = true;
      for (const post of state.posts) post.close();
      for (const hangUp of state.hangUps) hangUp();
      for (const line of state.lines) if (line !== state.last) line.socket.destroy();
      for (const ending of endings) ending();
    }),
  );
  return {
    send: (request) =>
      Effect.callback<TransportReply, TransportError>((resume) => {
        const refuse = (reason: Reason) => resume(Effect.fail(new TransportError({ reason })));
        if (state.closed && twist.worksAfterEnd !== true) return refuse(new Unusable({ detail: "closed" }));
        const admitted = twist.admits?.(request) ?? request;
        const draft = admit(admitted);
        if (Result.isFailure(draft)) return refuse(draft.failure);
        if (twist.onPost) endings.push(twist.onPost());
        const post = new Post(state, draft.success, admitted, resume);
        post.start();
        return Effect.sync(() => post.interrupt());
      }),
  };
});
