import { TransportError } from "@wechat-refund/core/Transport";
import type * as Config from "effect/Config";
import type * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Scope from "effect/Scope";
import type { CertificateError } from "./CertificateError.ts";
import type { TransportSettings } from "./TransportSettings.ts";
export interface Rotating<A> {
    /** The current one, kept from release until the scope closes. Fails with `Unusable` (not sent) once the holder was closed. */
    readonly get: Effect.Effect<A, TransportError, Scope.Scope>;
    /** Runs `body` with the current one, kept from release until `body` ends. */
    readonly use: <B, E, R>(body: (value: A) => Effect.Effect<B, E, R>) => Effect.Effect<B, E | TransportError, R>;
    /** Builds one from `settings` and puts it in place; when that fails, the current one stays. */
    readonly rotate: (settings: TransportSettings) => Effect.Effect<void, CertificateError>;
}
/**
 * Builds the first one with `acquire`, which is called again for each rotation; its finalizers release what it built. When the
 * surrounding scope closes, the current one too is released only after its last user.
 */
export declare const make: <A, R>(options: {
    readonly acquire: (settings: TransportSettings) => Effect.Effect<A, CertificateError, R>;
    readonly settings: TransportSettings;
}) => Effect.Effect<Rotating<A>, CertificateError, Scope.Scope | Exclude<R, Scope.Scope>>;
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
export declare const stamp: (files: ReadonlyArray<string>) => Effect.Effect<string>;
/**
 * Rotates whenever one of the files changes, for as long as the scope is open. `since` is the {@link stamp} taken before what is in use
 * was loaded; without it the first look loads. Files that cannot be loaded (a certificate copied before its key, a disk that fails for
 * a moment) leave the current one in place and are tried again at every look; why is logged once for each reason.
 */
export declare const reloadOnChange: (rotating: Pick<Rotating<unknown>, "rotate">, options: ReloadOptions, since?: string | undefined) => Effect.Effect<void, never, Scope.Scope>;
