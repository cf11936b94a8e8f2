import { Result } from "effect";
import { expect, it } from "vitest";
import { makeParse, parse } from "../src/internal/target.ts";

const accepted: ReadonlyArray<readonly [address: string, expected: object]> = [
  [
    "https://api.example",
    { host: "api.example", hostname: "api.example", port: 443, servername: "api.example", path: "/" },
  ],
  ["https://API.example:443/a", { origin: "https://api.example", host: "api.example", path: "/a" }],
  ["HTTPS://api.example:8443/a?b=%2F&c=1+2", { host: "api.example:8443", port: 8443, path: "/a?b=%2F&c=1+2" }],
  ["https://api.example./a", { host: "api.example.", hostname: "api.example.", servername: "api.example" }],
  ["https://127.0.0.1:1/a", { host: "127.0.0.1:1", hostname: "127.0.0.1", port: 1, servername: "" }],
  ["https://[::1]:1/a", { host: "[::1]:1", hostname: "::1", servername: "" }],
  ["https://api.example/a//b/%E4%B8%AD", { path: "/a//b/%E4%B8%AD" }],
];
for (const [address, expected] of accepted) {
  it(address, () => expect(Result.getOrThrow(parse(address))).toMatchObject(expected));
}

const refused: ReadonlyArray<readonly [address: string, says: RegExp]> = [
  ["", /not an absolute/],
  ["/pay", /not an absolute/],
  ["https://", /not an absolute/],
  ["http://api.example/pay", /does not start with https/],
  ["https://user@api.example/pay", /user name/],
  ["https://:secret@api.example/pay", /user name/],
  ["https://api.example/pay#a", /fragment/],
  ["https://api.example/pay#", /fragment/],
  ["https://api.example/a/../pay", /form they would be sent in/],
  ["https://api.example/./pay", /form they would be sent in/],
  ["https://api.example/pay now", /form they would be sent in/],
  ["https://api.example/pay\n", /form they would be sent in/],
  ["https://api.example\\pay", /form they would be sent in/],
  ["https://api.example/中", /form they would be sent in/],
  ["https:api.example/pay", /form they would be sent in/],
];
for (const [address, says] of refused) {
  it(`refuses ${JSON.stringify(address)}`, () => {
    const { detail, sent } = Result.getOrThrow(Result.flip(parse(address)));
    expect(detail).toMatch(says);
    expect(detail).not.toContain("secret");
    expect(sent).toBe("no");
  });
}

it("remembers the last address, and no other", () => {
  const remembering = makeParse();
  const [a, b, wrong] = ["https://api.example/a", "https://api.example/b", "http://api.example/a"] as const;
  expect(remembering(a)).toBe(remembering(a));
  for (const address of [a, b, wrong, wrong, a, b, a]) expect(remembering(address)).toEqual(parse(address));
});
