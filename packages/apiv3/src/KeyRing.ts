/**
 * The platform keys of a running client: those of the settings, and the certificates (平台证书) that are downloaded with them.
 *
 * Its duty is that a reply can be believed before a refund is sent, and that an unknown serial number is not an amplifier: one download at
 * a time, at most one a minute, and the last good set stays when one fails. What a certificate is, and which are opened, is `PlatformKeys`'.
 */
import { Nonce } from "@wechat-refund/core/Pipeline";
import { TransportFailed } from "@wechat-refund/core/RefundError";
import { LeavesNow } from "@wechat-refund/core/Speaker";
import {
  HandshakeFailed,
  type Transport,
  TransportError,
  type TransportReply,
  Unreachable,
  Unusable,
} from "@wechat-refund/core/Transport";
import * as Clock from "effect/Clock";
import * as Deferred from "effect/Deferred";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import { unpacked } from "./internal/encoding.ts";
import type { MerchantIdentity } from "./Merchant.ts";
import { authenticate, signed } from "./Operation.ts";
import * as PlatformKeys from "./PlatformKeys.ts";
import * as Signature from "./Signature.ts";

/** What a call verifies with, and the key that it asks for. */
export interface Held {
  readonly keys: PlatformKeys.PlatformKeys;
  readonly preferred: string | undefined;
}

/** The keys of one merchant. */
export interface KeyRing {
  /** What is known now. */
  readonly known: () => PlatformKeys.PlatformKeys;
  /**
   * What is known, once anything is: without a key no reply could be believed, so nothing else is sent before. A call that `LeavesNow` does
   * not wait for a download.
   */
  readonly ready: (endpoint: string) => Effect.Effect<Held, TransportFailed>;
  /** What is known after a look for this key, if a look is due. */
  readonly find: (serial: string, endpoint: string) => Effect.Effect<PlatformKeys.PlatformKeys>;
}

const path = "/v3/certificates";
const maxReplyBytes = 256 * 1024;
/** Between two looks for a serial number, which anybody may have written. */
const pause = 60_000;
/** After a look while there is no key at all: nothing else can be done until one succeeds. */
const firstPause = 6000;
/** A download that has not ended by then is none. */
const limit = 60_000;
/** The interface wants to be asked at least this often. */
const stale = 12 * 60 * 60 * 1000;

const monotonic = Clock.clockWith((clock) => Effect.sync(() => Number(clock.monotonicTimeNanosUnsafe() / 1_000_000n)));

const what = "no platform certificates (平台证书), so nothing is sent";

const problems: Readonly<Record<PlatformKeys.Unreadable, string>> = {
  "not-json": "the list of certificates is not JSON",
  "no-list": "the list of certificates is empty or not a list",
  sealed:
    "a certificate cannot be opened with the APIv3 key (APIv3密钥): take the one that is set in the merchant platform, 账户中心 → API安全",
  "not-a-certificate": "an opened certificate is not one of RSA",
  "other-serial": "a certificate has another serial number than the list says",
  "merchant-serial": "a certificate of the list is the merchant's own",
};

/** What a download gave. */
const keysIn = (
  reply: TransportReply,
  known: PlatformKeys.PlatformKeys,
  apiV3Key: string,
  serialNo: string,
  now: number,
): Result.Result<PlatformKeys.PlatformKeys, string> => {
  if (reply.status !== 200) {
    const refused = authenticate(reply, { keys: known, now }, maxReplyBytes);
    const said = Result.isFailure(refused) ? refused.failure.message : `HTTP ${reply.status}`;
    // A merchant that verifies with WeChat Pay's public key has no certificates.
    return Result.fail(
      reply.status === 404
        ? `this merchant may have none: give WeChat Pay's public key (微信支付公钥) with its id; ${said}`
        : said,
    );
  }
  if (reply.body.length > maxReplyBytes) return Result.fail(`the list is larger than ${maxReplyBytes} bytes`);
  const plain = unpacked(reply, maxReplyBytes);
  if (Result.isFailure(plain)) return Result.fail(`of the list of certificates, ${plain.failure}`);
  const { body, headers } = plain.success;
  const delivered = PlatformKeys.fromCertificates(body, apiV3Key, serialNo);
  if (Result.isFailure(delivered)) return Result.fail(problems[delivered.failure]);
  // During a change the list is signed with the newest of what it brings.
  const keys = new Map([...known, ...delivered.success]);
  const verified = Signature.verify(headers, body, keys, now);
  return Result.isFailure(verified)
    ? Result.fail(`the list of certificates is not signed as it should be (${verified.failure.problem})`)
    : delivered;
};

