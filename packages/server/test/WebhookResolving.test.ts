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
