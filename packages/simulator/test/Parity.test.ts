import { it } from "@effect/vitest";
import { Effect } from "effect";
import { TestClock } from "effect/testing";
import { expect } from "vitest";
import { type Gateway, MemoryTransport, Server } from "@wechat-refund/simulator";
import { TestIdentities } from "@wechat-refund/testkit";
import {
  body,
  codeOf,
  type Fields,
  gateway,
  mchId,
  now,
  otherMchId,
  queryFields,
  queryPath,
  refundFields,
  refundPath,
  textOf,
} from "./client.ts";
import { agent, send } from "./wire.ts";

const identities = TestIdentities.make({ merchantA: mchId, merchantB: otherMchId });

interface Step {
  readonly path: string;
  readonly fields: Fields;
  readonly shows?: "merchantB" | "stranger" | "nothing";
}
const refund = (fields: Fields = {}): Step => ({ path: refundPath, fields: { ...refundFields, ...fields } });
const query = (fields: Fields = {}): Step => ({ path: queryPath, fields: { ...queryFields, ...fields } });

const story: ReadonlyArray<Step> = [
  refund(),
  refund({ sign_type: "HMAC-SHA256" }),
  refund({ refund_fee: "31" }),
  refund({ out_refund_no: "R-2", refund_desc: "]]>商品已售完<&", transaction_id: "4200000000202601010000000001" }),
  refund({ out_refund_no: "R-3", refund_fee: "100" }),
  refund({ refund_fee: "101" }),
  refund({ sign: "" }),
  { ...refund(), path: "/nowhere" },
  { ...refund(), shows: "nothing" },
  { ...refund(), shows: "stranger" },
  { ...refund(), shows: "merchantB" },
  query(),
  query({ out_refund_no: undefined, out_trade_no: "T-1" }),
  query({ out_refund_no: "R-9" }),
];

const certificates = { merchantB: { commonName: otherMchId }, stranger: "refused", nothing: "none" } as const;

const inMemory = (to: Gateway.Gateway, { path, fields, shows }: Step) =>
  MemoryTransport.make(to, shows === undefined ? {} : { clientCertificate: certificates[shows] }).send({
    method: "POST",
    url: `https://localhost${path}`,
    headers: { "Content-Type": "text/xml" },
    body: body(fields),
  });

it.effect("says the same bytes in memory and over TLS", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(now);
    const [near, far] = [gateway(), gateway()];
    const server = yield* Server.make(far, { identities });
    const codes: Array<string> = [];
    for (const step of story) {
      const client = agent(server, step.shows === "nothing" ? undefined : identities[step.shows ?? "merchantA"]);
      const wire = yield* send(server, { path: step.path, body: body(step.fields), agent: client });
      const memory = yield* inMemory(near, step);
      expect([wire.status, wire.contentType, textOf(wire)]).toEqual([
        memory.status,
        memory.headers["content-type"],
        textOf(memory),
      ]);
      codes.push(codeOf(wire));
      yield* TestClock.adjust("2 seconds");
    }
    expect(codes).toEqual([
      "SUCCESS",
      "SUCCESS",
      "REFUND_FEE_MISMATCH",
      "SUCCESS",
      "REFUND_FEE_INVALID",
      "FAIL invalid refund_fee",
      "FAIL 签名错误",
      "404 404 Not Found",
      "400 400 No required SSL certificate was sent",
      "400 400 The SSL certificate error",
      "CERT_ERROR",
      "SUCCESS",
      "SUCCESS",
      "REFUNDNOTEXIST",
    ]);
    expect(far.log.entries()).toEqual(near.log.entries());
  }),
);