/** Nothing of the refund was sent, whatever became of the download. */
const notSent = (detail: string, error?: TransportError): TransportFailed => {
  const text = `${what}: ${detail}`;
  const tag = error?.reason._tag;
  return new TransportFailed({
    error: new TransportError({
      reason:
        error === undefined || tag === "Unusable"
          ? new Unusable({ detail: text })
          : tag === "HandshakeFailed"
            ? new HandshakeFailed({ detail: text })
            : new Unreachable({ detail: text }),
    }),
  });
};

/** Whether it is the gateway that cannot serve now, which nothing that anybody sets here mends. */
const isAway = ({ status }: TransportReply): boolean => status >= 500 || status === 429;

const away = new TransportError({ reason: new Unreachable({ detail: "" }) });

const bounded = <A>(download: Effect.Effect<A, TransportFailed>): Effect.Effect<A, TransportFailed> =>
  Effect.timeoutOrElse(download, {
    duration: limit,
    orElse: () => Effect.fail(notSent("the download did not end", away)),
  });

/** The keys of a merchant over its transport. */
export const make = (
  { apiV3Key, credential, platformKeys }: MerchantIdentity,
  transport: Transport["Service"],
): KeyRing => {
  /** The download that is under way. */
  let flight: Deferred.Deferred<void> | undefined;
  let downloaded: PlatformKeys.PlatformKeys = new Map();
  let known = platformKeys;
  let succeeded = -Infinity;
  let tried = -Infinity;
  let failure: TransportFailed | undefined;

  const download = Effect.fnUntraced(function* (endpoint: string, key: Redacted.Redacted<string>) {
    const now = Math.floor((yield* Clock.currentTimeMillis) / 1000);
    const nonce = yield* yield* Nonce;
    const request = signed({ method: "GET", path }, { credential, endpoint, nonce, timestamp: now });
    if (Result.isFailure(request)) return yield* Effect.fail(notSent(request.failure.message));
    const reply = yield* Effect.mapError(transport.send(request.success.request), (error) =>
      notSent(error.message, error),
    );
    const then = Math.floor((yield* Clock.currentTimeMillis) / 1000);
    const keys = keysIn(reply, known, Redacted.value(key), credential.serialNo, then);
    if (Result.isFailure(keys)) return yield* Effect.fail(notSent(keys.failure, isAway(reply) ? away : undefined));
    const isFirst = downloaded.size === 0;
    const added = [...keys.success.keys()].filter((id) => !downloaded.has(id));
    downloaded = keys.success;
    known = new Map([...downloaded, ...platformKeys]);
    succeeded = yield* monotonic;
    if (added.length === 0) return;
    const said = `platform certificates (平台证书) of ${credential.mchId}: ${added.join(", ")}`;
    // What every start brings is no news; a rotation is.
    yield* isFirst ? Effect.logDebug(said) : Effect.logInfo(said);
  });

  /**
   * Downloads, unless that was done lately, and tells nobody how it went. Whoever asked may give up, such as a notice that wants its answer: the
   * download goes on, for it would never come to its end where everybody is in such a hurry.
   */
  const look = (endpoint: string, wait: boolean): Effect.Effect<void> =>
    Effect.uninterruptibleMask(
      Effect.fnUntraced(function* (restore) {
        if (apiV3Key === undefined) return;
        const now = yield* monotonic;
        const isDue = flight === undefined && now - tried >= (known.size === 0 ? firstPause : pause);
        if (isDue) {
          tried = now;
          const mine = Deferred.makeUnsafe<void>();
          flight = mine;
          const one = Effect.gen(function* () {
            const result = yield* Effect.result(bounded(download(endpoint, apiV3Key)));
            tried = yield* monotonic;
            failure = Result.isFailure(result) ? result.failure : undefined;
            if (failure !== undefined) yield* Effect.logWarning(failure.message);
          });
          const over = Effect.suspend(() => {
            flight = undefined;
            return Deferred.done(mine, Exit.void);
          });
          yield* Effect.forkDetach(Effect.ensuring(one, over), { startImmediately: true, uninterruptible: false });
        }
        if (wait && flight !== undefined) yield* restore(Deferred.await(flight));
      }),
    );

  return {
    known: () => known,
    ready: Effect.fnUntraced(function* (endpoint) {
      // Settings that name a key download nothing before it is needed.
      if (platformKeys.size === 0 && !(yield* LeavesNow) && (yield* monotonic) - succeeded >= stale) {
        // Whoever has keys does not wait to see whether there are newer ones.
        yield* look(endpoint, known.size === 0);
      }
      if (known.size === 0) return yield* Effect.fail(failure ?? notSent("no download has ended yet", away));
      return { keys: known, preferred: PlatformKeys.preferred(known, yield* Clock.currentTimeMillis) };
    }),
    find: (serial, endpoint) => Effect.map(known.has(serial) ? Effect.void : look(endpoint, true), () => known),
  };
};
