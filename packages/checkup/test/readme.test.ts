import { readFileSync } from "node:fs";
import { Checks, Language } from "@wechat-refund/checkup";
import { UndiciTransport } from "@wechat-refund/adapter-undici";
import { ConfigProvider, Effect } from "effect";
import { expect, it } from "vitest";
import { remedy, told } from "./readme-examples.ts";

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), "utf8");

it("every example of the README is compiled", () => {
  const examples = [...read("../README.md").matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
  expect(examples).toHaveLength(3);
  for (const example of examples) expect(read("readme-examples.ts")).toContain(example);
  for (const said of [remedy, told]) expect(read("../README.md")).toContain(`// ${said}`);
});

/** Settings of a service, and nobody who listens at the gateway's address. */
const given = (env: Record<string, string>) => Effect.provide(ConfigProvider.layer(ConfigProvider.fromUnknown(env)));

it("a service that has no settings is told what is missing, in the order of the README, and nothing is called", async () => {
  const told: Array<string> = [];
  const options = { endpoint: "http://127.0.0.1:9", signType: undefined, transport: UndiciTransport.layer };
  const checks = await Effect.runPromise(
    given({})(Checks.run(Language.english, options, ({ name }) => Effect.sync(() => void told.push(name)))),
  );
  expect(told).toEqual(checks.map(({ name }) => name));
  expect(checks.slice(0, 2).map(({ name, status }) => `${name} ${status}`)).toEqual([
    "settings wrong",
    "API key wrong",
  ]);
  expect(checks[0]?.detail).toBe("not set: WECHAT_PAY_APP_ID, WECHAT_PAY_MCH_ID");
  expect(checks[1]?.remedy).toContain("APIv2 key");
  expect(checks.filter(({ status }) => status === "ok").map(({ name }) => name)).toEqual([]);
});
