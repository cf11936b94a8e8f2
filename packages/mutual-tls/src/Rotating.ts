/**
 * Changes the certificate of a running transport without dropping a request.
 *
 * What an adapter built from its settings (a secure context, an agent) is held here and counted. A new one is built whole before
 * it takes over; posts under way keep the old one, which is released when the last of them has ended.
 */
import { createHash } from "node:crypto";
import { summarize, TransportError, Unusable } from "@wechat-refund/core/Transport";
import type * as Config from "effect/Config";
import * as DateTime from "effect/DateTime";
import type * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as Scope from "effect/Scope";
import * as Semaphore from "effect/Semaphore";
import type { CertificateError } from "./CertificateError.ts";
import * as Material from "./internal/material.ts";
import type { TransportSettings } from "./TransportSettings.ts";

export interface Rotating<A> {
  /** The current one, kept from release until the scope closes. Fails with `Unusable` (not sent) once the holder was closed. */
  readonly get: Effect.Effect<A, TransportError, Scope.Scope>;
  /** Runs `body` with the current one, kept from release until `body` ends. */
  readonly use: <B, E, R>(body: (value: A) => Effect.Effect<B, E, R>) => Effect.Effect<B, E | TransportError, R>;
  /** Builds one from `settings` and puts it in place; when that fails, the current one stays. */
  readonly rotate: (settings: TransportSettings) => Effect.Effect<void, CertificateError>;
}

type Restore = <B, E, R>(effect: Effect.Effect<B, E, R>) => Effect.Effect<B, E, R>;

interface Generation<A> {
  readonly value: A;
  readonly scope: Scope.Closeable;
  users: number;
  retired: boolean;
}

/**
 * Builds the first one with `acquire`, which is called again for each rotation; its finalizers release what it built. When the
 * surrounding scope closes, the current one too is released only after its last user.
 */
export const make = Effect.fnUntraced(function* <A, R>(options: {
  readonly acquire: (settings: TransportSettings) => Effect.Effect<A, CertificateError, R>;
  readonly settings: TransportSettings;
}): Effect.fn.Return<Rotating<A>, CertificateError, Exclude<R, Scope.Scope> | Scope.Scope> {
  const context = yield* Effect.context<Exclude<R, Scope.Scope>>();
  const oneAtATime = yield* Semaphore.make(1);

  // The restore of the caller: only `acquire` may be interrupted, never the step from having built to holding.
  const build = (settings: TransportSettings, restore: Restore): Effect.Effect<Generation<A>, CertificateError> =>
    Effect.suspend(() => {
      const scope = Scope.makeUnsafe();
      return restore(options.acquire(settings)).pipe(
        Scope.provide(scope),
        Effect.provideContext(context),
        Effect.onExit((exit) => (Exit.isFailure(exit) ? Scope.close(scope, exit) : Effect.void)),
        Effect.map((value) => ({ value, scope, users: 0, retired: false })),
      );
    });
  const releaseUnused = (generation: Generation<A>) =>
    Effect.suspend(() =>
      generation.retired && generation.users === 0 ? Scope.close(generation.scope, Exit.void) : Effect.void,
    );
  const retire = (generation: Generation<A>) => {
    generation.retired = true;
    return releaseUnused(generation);
  };

  let current: Generation<A> | undefined = yield* Effect.uninterruptibleMask((restore) =>
    Effect.tap(build(options.settings, restore), () =>
      Effect.addFinalizer(() =>
        Effect.suspend(() => {
          const last = current;
          current = undefined;
          return last === undefined ? Effect.void : retire(last);
        }),
      ),
    ),
  );

  const get = Effect.uninterruptible(
    Effect.flatMap(Effect.scope, (scope) =>
      Effect.suspend(() => {
        const generation = current;
        if (generation === undefined) {
          return Effect.fail(new TransportError({ reason: new Unusable({ detail: "the transport is closed" }) }));
        }
        generation.users += 1;
        const leave = Effect.suspend(() => {
          generation.users -= 1;
          return releaseUnused(generation);
        });
        return Effect.as(Scope.addFinalizer(scope, leave), generation.value);
      }),
    ),
  );

  const rotate = (settings: TransportSettings) =>
    Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(build(settings, restore), (next) => {
        const last = current;
        // Closed meanwhile: what was built has no users and never will.
        if (last === undefined) return retire(next);
        current = next;
        return retire(last);
      }),
    ).pipe(Semaphore.withPermit(oneAtATime));

  return { get, use: (body) => Effect.scoped(Effect.flatMap(get, body)), rotate };
});

export interface ReloadOptions {
  /** The files that `load` reads. */
  readonly files: ReadonlyArray<string>;
  /** For example `TransportSettings.config`. */
  readonly load: Effect.Effect<TransportSettings, CertificateError | Config.ConfigError>;
  /** How often the files are looked at. Default: 10 seconds. */
  readonly interval?: Duration.Input;
}

/**
 * What the files hold, as a digest: by their times and sizes a change would be missed that keeps both, and they are short. Links are
 * followed: mounted secrets are swapped as links, which file watchers miss. To be taken before the files are loaded, so that a change
 * meanwhile is one.
 */
export const stamp = (files: ReadonlyArray<string>): Effect.Effect<string> =>
  Effect.map(
    Effect.forEach(files, (file) =>
      Effect.promise(() =>
        Material.bytesOf(file).then(
          (bytes) => createHash("sha256").update(bytes).digest("base64"),
          () => "missing",
        ),
      ),
    ),
    (digests) => digests.join(" "),
  );

/**
 * Rotates whenever one of the files changes, for as long as the scope is open. `since` is the {@link stamp} taken before what is in use
 * was loaded; without it the first look loads. Files that cannot be loaded (a certificate copied before its key, a disk that fails for
 * a moment) leave the current one in place and are tried again at every look; why is logged once for each reason.
 */
export const reloadOnChange = Effect.fnUntraced(function* (
  rotating: Pick<Rotating<unknown>, "rotate">,
  options: ReloadOptions,
  since?: string,
): Effect.fn.Return<void, never, Scope.Scope> {
  let seen = since;
  let complaint: string | undefined;
  const complain = (message: string) =>
    Effect.suspend(() => {
      if (message === complaint) return Effect.void;
      complaint = message;
      return Effect.logWarning(`the merchant certificate was not changed, the one in use stays: ${message}`);
    });
  const look = Effect.gen(function* () {
    // Before the load: what changes under way is a change at the next look.
    const now = yield* stamp(options.files);
    if (now === seen) {
      complaint = undefined;
      return;
    }
    const settings = yield* options.load;
    yield* rotating.rotate(settings);
    const { owner, serialNumber, notAfter } = settings.certificate ?? {};
    yield* Effect.logInfo(
      `the merchant certificate ${seen === undefined ? "is" : "was changed"}: ${owner ?? "no owner"}, serial number ${serialNumber ?? "none"}, valid until ${notAfter === undefined ? "never" : DateTime.formatIsoDateUtc(notAfter)}`,
    );
    seen = now;
    complaint = undefined;
  }).pipe(
    Effect.catch(({ message }) => complain(message)),
    // Whatever is wrong with a load of somebody's own must not end the following.
    Effect.catchDefect((defect) => complain(`loading broke with ${summarize(defect).name}`)),
  );
  yield* Effect.sleep(options.interval ?? "10 seconds").pipe(
    Effect.andThen(look),
    Effect.forever,
    Effect.forkScoped({ startImmediately: true }),
  );
});
