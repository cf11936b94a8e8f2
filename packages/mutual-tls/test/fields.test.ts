import type { TransportRequest } from "@wechat-refund/core/Transport";
import { Result } from "effect";
import { describe, expect, it } from "vitest";
import { admit, bytesOf, collect } from "../src/internal/fields.ts";

const url = "https://api.example/pay";
const get = (headers: TransportRequest["headers"]): TransportRequest => ({ method: "GET", url, headers });
const fieldsOf = (headers: TransportRequest["headers"]) => Result.getOrThrow(admit(get(headers)));
const refusalOf = (request: TransportRequest) => Result.getOrThrow(Result.flip(admit(request)));

describe("what is written", () => {
  it("is what was given, in order, then the transport's own", () => {
    expect(fieldsOf({ "X-B": "2", "x-a": "" })).toEqual([
      "X-B",
      "2",
      "x-a",
      "",
      "Accept-Encoding",
      "identity",
      "User-Agent",
      "wechat-refund",
    ]);
  });

  it.each(["User-Agent", "user-agent", "USER-AGENT"])("has no user agent beside %s", (name) => {
    expect(fieldsOf({ [name]: "a shop" })).toEqual([name, "a shop", "Accept-Encoding", "identity"]);
  });

  it("holds any token for a name, and any visible character and blanks for a value", () => {
    const value = String.fromCharCode(...Array.from({ length: 95 }, (_, at) => at + 32));
    expect(fieldsOf({ "!#$%&'*+-.^_`|~09azAZ": value }).slice(0, 2)).toEqual(["!#$%&'*+-.^_`|~09azAZ", value]);
    expect(fieldsOf(JSON.parse('{"__proto__":"1"}') as Record<string, string>).slice(0, 2)).toEqual(["__proto__", "1"]);
  });

  it("is looked at anew where the object may have changed", () => {
    const headers: Record<string, string> = { "X-A": "1" };
    expect(fieldsOf(headers)).toContain("1");
    headers["X-A"] = "2";
    expect(fieldsOf(headers)).toContain("2");
    headers["Host"] = "elsewhere";
    expect(refusalOf(get(headers)).detail).toMatch(/Host/);
  });

  it("is looked at once where it cannot", () => {
    const headers = Object.freeze({ "X-A": "1" });
    expect(fieldsOf(headers)).toBe(fieldsOf(headers));
    const wrong = Object.freeze({ Host: "1" });
    expect([refusalOf(get(wrong)).detail, refusalOf(get(wrong)).detail]).toEqual(
      Array(2).fill(refusalOf(get({ Host: "1" })).detail),
    );
  });
});

const own = [
  ..."Host Content-Length Connection Keep-Alive Proxy-Authorization Proxy-Connection Proxy-X".split(" "),
  ..."TE Trailer Transfer-Encoding Upgrade Expect Accept-Encoding".split(" "),
].flatMap((name) => [name, name.toLowerCase(), name.toUpperCase()]);

describe("what is refused", () => {
  it.each(own)("%s, which is the transport's own", (name) => {
    expect(refusalOf(get({ [name]: "secret" })).detail).toBe(
      `the header field ${name} is the transport's own: leave it out`,
    );
  });

  it.each(["Proxied", "Host-Name", "X-Host", "TEA", "Expected", "Accept", "Connections"])("not %s", (name) => {
    expect(fieldsOf({ [name]: "1" })[0]).toBe(name);
  });

  it.each(["", " ", "a b", "a:", "a\r\nb", "a\0", "é", "名", "secret value\n", "a(b)", '"a"', "a\t", "a/b"])(
    "the name %j, which is none, and which may be a value",
    (name) => {
      const { detail, sent } = refusalOf(get({ "X-A": "1", [name]: "1" }));
      expect(detail).toMatch(/^the name of header field 2 is none in HTTP/);
      expect(detail).not.toContain("secret");
      expect(sent).toBe("no");
    },
  );

  it.each(["secret\r\nX: y", "secret\n", "\r", "\0", "\t", "\x7f", "\x80", "é", "退款", "\u{1f600}"])(
    "the value %j",
    (value) => {
      const { message } = refusalOf(get({ "X-A": value }));
      expect(message).toMatch(/^the value of the header field X-A holds/);
      expect(message).not.toContain("secret");
    },
  );

  it("one field twice", () => {
    expect(refusalOf(get({ Accept: "1", "X-A": "2", ACCEPT: "3" })).detail).toMatch(/ACCEPT is given twice/);
  });

  it("a GET with a body, be it empty; another method; no fields at all", () => {
    expect(refusalOf({ ...get({}), body: new Uint8Array() }).detail).toMatch(/a GET has no body/);
    for (const method of ["HEAD", "get", "PUT", "", undefined]) {
      expect(refusalOf({ ...get({}), method } as TransportRequest).detail).toMatch(/neither GET nor POST/);
    }
    for (const headers of [undefined, null, "X-A: 1"]) {
      expect(refusalOf({ ...get({}), headers } as unknown as TransportRequest).detail).toMatch(/missing/);
    }
    expect(refusalOf(get({ "X-A": 1 } as unknown as Record<string, string>)).detail).toMatch(/X-A/);
  });
});

describe("the body", () => {
  const post = (body?: unknown) => ({ method: "POST", url, headers: {}, body }) as TransportRequest;

  it("is the bytes as they are now", () => {
    const given = new Uint8Array([1, 2, 3]);
    const bytes = Result.getOrThrow(bytesOf(post(given)));
    given.fill(9);
    expect(bytes).toEqual(new Uint8Array([1, 2, 3]));
    expect(Result.getOrThrow(bytesOf(post(Buffer.from("abc").subarray(1))))).toEqual(new Uint8Array([98, 99]));
    expect(Result.getOrThrow(bytesOf(post()))).toEqual(new Uint8Array());
    expect(Result.getOrThrow(bytesOf(get({})))).toBeUndefined();
  });

  it("is refused where it is none", () => {
    const away = new Uint8Array(8);
    structuredClone(away, { transfer: [away.buffer] });
    for (const body of [
      "text",
      new ArrayBuffer(8),
      new DataView(new ArrayBuffer(8)),
      new Uint16Array(2),
      [1],
      {},
      null,
      away,
    ]) {
      expect(Result.isFailure(bytesOf(post(body)))).toBe(true);
    }
  });
});

it("header fields that stand in no plain object are refused: they would be none", () => {
  for (const headers of [new Headers({ "X-A": "1" }), new Map([["X-A", "1"]]), Object.create({ "X-A": "1" })]) {
    expect(refusalOf(get(headers as unknown as Record<string, string>)).detail).toMatch(/no plain object/);
  }
});

describe("the fields of a reply", () => {
  it("are in lower case, repeated ones joined in order, without blanks at the end", () => {
    const raw = ["Set-Cookie", "a=1", "X-A", "1 \t ", "SET-COOKIE", "b=2", "x-a", "", "X-a", "3", "Empty", "  "];
    expect({ ...collect(raw) }).toEqual({ "set-cookie": "a=1, b=2", "x-a": "1, , 3", empty: "" });
  });

  it("mean nothing else, whatever their names", () => {
    const headers = collect(["__proto__", "1", "constructor", "2", "__PROTO__", "3"]);
    expect(Object.entries(headers)).toEqual([
      ["__proto__", "1, 3"],
      ["constructor", "2"],
    ]);
    expect(headers["toString"]).toBeUndefined();
    expect(({} as Record<string, unknown>)["1, 3"]).toBeUndefined();
    expect(collect([])).toEqual({});
  });
});
