/** The contract as a list, and the reference transport that the saboteurs are made of. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Saboteurs, TransportContract } from "@wechat-refund/testkit";
import { suite } from "@wechat-refund/testkit/TransportSuite";
import { Transport } from "@wechat-refund/core";
import type { TransportSettings } from "@wechat-refund/mutual-tls";
import { Effect, Layer } from "effect";
import { describe, expect, it } from "vitest";

const { clauses, faults } = TransportContract;

suite("the reference transport", Saboteurs.reference, { connections: ["fresh"], versions: ["TLSv1.3"], volume: 50 });
suite("the reference transport", Saboteurs.reference, { connections: ["pooled"], versions: ["TLSv1.2"], volume: 50 });

describe("the list", () => {
  it("numbers the clauses without a gap", () => {
    expect(clauses.map(({ id }) => id)).toEqual(clauses.map((_, index) => `T${String(index + 1).padStart(2, "0")}`));
  });

  it("says something about each, and says it once", () => {
    expect(clauses.filter(({ title, says }) => title.length < 8 || !says.endsWith(".")).map(({ id }) => id)).toEqual(
      [],
    );
    expect(new Set(clauses.map(({ title }) => title)).size).toBe(clauses.length);
    expect(new Set(clauses.map(({ says }) => says)).size).toBe(clauses.length);
  });

  it("shows every fault that an adapter can show", () => {
    const shown = new Set(clauses.flatMap(({ fault }) => fault ?? []));
    expect(faults.filter(({ id, notHere }) => shown.has(id) === (notHere !== undefined)).map(({ id }) => id)).toEqual(
      [],
    );
    expect([...shown].filter((id) => faults.every((fault) => fault.id !== id))).toEqual([]);
  });

  it("names kin that exist", () => {
    const ids = clauses.map(({ id }) => id);
    expect(clauses.flatMap(({ kin = [] }) => kin).filter((id) => !ids.includes(id))).toEqual([]);
  });

  it("is what the documentation says", async () => {
    const script = new URL("../../../scripts/print-contract.mjs", import.meta.url).pathname;
    const { stderr } = await promisify(execFile)(process.execPath, [script, "--check"]);
    expect(stderr).toBe("");
  });
});

describe("run", () => {
  const right = { name: "right", layer: Saboteurs.reference };

  it("holds a declaration against a clause that holds", async () => {
    const verdicts = await Effect.runPromise(
      TransportContract.run({ ...right, cannot: { T07: "it says" } }, { only: ["T07"] }),
    );
    expect(TransportContract.complaints(verdicts).join()).toMatch(/T07.*take it out of `cannot`/);
  });

  it("accepts a declaration that is true", async () => {
    const [wrong] = Saboteurs.all.filter(({ clause }) => clause === "T07");
    const subject = { name: "wrong", layer: wrong?.layer ?? Saboteurs.reference, cannot: { T07: "it says" } };
    const verdicts = await Effect.runPromise(TransportContract.run(subject, { only: ["T07"] }));
    expect(verdicts.map(({ verdict, detail }) => `${verdict}: ${detail}`)).toEqual(["declared: it says"]);
  });

  it("knows no clause beyond its own", async () => {
    await expect(Effect.runPromise(TransportContract.run(right, { only: ["T00"] }))).rejects.toThrow(
      /no clause T00: clauses are T01 to T103/,
    );
    await expect(
      Effect.runPromise(TransportContract.run({ ...right, cannot: { T999: "" } }, { only: ["T07"] })),
    ).rejects.toThrow(/no clause T999/);
  });

  it("keeps how posts ended", async () => {
    const [verdict] = await Effect.runPromise(TransportContract.run(right, { only: ["T61"] }));
    expect(verdict?.ends.map((end) => (end._tag === "Failure" ? end.failure.sent : "reply"))).toEqual(["maybe"]);
    expect(verdict?.leaks).toEqual([]);
  });

  it("looks for the fields that sign a reply, over calls whose replies have them", async () => {
    const loses = (settings: TransportSettings.TransportSettings) =>
      Layer.effect(
        Transport.Transport,
        Effect.map(Transport.Transport, ({ send }) => ({
          send: (request: Transport.TransportRequest) =>
            Effect.map(send(request), ({ headers: { "wechatpay-signature": _, ...headers }, ...reply }) =>
              reply.status < 400
                ? { ...reply, headers: { ...headers, "wechatpay-signature": _ ?? "" } }
                : { ...reply, headers },
            ),
        })),
      ).pipe(Layer.provide(Saboteurs.reference(settings)));
    const complaints = (calls: TransportContract.Calls) =>
      Effect.map(
        TransportContract.run({ name: "loses it", layer: loses }, { only: ["T18", "T20"], calls }),
        TransportContract.complaints,
      );
    expect(await Effect.runPromise(complaints("XML"))).toEqual([]);
    for (const calls of ["JSON", "GET"] as const) {
      const [only, ...more] = await Effect.runPromise(complaints(calls));
      expect(only).toMatch(/^T20 .*Wechatpay-Signature is missing/);
      expect(more).toEqual([]);
    }
  });

  it("leaves clauses about a body out where calls have none", () => {
    const asked = (calls: TransportContract.Calls) =>
      clauses.filter((clause) => TransportContract.applies(clause, right, { calls })).map(({ id }) => id);
    expect(asked("JSON")).toEqual(asked("XML"));
    expect(asked("XML").filter((id) => !asked("GET").includes(id))).toEqual(["T06", "T07", "T09", "T28", "T60"]);
  });

  it("finds a secret that is printed, whatever the clause is about", async () => {
    const [quoting] = Saboteurs.all.filter(({ clause }) => clause === "T45");
    const subject = { name: "quoting", layer: quoting?.layer ?? Saboteurs.reference };
    const verdicts = await Effect.runPromise(TransportContract.run(subject, { only: ["T61"] }));
    expect(TransportContract.complaints(verdicts)).toEqual(["T61: a TransportError prints a secret"]);
  });
});
