/** Names are resolved a few at a time, and each once for all who ask at the time. */
import { expect, it } from "vitest";
import { make } from "../src/internal/webhooks/resolving.ts";

const address = (address: string) => [{ address, family: 4 }];

it("leaves threads to others while names hang, and asks again for one that is over", async () => {
  const open = new Map<string, (found: ReturnType<typeof address>) => void>();
  const failed = new Map<string, (error: Error) => void>();
  const asked: Array<string> = [];
  const resolve = make((host) => {
    asked.push(host);
    return new Promise((resolve, reject) => {
      open.set(host, resolve);
      failed.set(host, reject);
    });
  });
  const all = ["a", "b", "c", "a", "d"].map((host) => resolve(host));
  for (const one of all) one.catch(() => undefined);
  await expect.poll(() => asked).toEqual(["a", "b"]);
  open.get("a")?.(address("1.1.1.1"));
  expect(await all[0]).toEqual(address("1.1.1.1"));
  expect(await all[3]).toEqual(address("1.1.1.1"));
  await expect.poll(() => asked).toEqual(["a", "b", "c"]);
  failed.get("b")?.(new Error("nobody answers"));
  await expect(all[1]).rejects.toThrow("nobody answers");
  await expect.poll(() => asked).toEqual(["a", "b", "c", "d"]);
  open.get("c")?.(address("1.0.0.1"));
  open.get("d")?.(address("1.0.0.2"));
  expect(await Promise.all([all[2], all[4]])).toEqual([address("1.0.0.1"), address("1.0.0.2")]);
  // Nothing is remembered: a name may stand for another address by now.
  const again = resolve("a");
  await expect.poll(() => asked.at(-1)).toBe("a");
  open.get("a")?.(address("1.1.1.2"));
  expect(await again).toEqual(address("1.1.1.2"));
});

it("keeps no name waiting for names that nobody answers for, however many, once they are known", async () => {
  const hanging = new Map<string, () => void>();
  const resolve = make((host) => {
    if (host === "good") return Promise.resolve(address("1.1.1.1"));
    return new Promise((_, reject) => hanging.set(host, () => reject(new Error("nobody answers"))));
  }, 20);
  const dead = ["a", "b", "c", "d"];
  const all = () => dead.map((host) => resolve(host).catch(() => undefined));
  const fail = async (host: string) => {
    await expect.poll(() => hanging.has(host)).toBe(true);
    await new Promise((done) => setTimeout(done, 30));
    hanging.get(host)?.();
    hanging.delete(host);
  };
  const first = all();
  for (const host of dead) await fail(host);
  await Promise.all(first);
  const second = all();
  for (const host of dead) {
    expect(await resolve("good")).toEqual(address("1.1.1.1"));
    expect([...hanging.keys()]).toEqual([host]);
    await fail(host);
  }
  await Promise.all(second);
  // One that is quick again waits for nobody either.
  const quick = resolve("a").catch(() => undefined);
  await new Promise(setImmediate);
  hanging.get("a")?.();
  hanging.clear();
  await quick;
  const both = ["b", "a"].map((host) => resolve(host).catch(() => undefined));
  await expect.poll(() => [...hanging.keys()]).toEqual(["b", "a"]);
  for (const end of hanging.values()) end();
  await Promise.all(both);
});
