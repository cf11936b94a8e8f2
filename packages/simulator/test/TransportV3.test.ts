/** Calls of APIv3 through the port in memory and over TLS, what goes wrong with them at random, and a client that others wrote. */
import { X509Certificate } from "node:crypto";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { it } from "@effect/vitest";
import { Effect, Exit } from "effect";
import { TestClock } from "effect/testing";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { Aes, Wechatpay } from "wechatpay-axios-plugin";
import { Chaos, Fault, type Gateway, MemoryTransport, Server } from "@wechat-refund/simulator";
import type { Transport } from "@wechat-refund/core/Transport";
import * as v2 from "./client.ts";
import { day, mchId, now, paid } from "./client.ts";
import {
  apiV3Key,
  codeOf,
  gatewayV3,
  headersOf,
  identities,
  json,
  refundBody,
  refundsPath,
  type Request,
  seal,
  serialNo,
} from "./clientV3.ts";
import { agent, send } from "./wire.ts";

const host = "https://api.mch.weixin.qq.com";
const canonical = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.replaceAll(/(^|-)[a-z]/g, (start) => start.toUpperCase()),
      value,
    ]),
  );

/** A call through a transport, as a reply of the gateway. */
const through = (transport: Transport["Service"], request: Request) =>
  Effect.map(
    transport.send({
      method: request.method ?? "GET",
      url: `${host}${request.target}`,
      headers: headersOf(request),
      ...(request.body !== undefined && { body: new TextEncoder().encode(request.body) }),
    }),
    ({ status, headers, body }): Gateway.Reply => ({
      status,
      contentType: headers["content-type"] ?? "",
      headers: canonical(headers),
      body,
    }),
  );

const refundOf = (n: number, at = now): Request => ({
  method: "POST",
  target: refundsPath,
  body: JSON.stringify({ ...refundBody, out_trade_no: `T-${n}`, out_refund_no: `R-${n}` }),
  now: at,
});
const queryOf = (n: number, at = now): Request => ({ target: `${refundsPath}/R-${n}`, now: at });

const orders = Array.from({ length: 200 }, (_, n) => ({
  ...paid,
  transactionId: String(4_200_000 + n),
  outTradeNo: `T-${n}`,
}));

describe("a transport in memory", () => {
  it.effect("carries method, target, headers and body, and brings headers back", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now);
      const to = gatewayV3({ orders });
      const transport = MemoryTransport.make(to, { clientCertificate: "none" });
      const made = yield* through(transport, refundOf(1));
      expect([made.status, seal(to, made)]).toEqual([200, "signed by certificate"]);
      yield* TestClock.adjust("5 seconds");
      const found = yield* through(transport, queryOf(1, now + 5_000));
      expect(json(found)).toMatchObject({ status: "SUCCESS", refund_id: json(made)["refund_id"] });
      const bill = yield* through(transport, { target: "/v3/bill/tradebill?bill_date=2025-12-31" });
      const { pathname, search, origin } = new URL(String(json(bill)["download_url"]));
      expect(origin).toBe(host);
      expect((yield* through(transport, { target: pathname + search })).status).toBe(200);
    }),
  );

  it.effect("says who it is where nobody else does", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now);
      const transport = MemoryTransport.make(gatewayV3());
      const request = { ...queryOf(1), headers: { "user-agent": undefined } };
      expect(codeOf(yield* through(transport, request))).toBe("404 RESOURCE_NOT_EXISTS");
      const empty = { ...queryOf(1), headers: { "user-agent": "" } };
      expect(codeOf(yield* through(transport, empty))).toBe("400 INVALID_REQUEST");
    }),
  );
});

