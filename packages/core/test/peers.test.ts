/**
 * Other projects' clients as judges: what they sign and write we verify and read, and the reverse, for random messages that all
 * sides can express. Where they read something else than we do, the difference is listed.
 */
import { createRequire } from "node:module";
import { Redacted, Result } from "effect";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Params, Signature, Xml } from "../src/index.ts";
import { apiKey, bytes, signTypes } from "./support/story.ts";

type Fields = Record<string, string>;

interface Peer {
  readonly sign: (fields: Fields, signType: Signature.SignType) => string;
  readonly write: (fields: Fields) => string;
  readonly read: (xml: string) => Promise<Fields>;
}

const require = createRequire(import.meta.url);

const tenpay = (): Peer => {
  const Payment = require("tenpay") as new (config: object) => { _getSign: (fields: Fields, type: string) => string };
  const util = require("tenpay/lib/util.js") as {
    buildXML: (fields: Fields) => string;
    parseXML: (xml: string) => Promise<Fields>;
  };
  const client = new Payment({ appid: "wx8888888888888888", mchid: "1900000109", partnerKey: apiKey });
  return { sign: (fields, type) => client._getSign(fields, type), write: util.buildXML, read: util.parseXML };
};

const axiosPlugin = (): Peer => {
  const { Hash, Transformer } = require("wechatpay-axios-plugin") as {
    Hash: { sign: (type: string, fields: Fields, key: string) => string };
    Transformer: { toXml: (fields: Fields) => string; toObject: (xml: string) => Fields };
  };
  return {
    sign: (fields, type) => Hash.sign(type, fields, apiKey),
    write: Transformer.toXml,
    read: async (xml) => Transformer.toObject(xml),
  };
};

const peers: ReadonlyArray<[string, Peer]> = [
  ["tenpay", tenpay()],
  ["wechatpay-axios-plugin", axiosPlugin()],
];

const key = Redacted.make(apiKey);
const params = (fields: Fields): Params.Params => new Map(Object.entries(fields));

const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,12}$/).filter((text) => !(text in {}) && text !== "sign");
// No value is empty, has blanks at its ends or holds "]]>": there the sides differ, see below.
const value = fc
  .string({ unit: fc.constantFrom(..."abcXYZ0189_-|*@ <>&'\"/.,:;=+%#商品退款é"), minLength: 1, maxLength: 24 })
  .filter((text) => text.trim() === text && !Signature.isAmbiguous(text));
const message = fc.dictionary(name, value, { minKeys: 1, maxKeys: 12, noNullPrototype: true });

describe.each(peers)("%s", (_, peer) => {
  it.each(signTypes)("signs as we do and accepts what we sign, %s, 1 000 messages", (signType) => {
    fc.assert(
      fc.property(message, (fields) => {
        expect(peer.sign(fields, signType)).toBe(Result.getOrThrow(Signature.sign(params(fields), key, signType)));
      }),
      { numRuns: 1000 },
    );
  });

  it("reads what we write, and we read what it writes, 1 000 messages", async () => {
    await fc.assert(
      fc.asyncProperty(message, async (fields) => {
        const ours = new TextDecoder().decode(Result.getOrThrow(Xml.write(params(fields))));
        expect({ ...(await peer.read(ours)) }).toEqual(fields);
        const read = Result.getOrThrow(Xml.read(bytes(peer.write(fields))));
        expect(Params.toRecord(read)).toEqual({ ...fields });
      }),
      { numRuns: 1000 },
    );
  });
});

describe("where the sides read different things", () => {
  const ours = (xml: string) => {
    const read = Xml.read(bytes(xml));
    return Result.isSuccess(read) ? { ...Params.toRecord(read.success) } : "refused";
  };
  it.each([
    ["blanks at the ends of a value", "<xml><a> x </a></xml>", { a: " x " }, { a: "x" }, { a: "x" }],
    ["an element that occurs twice", "<xml><a>1</a><a>2</a></xml>", "refused", { a: ["1", "2"] }, { a: ["1", "2"] }],
    ["a nested element", "<xml><a><b>1</b></a></xml>", "refused", { a: { b: "1" } }, { a: { b: "1" } }],
    ["a comment inside a value", "<xml><a>1<!-- -->2</a></xml>", "refused", { a: "12" }, { a: "12" }],
  ])("%s", async (_, xml, expected, byTenpay, byAxiosPlugin) => {
    expect(ours(xml)).toEqual(expected);
    expect({ ...(await peers[0]?.[1].read(xml)) }).toEqual(byTenpay);
    expect({ ...(await peers[1]?.[1].read(xml)) }).toEqual(byAxiosPlugin);
  });
});
