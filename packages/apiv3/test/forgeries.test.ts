/** A sample of what `pnpm prove:v3` tries in full: none of it goes through. */
import { expect, describe, it } from "vitest";
import {
  changeEveryByte,
  changeEveryCharacter,
  changeHeaders,
  changeLength,
  messages,
  signOtherwise,
  splice,
} from "./support/forgeries.ts";

/** What a forger would put: the characters of JSON and numbers, one of each other kind, and none at all. */
const telling = [...Buffer.from('"\\{}[]:,.0189AZaz \n\t'), 0x00, 0x7f, 0x80, 0xc3, 0xff];

describe.each(messages)("$name", (message) => {
  it("proves something as it is", () => {
    expect(message.proves(message)).toBe(true);
    const upper = Object.fromEntries(
      Object.entries(message.headers).map(([name, value]) => [name.toUpperCase(), value]),
    );
    expect(message.proves({ headers: upper, body: message.body })).toBe(true);
  });
  it.each([
    ["bytes", () => changeEveryByte(message, telling, 7)],
    ["characters of the header", () => changeEveryCharacter(message, [...telling, 0x2f, 0x2b, 0x3d], 5)],
    ["header fields", () => changeHeaders(message)],
    ["signatures", () => signOtherwise(message)],
    ["lengths", () => changeLength(message)],
  ] as const)("proves nothing with other %s", (_, change) => {
    const { through, tried } = change();
    expect(tried).toBeGreaterThan(10);
    expect(through).toEqual([]);
  });
});

it("opens no notice that was put together from others", () => {
  expect(splice(8)).toEqual({ tried: 280, through: [] });
});