describe("a server", () => {
  it.effect("says the same in memory and over TLS, without a client certificate", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now);
      const [near, far] = [gatewayV3({ orders }), gatewayV3({ orders })];
      const server = yield* Server.make(far, { identities });
      const client = agent(server);
      const memory = MemoryTransport.make(near, { clientCertificate: "none" });
      const { id = "" } = far.platform.publicKey(mchId) ?? {};
      const story: ReadonlyArray<Request> = [
        refundOf(1),
        refundOf(1),
        { ...queryOf(1), headers: { "wechatpay-serial": id } },
        { ...queryOf(1), text: () => "nothing" },
        { ...queryOf(1), authorization: "Bearer" },
        { ...queryOf(2) },
        { target: "/v3/nothing" },
        { target: refundsPath },
        { target: `${refundsPath}/R%7C1%40*?sub_mchid=1` },
        { target: "/v3/certificates" },
      ];
      for (const request of story) {
        const wire = yield* send(server, {
          path: request.target,
          method: request.method ?? "GET",
          headers: headersOf(request),
          body: new TextEncoder().encode(request.body ?? ""),
          agent: client,
        });
        const inMemory = yield* through(memory, request);
        const { "content-type": _, "Content-Type": __, ...headers } = inMemory.headers ?? {};
        expect([wire.status, v2.textOf(wire)]).toEqual([inMemory.status, v2.textOf(inMemory)]);
        expect(canonical(wire.headers as Record<string, string>)).toMatchObject(headers);
      }
      expect(far.log.entries()).toEqual(near.log.entries());
      expect(far.log.entries().map(({ outcome }) => outcome)).toEqual([
        "SUCCESS",
        "SUCCESS",
        "SUCCESS",
        "SIGN_ERROR",
        "SIGN_ERROR",
        "RESOURCE_NOT_EXISTS",
        "HTTP 404",
        "HTTP 405",
        "PARAM_ERROR",
        "SUCCESS",
      ]);
    }),
  );

  it.live("takes no header twice for one", () =>
    Effect.gen(function* () {
      const to = gatewayV3();
      const server = yield* Server.make(to, { identities });
      const request = queryOf(1, Date.now());
      const { authorization = "", ...headers } = headersOf(request);
      const ask = (values: ReadonlyArray<string>) =>
        Effect.map(
          send(server, {
            path: request.target,
            method: "GET",
            headers: { ...headers, authorization: [...values] } as never,
            body: new Uint8Array(),
            agent: agent(server),
          }),
          ({ status }) => status,
        );
      expect(yield* ask([authorization])).toBe(404);
      expect(yield* ask([authorization, authorization])).toBe(401);
    }),
  );
});

/** What a caller sees of a call that met a fault. */
const meet = Effect.fnUntraced(function* (to: Gateway.Gateway, request: Request) {
  const fiber = yield* Effect.forkChild(through(MemoryTransport.make(to), request));
  yield* TestClock.adjust("10 seconds");
  const exit = yield* Effect.exit(Effect.suspend(() => fiber.pollUnsafe() ?? Exit.die("the call did not end")));
  return Exit.match(exit, {
    onFailure: () => "no reply",
    onSuccess: (reply) => {
      let said = "unreadable";
      try {
        said = reply.body.length === 0 ? "nothing" : String(json(reply)["code"] ?? json(reply)["out_refund_no"]);
      } catch {}
      return `${reply.status} ${said} ${seal(to, reply)}`;
    },
  });
});

const expected: Readonly<
  Record<Chaos.Kind, { readonly seen: ReadonlyArray<string>; readonly rows: ReadonlyArray<number> }>
