import { existsSync, readFileSync, renameSync, statSync, symlinkSync, unlinkSync, utimesSync } from "node:fs";
import { Adapter, ClientCertificate, Rotating, SecureContext, TransportSettings } from "@wechat-refund/mutual-tls";
import { Deferred, Effect, Exit, Fiber, Queue, Scope } from "effect";
import { describe, expect, it } from "vitest";
import { identities, shakeWith } from "./handshakes.ts";
import { captureLogs, expectNoSecret, pathOf, pem, secretsOf, write } from "./support.ts";

const settingsOf = (number: number) => TransportSettings.make({ maxReplyBytes: number });
const refused = new ClientCertificate.CertificateError({ problem: "expired", detail: "canary" });

/** Resources known by their `maxReplyBytes`; 13 is refused after it was half built. */
const counted = () => {
  const built: Array<number> = [];
  const released: Array<number> = [];
  const acquire = ({ maxReplyBytes: number }: TransportSettings.TransportSettings) =>
    Effect.acquireRelease(
      Effect.sync(() => {
        built.push(number);
        return number;
      }),
      () => Effect.sync(() => released.push(number)),
    ).pipe(Effect.tap(number === 13 ? Effect.fail(refused) : Effect.void));
  return { built, released, acquire };
};

const run = <A, E>(effect: Effect.Effect<A, E, Scope.Scope>) => Effect.runPromise(Effect.scoped(effect));

describe("rotation", () => {
  it("keeps the old one until its last user has ended, and gives the new one at once", () =>
    run(
      Effect.gen(function* () {
        const { acquire, built, released } = counted();
        const rotating = yield* Rotating.make({ acquire, settings: settingsOf(1) });
        const end = yield* Deferred.make<void>();
        const post = rotating.use((value) => Effect.as(Deferred.await(end), value));
        const first = yield* Effect.forkChild(post, { startImmediately: true });
        const second = yield* Effect.forkChild(post, { startImmediately: true });

        yield* rotating.rotate(settingsOf(2));
        expect(yield* rotating.use(Effect.succeed)).toBe(2);
        expect(released).toEqual([]);

        yield* Fiber.interrupt(second);
        expect(released).toEqual([]);
        yield* Deferred.succeed(end, undefined);
        expect(yield* Fiber.join(first)).toBe(1);
        expect(released).toEqual([1]);
        expect(built).toEqual([1, 2]);
      }),
    ));

  it("releases the old one at once when nobody uses it", () =>
    run(
      Effect.gen(function* () {
        const { acquire, released } = counted();
        const rotating = yield* Rotating.make({ acquire, settings: settingsOf(1) });
        yield* rotating.rotate(settingsOf(2));
        expect(released).toEqual([1]);
      }),
    ));

  it("leaves the current one in place when the new one cannot be built", () =>
    run(
      Effect.gen(function* () {
        const { acquire, released } = counted();
        const rotating = yield* Rotating.make({ acquire, settings: settingsOf(1) });
        expect(yield* Effect.flip(rotating.rotate(settingsOf(13)))).toBe(refused);
        expect(yield* rotating.use(Effect.succeed)).toBe(1);
        expect(released).toEqual([13]);
      }),
    ));

  it("fails, and releases what was half built, when the first one cannot be built", async () => {
    const { acquire, released } = counted();
    expect(await run(Effect.flip(Rotating.make({ acquire, settings: settingsOf(13) })))).toBe(refused);
    expect(released).toEqual([13]);
  });

  it("may be interrupted while the new one is being built", () =>
    run(
      Effect.gen(function* () {
        const { acquire, released } = counted();
        const started = yield* Deferred.make<void>();
        const slowly = (settings: TransportSettings.TransportSettings) =>
          settings.maxReplyBytes === 1
            ? acquire(settings)
            : acquire(settings).pipe(Effect.tap(Deferred.succeed(started, undefined)), Effect.andThen(Effect.never));
        const rotating = yield* Rotating.make({ acquire: slowly, settings: settingsOf(1) });
        const rotation = yield* Effect.forkChild(rotating.rotate(settingsOf(2)));
        yield* Deferred.await(started);
        yield* Fiber.interrupt(rotation);
        expect(released).toEqual([2]);
        expect(yield* rotating.use(Effect.succeed)).toBe(1);
      }),
    ));

  it("closes: nothing is handed out any more, and what is in use is released last", async () => {
    const { acquire, released } = counted();
    const life = Scope.makeUnsafe();
    const rotating = await Effect.runPromise(
      Rotating.make({ acquire, settings: settingsOf(1) }).pipe(Scope.provide(life)),
    );
    const user = Scope.makeUnsafe();
    await Effect.runPromise(rotating.get.pipe(Scope.provide(user)));
    await Effect.runPromise(Scope.close(life, Exit.void));
    expect(released).toEqual([]);
    expect(await Effect.runPromise(Effect.flip(rotating.use(Effect.succeed)))).toMatchObject({
      sent: "no",
      reason: { _tag: "Unusable" },
    });
    await Effect.runPromise(rotating.rotate(settingsOf(2)));
    expect(released).toEqual([2]);
    await Effect.runPromise(Scope.close(user, Exit.void));
    expect(released).toEqual([2, 1]);
  });

  it("drops no handshake", () =>
    run(
      Effect.gen(function* () {
        const trust = { ca: [identities.ca], replaceSystem: true };
        const of = ({ certificatePem, privateKeyPem }: (typeof identities)["merchantA"]) =>
          Effect.map(pem(certificatePem, privateKeyPem), (certificate) =>
            TransportSettings.make({ certificate, trust }),
          );
        const rotating = yield* Rotating.make({
          acquire: SecureContext.make,
          settings: yield* of(identities.merchantA),
        });
        const handshake = rotating.use((context) => Effect.promise(() => shakeWith(context)));
        const underWay = yield* Effect.forkChild(
          Effect.all(
            Array.from({ length: 20 }, () => handshake),
            { concurrency: 20 },
          ),
          {
            startImmediately: true,
          },
        );
        yield* rotating.rotate(yield* of(identities.merchantB));
        expect(new Set(yield* Fiber.join(underWay))).toEqual(new Set(["1900000109 TLSv1.3"]));
        expect(yield* handshake).toBe("1900000110 TLSv1.3");
      }),
    ));
});

