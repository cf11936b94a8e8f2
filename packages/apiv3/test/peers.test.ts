/** A sample of the messages that `pnpm prove:v3` gives to another project's code. */
import { expect, it } from "vitest";
import { compare } from "./support/peers.ts";

it("signs, verifies and opens what wechatpay-axios-plugin does", () => {
  expect(compare(40)).toEqual({ tried: 240, differing: [] });
});