> = {
  systemErrorBefore: { seen: ["500 SYSTEM_ERROR unsigned"], rows: [0] },
  systemErrorAfter: { seen: ["500 SYSTEM_ERROR unsigned"], rows: [1] },
  needRetry: { seen: ["202 nothing signed by certificate"], rows: [0, 1] },
  frequencyLimited: { seen: ["429 FREQUENCY_LIMITED unsigned"], rows: [0, 1] },
  replyLost: { seen: ["no reply"], rows: [1] },
  replyLate: { seen: ["200 R-0 signed by certificate"], rows: [1] },
  replyCut: { seen: ["200 unreadable badly signed by certificate", "no reply"], rows: [1] },
  replyMangled: {
    seen: ["200 R-0 badly signed by certificate", "200 unreadable badly signed by certificate"],
    rows: [1],
  },
  replyBadlySigned: { seen: ["200 R-0 badly signed by certificate"], rows: [1] },
  replyUnsigned: { seen: ["200 R-0 unsigned"], rows: [1] },
  replyForAnotherRefund: { seen: ["200 R-1 signed by certificate"], rows: [1] },
  strayReply: { seen: ["200 R-0 signed by certificate"], rows: [1] },
  certificatePage: { seen: ["401 SIGN_ERROR unsigned"], rows: [0] },
  serverErrorPage: { seen: [500, 502, 503, 504].map((status) => `${status} unreadable unsigned`), rows: [0, 1] },
  slow: { seen: ["200 R-0 signed by certificate"], rows: [1] },
  reset: { seen: ["no reply"], rows: [0, 1] },
  probe: { seen: ["200 R-0 badly signed by certificate"], rows: [1] },
};

