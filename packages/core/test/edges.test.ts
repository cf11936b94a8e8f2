/** The last branches of the pure ring: what only hand-made values, or a parser that disagrees, can reach. */
import { Redacted, Result, Schema } from "effect";
import type { X2jOptions } from "fast-xml-parser";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Operation, Refund, RefundNotice, RefundQuery, Xml } from "../src/index.ts";
import { nonce } from "../src/internal/crypto.ts";
import { BeijingTime } from "../src/internal/fields.ts";
import { Replies } from "../src/testing/index.ts";
import { bytes, merchantWith, request } from "./support/story.ts";

const merchant = merchantWith();

describe("a parser that disagrees with the admission check", () => {
  afterEach(() => {
    vi.doUnmock("fast-xml-parser");
    vi.resetModules();
  });
  /** A field as the parser tells of it, or something at another depth. */
  type Told = readonly [name: string, text: string, depth?: number];
  const readWith = async (told: ReadonlyArray<Told> | "throws", root: ReadonlyArray<string> = ["xml"]) => {
    vi.resetModules();
    vi.doMock("fast-xml-parser", async (original) => ({
      ...(await original<typeof import("fast-xml-parser")>()),
      XMLParser: class {
        readonly options: Required<Pick<X2jOptions, "updateTag" | "tagValueProcessor">>;
        constructor(options: Required<Pick<X2jOptions, "updateTag" | "tagValueProcessor">>) {
          this.options = options;
        }
        parse(): void {
          if (told === "throws") throw new Error("x");
          const at = (depth: number) => ({ getDepth: () => depth }) as never;
          for (const name of root) this.options.updateTag(name, at(1), {});
          for (const [name, text, depth = 2] of told) {
            this.options.updateTag(name, at(depth), {});
            this.options.tagValueProcessor(name, text, at(depth), false, true);
          }
        }
      },
    }));
    const fresh = await import("../src/Xml.ts");
    return fresh.read(bytes("<xml><a>1</a><b>2</b></xml>"));
  };
  it("is believed only when it reads the fields that were admitted", async () => {
    const read = await readWith([
      ["a", "1"],
      ["b", "2"],
    ]);
    expect([...Result.getOrThrow(read)]).toEqual([
      ["a", "1"],
      ["b", "2"],
    ]);
  });
  it.each<[string, ReadonlyArray<Told> | "throws", ReadonlyArray<string>?]>([
    ["drops one", [["a", "1"]]],
    [
      "renames one",
      [
        ["a", "1"],
        ["__b", "2"],
      ],
    ],
    [
      "adds one",
      [
        ["a", "1"],
        ["b", "2"],
        ["c", "3"],
      ],
    ],
    [
      "swaps them",
      [
        ["b", "2"],
        ["a", "1"],
      ],
    ],
    ["finds no root", [], []],
    [
      "finds another root",
      [
        ["a", "1"],
        ["b", "2"],
      ],
      ["root"],
    ],
    [
      "finds a second root",
      [
        ["a", "1"],
        ["b", "2"],
      ],
      ["xml", "xml"],
    ],
    ["throws", "throws"],
  ])("is refused when it %s", async (_, told, root) => {
    expect(Result.isFailure(await readWith(told, root))).toBe(true);
  });
});

describe("stages given values that the stage before never makes", () => {
  it("refuse them by name", () => {
    const ambiguous = new Map([["refund_desc", "a&b=c"]]);
    const signed = Operation.signed(ambiguous, merchant, "n");
    expect(Result.isFailure(signed) && signed.failure.issues[0]?.field).toBe("refund_desc");
    const keyless = Operation.signed(new Map([["a", "1"]]), { ...merchant, apiKey: Redacted.make("") }, "n");
    expect(Result.isFailure(keyless) && keyless.failure.issues[0]?.field).toBe("key");
    const serialize = (params: ReadonlyMap<string, string>) =>
      Operation.serialize(Refund.operation, request, params, "https://x");
    const unwritable = serialize(new Map([["a", "\u0001"]]));
    expect(Result.isFailure(unwritable) && unwritable.failure.issues[0]?.field).toBe("a");
    const many = serialize(new Map(Array.from({ length: 1001 }, (_, n) => [`a${n}`, "1"])));
    expect(Result.isFailure(many) && many.failure.issues[0]?.field).toBe("body");
    const large = Xml.write(new Map(Array.from({ length: 5 }, (_, n) => [`a${n}`, "x".repeat(16_000)])));
    expect(Result.isFailure(large)).toBe(true);
  });

  it("read a refusal without its texts", () => {
    const bare = Operation.authenticate(new Map([["return_code", "FAIL"]]), merchant, "MD5");
    expect(Result.isFailure(bare) && bare.failure).toMatchObject({ _tag: "ProtocolRejected", returnMsg: "" });
    const noCode = Operation.outcomeOf(Refund.operation, new Map([["result_code", "FAIL"]]));
    expect(Result.isFailure(noCode) && noCode.failure).toMatchObject({ _tag: "Rejected", errCode: "" });
  });
});

