import { readFileSync } from "node:fs";
import { Redacted, Result, Schema } from "effect";
import { describe, expect, it } from "vitest";
import { Operation, Params, Refund, RefundQuery, Signature, Xml } from "../src/index.ts";

interface Vector {
  readonly id: string;
  readonly kind: string;
  readonly key: string;
  readonly params: Record<string, string>;
  readonly expected: string;
  readonly xml: string;
  readonly title: string;
  readonly sign: string;
  readonly signType: Signature.SignType;
  readonly wrong?: { readonly sortedByPair: string };
  readonly order?: ReadonlyArray<string>;
  readonly expect: {
    readonly reject?: boolean;
    readonly fields?: Record<string, string>;
    readonly signOk?: boolean | string;
    readonly count?: number;
  };
  readonly cases: ReadonlyArray<{ readonly in: string; readonly ok: boolean; readonly fen?: number }>;
}

const { vectors } = JSON.parse(readFileSync(new URL("data/vectors.json", import.meta.url), "utf8")) as {
  readonly vectors: ReadonlyArray<Vector>;
};
const ofKind = (...kinds: ReadonlyArray<string>) => vectors.filter(({ kind }) => kinds.includes(kind));
const bytes = (text: string) => new TextEncoder().encode(text);
const reply = (text: string) => ({ status: 200, headers: { "content-type": "text/xml" }, body: bytes(text) });
const fields = (record: Record<string, string>) => Result.getOrThrow(Params.fromRecord(record));

describe("signing vectors", () => {
  it.each(ofKind("sign-md5", "sign-hmac-sha256"))("$id", (vector) => {
    const signType = vector.kind === "sign-md5" ? "MD5" : "HMAC-SHA256";
    const sign = Signature.sign(fields(vector.params), Redacted.make(vector.key), signType);
    expect(Result.getOrThrow(sign)).toBe(vector.expected);
    if (vector.wrong !== undefined) expect(sign).not.toEqual(Result.succeed(vector.wrong.sortedByPair));
    if (vector.order !== undefined) {
      expect(Params.canonical(fields(vector.params)).map(([name]) => name)).toEqual(vector.order);
    }
  });
  it("has some", () => expect(ofKind("sign-md5", "sign-hmac-sha256").length).toBeGreaterThan(6));
});

describe("reply vectors", () => {
  it.each(ofKind("reply-xml"))("$id", (vector) => {
    const params = Operation.decode(reply(vector.xml), 256 * 1024);
    if (vector.expect.reject === true) return expect(Result.isFailure(params)).toBe(true);
    const read = Result.getOrThrow(params);
    for (const [name, value] of Object.entries(vector.expect.fields ?? {})) expect(read.get(name)).toBe(value);
    const authentic = Operation.authenticate(read, { apiKey: Redacted.make(vector.key) }, vector.signType);
    // Lower-case hex is refused here: the gateway answers in upper case.
    expect(Result.isSuccess(authentic)).toBe(vector.expect.signOk === true);
  });

  it("reads eleven records", () => {
    const vector = vectors.find(({ id }) => id === "derived-refundquery-11-records");
    const params = Result.getOrThrow(Operation.decode(reply(vector?.xml ?? ""), 256 * 1024));
    const query = Result.getOrThrow(Operation.outcomeOf(RefundQuery.operation, params));
    expect(query.records.map(({ outRefundNo }) => outRefundNo)).toEqual(
      Array.from({ length: 11 }, (_, index) => `R${index}`),
    );
    expect(query.records[0]?.coupons).toEqual([
      { couponRefundId: "111", couponType: "CASH", couponRefundFee: 10 },
      { couponRefundId: "222", couponType: "NO_CASH", couponRefundFee: 20 },
    ]);
    expect(query.extra).toEqual({});
  });

  it("reads an unsigned FAIL as a protocol refusal that proves nothing about other calls", () => {
    const vector = vectors.find(({ id }) => id === "derived-return-fail-unsigned");
    const params = Result.getOrThrow(Operation.decode(reply(vector?.xml ?? "")));
    const result = Operation.authenticate(params, { apiKey: Redacted.make("k") }, "MD5");
    expect(Result.isFailure(result) && result.failure._tag).toBe("ProtocolRejected");
  });
});

describe("hostile and foreign documents", () => {
  it.each(ofKind("hostile-xml"))("$id", ({ xml }) => expect(Result.isFailure(Xml.read(bytes(xml)))).toBe(true));

  it.each(ofKind("html", "html-title"))("$id", (vector) => {
    const page = vector.xml ?? `<html><head><title>${vector.title}</title></head><body></body></html>`;
    const result = Operation.decode({ status: 400, headers: { "content-type": "text/html" }, body: bytes(page) });
    const failure = Result.isFailure(result) ? result.failure : undefined;
    expect(failure).toMatchObject({ _tag: "GatewayRefused", page: vector.expect, outcome: "not-accepted" });
  });
});

describe("request vectors", () => {
  it.each(ofKind("request-xml"))("$id", (vector) => {
    const params = fields(vector.params);
    expect(Result.getOrThrow(Xml.read(bytes(vector.xml)))).toEqual(params);
    expect(Result.getOrThrow(Xml.read(Result.getOrThrow(Xml.write(params))))).toEqual(params);
    expect(Result.getOrThrow(Signature.sign(params, Redacted.make(vector.key), "MD5"))).toBe(vector.sign);
  });
});

describe("money vectors", () => {
  const decode = Schema.decodeUnknownResult(Refund.FenFromText);
  it.each(ofKind("money").flatMap(({ cases }) => cases))("$in", (row) => {
    const result = decode(row.in);
    expect(Result.isSuccess(result)).toBe(row.ok);
    if (Result.isSuccess(result)) expect(result.success).toBe(row.fen);
  });
});