describe("faults at random", () => {
  it.effect.each(Chaos.kinds)("a call that meets %s", (kind) =>
    Effect.gen(function* () {
      const all = { seen: new Set<string>(), rows: new Set<number>() };
      for (let seed = 0; seed < 40; seed++) {
        yield* TestClock.setTime(now);
        const to = gatewayV3({ orders: orders.slice(0, 3), chaos: { seed: String(seed), rates: { [kind]: 1 } } });
        all.seen.add(yield* meet(to, refundOf(0)));
        all.rows.add(to.ledger.size());
      }
      expect([...all.rows].sort()).toEqual(expected[kind].rows);
      const odd = [...all.seen].filter((word) => !expected[kind].seen.includes(word));
      // A changed byte may fall on a name or a value; well signed it never is.
      expect(odd.filter((word) => !(kind === "replyMangled" && word.includes("badly signed")))).toEqual([]);
      if (kind !== "replyMangled") expect([...all.seen].sort()).toEqual([...expected[kind].seen].sort());
    }),
  );

  const chaosOf = (rates: Chaos.Rates) => gatewayV3({ chaos: { rates } }).chaos;
  const draw = (chaos: Chaos.Chaos, { body = "", target }: Request) =>
    chaos.draw(target, new TextEncoder().encode(body));

  it("know the number in the body, and in the path of a query", () => {
    const chaos = chaosOf(Chaos.evenly(0.5));
    const refunds = Array.from({ length: 50 }, (_, n) => draw(chaos, refundOf(n)));
    const queries = Array.from({ length: 50 }, (_, n) => draw(chaos, queryOf(n)));
    chaos.set(chaos.options());
    expect(Array.from({ length: 50 }, (_, n) => draw(chaos, queryOf(49 - n))).toReversed()).toEqual(queries);
    expect(Array.from({ length: 50 }, (_, n) => draw(chaos, refundOf(49 - n))).toReversed()).toEqual(refunds);
  });

  it("probe no repetition, and are no probes unless they are asked for", () => {
    const chaos = chaosOf({ probe: 1 });
    expect(
      [draw(chaos, refundOf(1)), draw(chaos, refundOf(1)), draw(chaos, queryOf(1))].map((fault) => fault?._tag),
    ).toEqual(["Probe", undefined, "Probe"]);
    expect(chaos.counts()).toEqual({ probe: 2 });
    expect(Chaos.evenly(1)).not.toHaveProperty("probe");
    expect(Chaos.usualKinds).toHaveLength(Chaos.kinds.length - 1);
  });

  it("wait for downloads of certificates, where they are told to", () => {
    const to = gatewayV3();
    to.faults.push(Fault.Drop({ on: "certificates" }));
    expect([refundsPath, `${refundsPath}/R-1`, "/v3/bill/tradebill", "/v3/nothing"].map(to.faults.take)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(to.faults.take("/v3/certificates")).toEqual(Fault.Drop({ on: "certificates" }));
  });
});

// It takes no authority for the server.
const usual = getCACertificates("default");
beforeAll(() => setDefaultCACertificates([...usual, identities.ca]));
afterAll(() => setDefaultCACertificates(usual));

interface Chain {
  readonly v3: {
    readonly refund: {
      readonly domestic: {
        readonly refunds: {
          readonly post: (body: object) => Promise<{ readonly data: Readonly<Record<string, unknown>> }>;
          readonly $out_refund_no$: {
            readonly get: (more: object) => Promise<{ readonly data: Readonly<Record<string, unknown>> }>;
          };
        };
      };
    };
  };
}

describe("wechatpay-axios-plugin", () => {
  const clientAt = ({ url }: Server.Running, certs: Readonly<Record<string, string>>): Chain["v3"] =>
    (
      new Wechatpay({
        mchid: mchId,
        serial: serialNo,
        privateKey: identities.merchantA.privateKeyPem,
        certs,
        baseURL: `${url}/`,
      } as ConstructorParameters<typeof Wechatpay>[0]) as unknown as Chain
    ).v3;
  const start = () => {
    const to = gatewayV3({
      orders: [{ ...paid, paidAt: Date.now() - 2 * day }],
      course: [{ status: "SUCCESS", afterMillis: 0 }],
    });
    return Effect.map(Server.make(to, { identities }), (server) => ({ to, server }));
  };
  const promised = <T>(promise: () => Promise<T>) =>
    Effect.tryPromise({ try: promise, catch: (error) => error as Error & { readonly code?: string } });
  const ask = (client: Chain["v3"], number: string) =>
    promised(() => client.refund.domestic.refunds.$out_refund_no$.get({ out_refund_no: number }));

  it.live("refunds, queries, checks with the platform certificate, and opens the notice", () =>
    Effect.gen(function* () {
      const { to, server } = yield* start();
      const [certificate] = to.platform.certificates(mchId, Date.now());
      const client = clientAt(server, { [certificate?.serialNo ?? ""]: certificate?.pem ?? "" });
      const made = yield* promised(() => client.refund.domestic.refunds.post(refundBody));
      expect(made.data).toMatchObject({ out_refund_no: "R-1", status: "SUCCESS" });
      expect((yield* ask(client, "R-1")).data).toMatchObject({ refund_id: made.data["refund_id"] });
      const [delivery] = to.notices.take(Date.now() + day);
      const { resource } = JSON.parse(Buffer.from(delivery?.body ?? []).toString()) as {
        readonly resource: Readonly<Record<"nonce" | "ciphertext" | "associated_data", string>>;
      };
      const opened = Aes.AesGcm.decrypt(resource.ciphertext, apiV3Key, resource.nonce, resource.associated_data);
      expect(JSON.parse(opened)).toMatchObject({ out_refund_no: "R-1", refund_status: "SUCCESS" });
    }),
  );

  it.live("refuses a reply whose signature is another's", () =>
    Effect.gen(function* () {
      const { to, server } = yield* start();
      const [certificate] = to.platform.certificates(mchId, Date.now());
      const client = clientAt(server, { [certificate?.serialNo ?? ""]: certificate?.pem ?? "" });
      yield* promised(() => client.refund.domestic.refunds.post(refundBody));
      for (const fault of [Fault.Missign({}), Fault.Probe({}), Fault.Unsign({})]) {
        to.faults.push(fault);
        expect((yield* Effect.flip(ask(client, "R-1"))).message, fault._tag).not.toBe("");
      }
      expect((yield* ask(client, "R-1")).data["status"]).toBe("SUCCESS");
      expect(new X509Certificate(certificate?.pem ?? "").serialNumber).toBe(certificate?.serialNo);
    }),
  );
});