const put = ({ certificatePem, privateKeyPem }: (typeof identities)["merchantA"], key = privateKeyPem) => ({
  certFile: write("reload-cert.pem", certificatePem),
  keyFile: write("reload-key.pem", key),
});

describe("reloading", () => {
  it("follows the files, and outlives files that do not fit", async () => {
    const logs = captureLogs();
    const program = Effect.gen(function* () {
      const files = put(identities.merchantA);
      const owners = yield* Queue.unbounded<string | undefined>();
      const attempts = yield* Queue.unbounded<string>();
      const load = ClientCertificate.fromPemFiles(files).pipe(
        Effect.map((certificate) => TransportSettings.make({ certificate })),
        Effect.onExit((exit) => Queue.offer(attempts, exit._tag)),
      );
      const since = yield* Rotating.stamp(Object.values(files));
      const rotating = yield* Rotating.make({
        acquire: ({ certificate }) => Queue.offer(owners, certificate?.owner),
        settings: yield* load,
      });
      yield* Rotating.reloadOnChange(rotating, { files: Object.values(files), load, interval: "2 millis" }, since);
      expect(yield* Queue.take(attempts)).toBe("Success");
      expect(yield* Queue.take(owners)).toBe("1900000109");
      // Time for many looks, none of which may load.
      yield* Effect.sleep("30 millis");
      expect(yield* Queue.size(attempts)).toBe(0);

      // The new certificate is there, its key is not yet.
      put(identities.merchantB, identities.merchantA.privateKeyPem);
      expect(yield* Queue.take(attempts)).toBe("Failure");
      put(identities.merchantB);
      expect(yield* Queue.take(owners)).toBe("1900000110");
      put(identities.merchantA);
      expect(yield* Queue.take(owners)).toBe("1900000109");
    });
    await run(Effect.timeout(program, "45 seconds").pipe(Effect.provide(logs.layer)));
    expect(logs.lines[0]).toMatch(/^Warn .*was not changed, the one in use stays: .*reload-key\.pem: .*same download/);
    expect(logs.lines).toContainEqual(
      expect.stringMatching(/^Info .*was changed: 1900000110, serial number [0-9A-F]+/),
    );
    expectNoSecret(logs.lines, secretsOf(identities.merchantA.privateKeyPem, identities.merchantB.privateKeyPem));
  });

  /** Files that hold a number, which the settings have for `maxReplyBytes`; what was put in use comes out of the queue. */
  const following = Effect.fnUntraced(function* (
    file: string,
    beforeLoad: (times: number) => Effect.Effect<void, ClientCertificate.CertificateError> = () => Effect.void,
  ) {
    const inUse = yield* Queue.unbounded<number>();
    const looks = yield* Queue.unbounded<void>();
    let times = 0;
    const load = Effect.suspend(() =>
      beforeLoad(++times).pipe(
        Effect.map(() => settingsOf(Number(readFileSync(file, "utf8")))),
        Effect.ensuring(Queue.offer(looks, undefined)),
      ),
    );
    const rotate = ({ maxReplyBytes }: TransportSettings.TransportSettings) =>
      Effect.asVoid(Queue.offer(inUse, maxReplyBytes));
    const follow = (since?: string) =>
      Rotating.reloadOnChange({ rotate }, { files: [file], load, interval: "2 millis" }, since);
    return { inUse, looks, load, follow };
  });
  const logs = captureLogs();
  const soon = <A, E>(effect: Effect.Effect<A, E, Scope.Scope>) =>
    run(Effect.timeout(effect, "45 seconds").pipe(Effect.provide(logs.layer)));

  it("loads a change that kept the size and the times of a file", () =>
    soon(
      Effect.gen(function* () {
        const file = write("kept.txt", "1");
        const { atime, mtime } = statSync(file);
        const { follow, inUse } = yield* following(file);
        yield* follow(yield* Rotating.stamp([file]));
        write("kept.txt", "2");
        utimesSync(file, atime, mtime);
        expect(yield* Queue.take(inUse)).toBe(2);
      }),
    ));

  it("loads a change that came between the stamp and the load", () =>
    soon(
      Effect.gen(function* () {
        const file = write("between.txt", "1");
        const { follow, inUse } = yield* following(file, (times) =>
          Effect.sync(() => void (times === 1 && write("between.txt", "3"))),
        );
        yield* follow(yield* Rotating.stamp([file]));
        write("between.txt", "2");
        expect([yield* Queue.take(inUse), yield* Queue.take(inUse)]).toEqual([3, 3]);
      }),
    ));

  it("tries a load again that failed for a passing reason, and says so once", () =>
    soon(
      Effect.gen(function* () {
        logs.lines.length = 0;
        const file = write("passing.txt", "1");
        const { follow, inUse } = yield* following(file, (times) =>
          times < 20 ? Effect.fail(refused) : times === 20 ? Effect.die(new RangeError("secret")) : Effect.void,
        );
        yield* follow(yield* Rotating.stamp([file]));
        write("passing.txt", "2");
        expect(yield* Queue.take(inUse)).toBe(2);
        const warnings = logs.lines.filter((line) => line.startsWith("Warn"));
        expect(warnings).toEqual([
          expect.stringContaining("stays: canary"),
          expect.stringContaining("stays: loading broke with RangeError"),
        ]);
      }),
    ));

  it("follows a link that is swapped, and a file that is away for a moment", () =>
    soon(
      Effect.gen(function* () {
        const [one, two] = [write("one.txt", "1"), write("two.txt", "2")];
        const file = pathOf("link.txt");
        const link = (to: string) => {
          symlinkSync(to, `${file}.new`);
          renameSync(`${file}.new`, file);
        };
        link(one);
        const missing = Effect.suspend(() => (existsSync(file) ? Effect.void : Effect.fail(refused)));
        const { follow, inUse, looks } = yield* following(file, () => missing);
        yield* follow(yield* Rotating.stamp([file]));
        link(two);
        expect(yield* Queue.take(inUse)).toBe(2);
        yield* Queue.take(looks);
        unlinkSync(file);
        yield* Queue.take(looks);
        link(one);
        expect(yield* Queue.take(inUse)).toBe(1);
      }),
    ));

  it("loads at the first look where nobody says what the files held", () =>
    soon(
      Effect.gen(function* () {
        const { follow, inUse } = yield* following(write("unsaid.txt", "1"));
        yield* follow();
        expect(yield* Queue.take(inUse)).toBe(1);
      }),
    ));

  it("of a transport misses no change while it is loaded for the first time", () =>
    soon(
      Effect.gen(function* () {
        const file = write("first.txt", "1");
        const loaded = yield* Queue.unbounded<number>();
        const load = Effect.gen(function* () {
          const settings = settingsOf(Number(readFileSync(file, "utf8")));
          if (settings.maxReplyBytes === 1) write("first.txt", "2");
          yield* Queue.offer(loaded, settings.maxReplyBytes);
          return settings;
        });
        yield* Adapter.makeReloading({ files: [file], load, interval: "2 millis" }, () => ({
          send: () => () => {},
          close: () => {},
        }));
        expect([yield* Queue.take(loaded), yield* Queue.take(loaded)]).toEqual([1, 2]);
      }),
    ));
});