describe("nonces", () => {
  it("are 128 random bits as 32 hex characters, and none repeats", () => {
    const made = new Set<string>();
    const bits = Array.from({ length: 128 }, () => 0);
    for (let n = 0; n < 100_000; n++) {
      const one = nonce();
      expect(one.length).toBe(32);
      made.add(one);
      if (n >= 10_000) continue;
      const value = BigInt(`0x${one}`);
      for (let bit = 0; bit < 128; bit++) bits[bit] = (bits[bit] ?? 0) + Number((value >> BigInt(bit)) & 1n);
    }
    expect(made.size).toBe(100_000);
    // Each bit is set in half of them: 5000, give or take six standard deviations.
    for (const set of bits) expect(Math.abs(set - 5000)).toBeLessThan(300);
  });
});

describe("the rest of what may be asked", () => {
  it("a refund by transaction_id matches its reply", () => {
    const asked = { ...request, order: { transactionId: "4200000000202601010000000001" } };
    const answer = Replies.accepted(merchant, asked);
    expect(Result.isSuccess(Operation.interpret(Refund.operation, asked, answer, merchant))).toBe(true);
    const other = Replies.accepted(merchant, asked, { transaction_id: "42" });
    expect(Result.isFailure(Operation.interpret(Refund.operation, asked, other, merchant))).toBe(true);
  });

  it("a query by refund_id and by transaction_id matches its reply", () => {
    const answer = Replies.queried(merchant, request, "SUCCESS");
    const by = (asked: RefundQuery.RefundQueryRequest) =>
      Result.isSuccess(Operation.interpret(RefundQuery.operation, asked, answer, merchant));
    expect(by({ refundId: Replies.refundId })).toBe(true);
    expect(by({ refundId: "5" })).toBe(false);
    expect(by({ transactionId: "4200000000202601010000000001" })).toBe(true);
    expect(by({ transactionId: "42" })).toBe(false);
  });

  it("too many items, or half an item, is refused", () => {
    const item = { goodsId: "a", goodsName: "x".repeat(250), refundAmount: 1, refundQuantity: 1, price: 1 };
    const prepare = (goodsDetail: ReadonlyArray<Refund.GoodsDetail>) =>
      Operation.prepare(Refund.operation, { ...request, goodsDetail }, { merchant, nonce: "n", endpoint: "https://x" });
    expect(Result.isSuccess(prepare([item]))).toBe(true);
    expect(Result.isFailure(prepare(Array.from({ length: 30 }, () => item)))).toBe(true);
    for (const refundQuantity of [0, 0.5, -1])
      expect(Result.isFailure(prepare([{ ...item, refundQuantity }]))).toBe(true);
  });

  it("a provider's notice names its sub-merchant", () => {
    const body = new TextDecoder().decode(Replies.notice(merchant, request, "SUCCESS"));
    const provider = body.replace("<nonce_str>", "<sub_appid>wx2</sub_appid><sub_mch_id>190</sub_mch_id><nonce_str>");
    const notice = Result.getOrThrow(RefundNotice.open(bytes(provider), merchant));
    expect([notice.subAppId, notice.subMchId]).toEqual(["wx2", "190"]);
    expect(RefundNotice.unseal("AAAA", Redacted.make(""))).toBe(undefined);
    const noInfo = body.replace(/<req_info>.*<\/req_info>/, "");
    expect(Result.isFailure(RefundNotice.open(bytes(noInfo), merchant))).toBe(true);
  });

  it("a time is written as it was read", () => {
    const time = Result.getOrThrow(Schema.decodeUnknownResult(BeijingTime)("2026-01-01 00:00:05"));
    expect(time.epochMilliseconds).toBe(Date.UTC(2025, 11, 31, 16, 0, 5));
    expect(Result.getOrThrow(Schema.encodeUnknownResult(BeijingTime)(time))).toBe("2026-01-01 00:00:05");
  });
});
