import { gzipSync } from "node:zlib";
import * as Effect from "effect/Effect";
import * as Stream from "effect/Stream";
import { describe, expect, it } from "vitest";
import * as BillText from "../src/BillText.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const pieces = function* (of: Uint8Array, size: number) {
  for (let at = 0; at < of.length; at += size) yield of.subarray(at, at + size);
};
const textOf = (source: Parameters<typeof BillText.stream>[0], options?: { readonly maxBytes?: number }) =>
  Effect.runPromise(Stream.mkString(BillText.stream(source, options)));
const errorOf = (source: Parameters<typeof BillText.stream>[0], options?: { readonly maxBytes?: number }) =>
  Effect.runPromise(Effect.flip(Stream.runDrain(BillText.stream(source, options))));

const bill = `交易时间,商户退款单号\n${"`2026-11-23 01:02:03,`R-1\n".repeat(5_000)}`;

describe("a bill's text", () => {
  it.each([1, 3, 65_536])("is decoded from pieces of %i bytes, without its mark", async (size) => {
    expect(await textOf(pieces(bytes(`\uFEFF${bill}`), size))).toBe(bill);
  });

  it.each([1, 1_000, 65_536])("is unpacked from pieces of %i bytes", async (size) => {
    expect(await textOf(pieces(gzipSync(bill), size))).toBe(bill);
  });

  it("is read of pieces that are one piece of memory, used again", async () => {
    const all = bytes(bill);
    const again = async function* (size: number) {
      const piece = new Uint8Array(size);
      for (let at = 0; at < all.length; at += size) {
        const part = all.subarray(at, at + size);
        piece.set(part);
        yield piece.subarray(0, part.length);
      }
    };
    for (const size of [1, 100, 65_536]) expect(await textOf(again(size))).toBe(bill);
  });

  it("is that of a bill saved in GBK", async () => {
    const gbk = new Uint8Array([0xbd, 0xbb, 0xd2, 0xd7, 0x0a, 0xb2, 0xe8]);
    expect(await textOf([gbk])).toBe("交易\n茶");
    expect(await textOf([gbk.subarray(0, 4)])).toBe("交易");
  });

  it("has a mark for bytes that are none, and goes on", async () => {
    const broken = [...bytes("交易时间\n"), 0xe8, 0x8c, ...bytes("`R-1\n"), 0xe8];
    expect(await textOf([new Uint8Array(broken)])).toBe("交易时间\n\uFFFD`R-1\n\uFFFD");
  });

  it("is empty of nothing", async () => {
    expect([await textOf([]), await textOf([new Uint8Array()]), await textOf([bytes("a")])]).toEqual(["", "", "a"]);
  });

  it("has a limit, which a small body cannot get around", async () => {
    const bomb = gzipSync(new Uint8Array(10_000_000));
    expect(bomb.length).toBeLessThan(20_000);
    expect(await errorOf([bomb], { maxBytes: 1_000_000 })).toMatchObject({ kind: "too-large", limit: 1_000_000 });
    expect((await errorOf([bytes(bill)], { maxBytes: 10 })).message).toContain("larger than 10 bytes");
    expect(await textOf([bytes("0123456789")], { maxBytes: 10 })).toBe("0123456789");
  });

  it("ends with an error where the packed body does, after what there was", async () => {
    const packed = gzipSync(bill.repeat(20));
    let length = 0;
    const error = await Effect.runPromise(
      BillText.stream(pieces(packed.subarray(0, -9), 100)).pipe(
        Stream.runForEach((text) => Effect.sync(() => void (length += text.length))),
        Effect.flip,
      ),
    );
    expect(error).toMatchObject({ kind: "damaged", message: expect.stringContaining("cut off or damaged") });
    expect(length).toBeGreaterThan(0);
    packed.fill(0xff, 1_000, 1_010);
    expect(await errorOf([packed])).toMatchObject({ kind: "damaged" });
  });

  it.each([
    ["plain", bytes(bill)],
    ["packed", gzipSync(bill)],
  ])("says that a %s source failed, and with which code", async (_, of) => {
    const source = async function* () {
      yield of.subarray(0, 100);
      throw Object.assign(new Error("secret"), { code: "EIO" });
    };
    const error = await errorOf(source());
    expect([error.kind, error.message]).toEqual(["source", "the bill cannot be read (EIO)"]);
    const silent = async function* () {
      yield of.subarray(0, 100);
      throw new Error("secret");
    };
    expect((await errorOf(silent())).message).toBe("the bill cannot be read");
    const unpacking = async function* () {
      yield of.subarray(0, 100);
      throw new BillText.BillBodyError({ kind: "damaged" });
    };
    expect((await errorOf(unpacking())).kind).toBe("damaged");
  });

  it("lets go of its source when nobody reads on", async () => {
    let ended = false;
    const source = async function* () {
      try {
        for (;;) yield gzipSync(bill);
      } finally {
        ended = true;
      }
    };
    await Effect.runPromise(Stream.runHead(BillText.stream(source())));
    await expect.poll(() => ended).toBe(true);
  });
});
