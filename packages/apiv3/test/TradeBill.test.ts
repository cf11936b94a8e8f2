/** The two steps of a bill. */
import { createHash } from "node:crypto";
import { deflateSync, gzipSync } from "node:zlib";
import type { TransportReply } from "@wechat-refund/core/Transport";
import { describe, expect, it } from "@effect/vitest";
import * as Effect from "effect/Effect";
import * as Result from "effect/Result";
import * as TestClock from "effect/testing/TestClock";
import { ApiV3, type Operation, TradeBill } from "../src/index.ts";
import { bytes, credential, keys, merchant, now, reply, unsigned } from "./support/gateway.ts";

const context: Operation.PrepareContext = {
  credential,
  nonce: "n",
  timestamp: now,
  endpoint: "https://api.mch.weixin.qq.com",
};
const digest = (text: string) => createHash("sha1").update(text).digest("hex");
const link = {
  hash_type: "SHA1",
  hash_value: digest("a bill").toUpperCase(),
  download_url: "https://api.mch.weixin.qq.com/v3/billdownload/file?token=a%2Bb",
};
const read = (given: ReturnType<typeof reply>) => TradeBill.interpret(given, { keys, now });
const failure = (given: ReturnType<typeof reply>) => {
  const result = read(given);
  return Result.isFailure(result) ? result.failure : undefined;
};

describe("where the bill is", () => {
  const url = (asked: TradeBill.TradeBillRequest, where = context) =>
    Result.match(TradeBill.prepare(asked, where), { onSuccess: ({ url }) => url, onFailure: ({ message }) => message });
  it("is asked for by day and kind", () => {
    expect(url({ billDate: "2026-01-01" })).toBe(
      "https://api.mch.weixin.qq.com/v3/bill/tradebill?bill_date=2026-01-01&bill_type=ALL",
    );
    expect(
      url({ billDate: "2026-01-01", billType: "REFUND", gzip: true }, { ...context, subMchId: "1900000200" }),
    ).toMatch(/bill_type=REFUND&tar_type=GZIP&sub_mchid=1900000200$/);
    for (const billDate of ["20260101", "2026-02-30", "2026-13-01", 1])
      expect(url({ billDate } as never)).toContain("YYYY-MM-DD");
    expect(url({ billDate: "2026-01-01", billType: "NONE" as never })).toContain("ALL, SUCCESS or REFUND");
  });
  it("is told by a signed reply alone", () => {
    expect(Result.getOrThrow(read(reply(200, link)))).toEqual({
      sha1: digest("a bill"),
      downloadUrl: link.download_url,
    });
    expect(failure(unsigned(200, link))).toMatchObject({ _tag: "UntrustedReply" });
    expect(failure(reply(400, { code: "NO_STATEMENT_EXIST", message: "账单文件不存在" }))).toMatchObject({
      _tag: "Rejected",
      errCode: "NO_STATEMENT_EXIST",
    });
    expect(failure(reply(400, {}))).toMatchObject({ _tag: "Rejected", errCode: "" });
    for (const wrong of [{ hash_type: "MD5" }, { hash_value: "" }, { hash_value: "z" }])
      expect(failure(reply(200, { ...link, ...wrong }))).toMatchObject({ field: "hash_value" });
    for (const download_url of [undefined, "no address", "http://a/b", "https://u@a/b"])
      expect(failure(reply(200, { ...link, download_url }))).toMatchObject({ field: "download_url" });
  });
});

describe("the file", () => {
  const found = Result.getOrThrow(read(reply(200, link)));
  it("is asked for at its address, the token signed", () => {
    const { headers, url } = Result.getOrThrow(TradeBill.prepareDownload(found, context));
    expect(url).toBe(link.download_url);
    const signature = /signature="([^"]+)"/.exec(headers["Authorization"] ?? "")?.[1];
    expect(signature).toBe(credential.sign(`GET\n/v3/billdownload/file?token=a%2Bb\n${now}\nn\n\n`).signature);
    expect(Result.isFailure(TradeBill.prepareDownload({ ...found, downloadUrl: "https://a" }, context))).toBe(true);
  });
  it("is believed by its digest", () => {
    const file = Result.getOrThrow(TradeBill.interpretDownload(unsigned(200, "a bill")));
    expect(Result.isSuccess(TradeBill.verifyFile(file, found))).toBe(true);
    for (const [encoding, body] of [
      ["gzip", gzipSync("a bill")],
      ["deflate", deflateSync("a bill")],
      ["identity", bytes("a bill")],
      ["gzip", bytes("a bill")],
    ] as const) {
      const packed = TradeBill.interpretDownload({ status: 200, headers: { "Content-Encoding": encoding }, body });
      expect(Result.isSuccess(TradeBill.verifyFile(Result.getOrThrow(packed), found))).toBe(true);
    }
    const other = TradeBill.verifyFile(bytes("another"), found);
    expect(Result.isFailure(other) && other.failure).toMatchObject({ problem: "mismatch", field: "hash_value" });
    expect(Result.isFailure(TradeBill.interpretDownload(unsigned(404, "")))).toBe(true);
  });
});

describe("why there is none", () => {
  const yesterday = "2025-12-31";
  const why = (answer: TransportReply, date = yesterday) =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now * 1000);
      const speaker = ApiV3.speakerOf(merchant, { send: () => Effect.succeed(answer) });
      const error = yield* Effect.flip(speaker.bill({ date }, { send: () => Effect.succeed(answer) }));
      return error._tag === "NoBill" ? `${error.why}, ${error.again}` : error._tag;
    });
  it.effect.each<readonly [string, TransportReply, string | undefined, string]>([
    ["it is being made", reply(400, { code: "STATEMENT_CREATING" }), yesterday, "not-ready, later"],
    ["no permission", reply(403, { code: "NO_AUTH" }), yesterday, "no-permission, mended"],
    ["a parameter is wrong", reply(400, { code: "PARAM_ERROR" }), yesterday, "refused, mended"],
    [
      "a parameter is wrong, of a day long ago",
      reply(400, { code: "PARAM_ERROR" }),
      "2025-01-01",
      "no-such-day, never",
    ],
    ["there is no such merchant", reply(404, { code: "MCH_NOT_EXISTS" }), "2025-01-01", "refused, mended"],
    ["the signature is refused", unsigned(401, { code: "SIGN_ERROR" }), yesterday, "refused, mended"],
    ["too many calls", reply(429, { code: "FREQUENCY_LIMITED" }), yesterday, "failed, later"],
    ["the gateway is down", unsigned(503, ""), yesterday, "failed, later"],
    ["a code that nobody knows", reply(400, { code: "NEWS" }), yesterday, "failed, later"],
    ["nobody signed it", unsigned(200, link), yesterday, "unreadable, later"],
  ])("%s", ([, answer, date, expected]) => Effect.map(why(answer, date), (said) => expect(said).toBe(expected)));
});
