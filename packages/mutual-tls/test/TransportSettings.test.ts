import { TransportSettings } from "@wechat-refund/mutual-tls";
import { inspect } from "node:util";
import { Duration, Effect, Redacted } from "effect";
import { describe, expect, it } from "vitest";
import { identities, shake } from "./handshakes.ts";
import { environment, merchantNumber, passphrase, write } from "./support.ts";

const read = <A, E>(config: Effect.Effect<A, E>, env: Record<string, string>) =>
  Effect.runPromise(config.pipe(Effect.provide(environment(env))));

const certificate = {
  WECHAT_PAY_P12_FILE: write("settings.p12", identities.merchantA.pkcs12(passphrase)),
  WECHAT_PAY_P12_PASSPHRASE: passphrase,
};

describe("make", () => {
  it("fills in the defaults", () => {
    expect(TransportSettings.make({})).toEqual(TransportSettings.defaults);
    expect(TransportSettings.make({ connectTimeout: "2 seconds", connections: "pooled" })).toEqual({
      ...TransportSettings.defaults,
      connectTimeout: Duration.seconds(2),
      connections: "pooled",
    });
  });

  it.each([
    ["connectTimeout", Duration.zero],
    ["connectTimeout", Duration.infinity],
    ["exchangeTimeout", -1],
    ["exchangeTimeout", "Infinity"],
    ["maxReplyBytes", 0],
    ["maxReplyBytes", 1.5],
    ["maxReplyBytes", Number.NaN],
  ])("refuses %s of %s, which limits nothing", (name, value) => {
    expect(() => TransportSettings.make({ [name]: value })).toThrow(name);
    expect(() => TransportSettings.make({ [name]: value })).toThrow(RangeError);
  });
});

describe("config", () => {
  it("is the defaults and a certificate when nothing else is set", async () => {
    const settings = await read(TransportSettings.config, certificate);
    expect(settings).toEqual({ ...TransportSettings.defaults, certificate: settings.certificate });
    expect(settings.certificate).toMatchObject({ owner: merchantNumber });
    expect(await read(TransportSettings.configNoCertificate, {})).toEqual(TransportSettings.defaults);
  });

  it("reads every variable", async () => {
    const { trust, ...settings } = await read(TransportSettings.config, {
      ...certificate,
      WECHAT_PAY_CA_FILE: write("settings-ca.pem", identities.ca),
      WECHAT_PAY_CONNECT_TIMEOUT: "1500 millis",
      WECHAT_PAY_EXCHANGE_TIMEOUT: "1 minute",
      WECHAT_PAY_CONNECTIONS: "pooled",
      WECHAT_PAY_PROXY: "http://proxy.example:3128",
    });
    expect(settings).toMatchObject({
      connectTimeout: Duration.millis(1500),
      exchangeTimeout: Duration.minutes(1),
      connections: "pooled",
      proxy: { url: "http://proxy.example:3128" },
    });
    expect(await shake(settings.certificate, {}, trust)).toBe(`${merchantNumber} TLSv1.3`);
  });

  it.each([
    ["WECHAT_PAY_CONNECT_TIMEOUT", "7"],
    ["WECHAT_PAY_CONNECT_TIMEOUT", "0 seconds"],
    ["WECHAT_PAY_EXCHANGE_TIMEOUT", "Infinity"],
    ["WECHAT_PAY_CONNECTIONS", "many"],
    ["WECHAT_PAY_ENDPOINT", "api.mch.weixin.qq.com"],
    ["WECHAT_PAY_ENDPOINT", "http://127.0.0.1:8443"],
    ["WECHAT_PAY_ENDPOINT", "https://user:canary@localhost"],
    ["WECHAT_PAY_PROXY", "canary.example:3128"],
    ["WECHAT_PAY_PROXY", "https://canary.example:3128"],
    ["WECHAT_PAY_PROXY", "socks5://user:canary@proxy.example"],
    ["WECHAT_PAY_PROXY", "http://user:canary%zz@proxy.example"],
    ["WECHAT_PAY_PROXY", "http://proxy.example:3128/canary"],
  ])("names %s when it is %s", async (name, value) => {
    const error = await read(Effect.flip(TransportSettings.configNoCertificate), { [name]: value });
    expect(error).toMatchObject({ _tag: "ConfigError" });
    expect(error.message).toContain(name);
    if (name.endsWith("_TIMEOUT")) expect(error.message).toContain('such as "5 seconds"');
    if (name === "WECHAT_PAY_ENDPOINT") expect(error.message).toContain("must be an https: address");
    expect(error.message).not.toContain(value);
    expect(error.message).not.toContain("canary");
  });

  it("makes credentials of those in the address of the proxy, and prints neither", async () => {
    const { proxy } = await read(TransportSettings.configNoCertificate, {
      WECHAT_PAY_PROXY: "http://shop:p%40ss%3Aword@proxy.example",
    });
    expect(proxy?.url).toBe("http://proxy.example");
    const { authorization = Redacted.make("none") } = proxy ?? {};
    expect(Redacted.value(authorization)).toBe(`Basic ${Buffer.from("shop:p@ss:word").toString("base64")}`);
    expect(JSON.stringify(proxy) + inspect(proxy, { depth: null })).not.toMatch(/p@ss|c2hvcD/);
    expect(await read(TransportSettings.configNoCertificate, { WECHAT_PAY_PROXY: " " })).toEqual(
      TransportSettings.defaults,
    );
  });

  it("names the authority file that is missing", async () => {
    const error = await read(Effect.flip(TransportSettings.configNoCertificate), { WECHAT_PAY_CA_FILE: "/no/ca.pem" });
    expect(error).toMatchObject({ problem: "file-missing", file: "/no/ca.pem" });
  });
});

it("takes a proxy by its http: address, and no credentials in it", () => {
  const proxy = { url: "http://proxy.example:3128" };
  expect(TransportSettings.make({ proxy }).proxy).toEqual(proxy);
  for (const url of ["", "proxy.example:3128", "https://proxy.example", "http://user:secret@proxy.example"]) {
    const make = () => TransportSettings.make({ proxy: { url } });
    expect(make).toThrow(/^proxy\.url must be an http: address; credentials belong into proxy\.authorization$/);
  }
});

describe("endpoint", () => {
  it("is the origin of an https: address", async () => {
    expect(TransportSettings.make({}).endpoint).toBeUndefined();
    for (const endpoint of ["https://localhost:8443", "https://LOCALHOST:8443/", "https://localhost:8443/pay"]) {
      expect(TransportSettings.make({ endpoint }).endpoint).toBe("https://localhost:8443");
      const settings = await read(TransportSettings.configNoCertificate, { WECHAT_PAY_ENDPOINT: endpoint });
      expect(settings.endpoint).toBe("https://localhost:8443");
    }
    expect(await read(TransportSettings.configNoCertificate, { WECHAT_PAY_ENDPOINT: "" })).toEqual(
      TransportSettings.defaults,
    );
  });

  it.each(["", "canary", "http://localhost", "https://user@localhost", "https://localhost?q", "https://localhost#f"])(
    "is not %j",
    (endpoint) => {
      const message = "endpoint must be an https: address without a query";
      expect(() => TransportSettings.make({ endpoint })).toThrow(RangeError);
      expect(() => TransportSettings.make({ endpoint })).toThrow(message);
    },
  );
});
