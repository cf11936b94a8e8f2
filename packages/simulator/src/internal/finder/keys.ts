/** The keys that people sign with in place of the right one, each with the mistake that it is. None is ever repeated. */
import { createHash } from "node:crypto";
import { keys as words, type Mistake, type Pair } from "./words.ts";

/** A key that is known, with whose it is in words. */
export interface KnownKey {
  readonly key: string;
  readonly whose: string;
  /** The same in Chinese. */
  readonly whoseZh?: string;
}

export interface Key {
  readonly mistake?: Mistake;
  /** Whether it is tried with the right text alone. */
  readonly isRare?: boolean;
  readonly key: string;
}

const spaces: ReadonlyArray<readonly [Pair, before: string, after: string]> = [
  [["a line end after it", "末尾多了换行"], "", "\n"],
  [["a line end after it", "末尾多了换行"], "", "\r\n"],
  [["a carriage return after it", "末尾多了回车"], "", "\r"],
  [["a line end before it", "开头多了换行"], "\n", ""],
  [["a blank after it", "末尾多了空格"], "", " "],
  [["a blank before it", "开头多了空格"], " ", ""],
  [["blanks around it", "首尾多了空格"], " ", " "],
  [["a tab after it", "末尾多了制表符"], "", "\t"],
  [["a tab before it", "开头多了制表符"], "\t", ""],
  [["a no-break space after it", "末尾多了不换行空格"], "", "\u00a0"],
  [["a no-break space before it", "开头多了不换行空格"], "\u00a0", ""],
  [["a full-width space after it", "末尾多了全角空格"], "", "\u3000"],
  [["a zero-width space after it", "末尾多了零宽空格"], "", "\u200b"],
  [["a zero-width space before it", "开头多了零宽空格"], "\u200b", ""],
  [["a byte-order mark before it", "开头多了字节顺序标记"], "\ufeff", ""],
  [["a NUL after it", "末尾多了 NUL"], "", "\0"],
  [["quotes around it", "带有引号"], '"', '"'],
  [["single quotes around it", "带有单引号"], "'", "'"],
  [["a semicolon after it", "末尾多了分号"], "", ";"],
  [["a comma after it", "末尾多了逗号"], "", ","],
];

const hex = (algorithm: string, text: string): string => createHash(algorithm).update(text).digest("hex");

const changes: ReadonlyArray<readonly [Pair, (key: string) => string]> = [
  [["twice, one after the other", "重复了两遍"], (key) => key + key],
  [["as its MD5", "变成了它的 MD5"], (key) => hex("md5", key)],
  [["as its MD5 in capitals", "变成了它的大写 MD5"], (key) => hex("md5", key).toUpperCase()],
  [["in Base64", "变成了 Base64"], (key) => Buffer.from(key).toString("base64")],
  [["in hex", "变成了十六进制"], (key) => Buffer.from(key).toString("hex")],
  [["URL-encoded", "经过了 URL 编码"], (key) => encodeURIComponent(key.toWellFormed())],
  [["backwards", "倒序了"], (key) => [...key].toReversed().join("")],
];

const cuts: ReadonlyArray<readonly [Pair, (key: string) => string]> = [
  [["without its first character", "缺少第一个字符"], (key) => key.slice(1)],
  [["without its last character", "缺少最后一个字符"], (key) => key.slice(0, -1)],
  [["up to its 16th character", "只用了前 16 个字符"], (key) => key.slice(0, 16)],
  [["up to its 31st character", "只用了前 31 个字符"], (key) => key.slice(0, 31)],
];

/** What programs write where there is no key. */
const absent = [
  "",
  "undefined",
  "null",
  "None",
  "NULL",
  "nil",
  "<nil>",
  "NaN",
  "[object Object]",
  "false",
  "YOUR_API_KEY",
  "xxx",
  "key",
];

/** Keys that stand in documentation, in examples of libraries, and in this simulator. */
const forTrying = [
  "192006250b4c09247ec02edce69f6a2d",
  "8934e7d15453e97507ef794cf7b0519d",
  "SimulatorKey00000000000000000001",
  "TestKey0000000000000000000000001",
  "0".repeat(32),
  "1".repeat(32),
  "12345678901234567890123456789012",
  "abcdefghijklmnopqrstuvwxyz123456",
];

/** The keys that may have been used, the right ones first. */
export const keys = (
  [right, ...alsoRight]: readonly [KnownKey, ...ReadonlyArray<KnownKey>],
  known: ReadonlyArray<KnownKey>,
): ReadonlyArray<Key> => {
  const { key } = right;
  const rights = new Set([right, ...alsoRight].map((one) => one.key));
  const rightWords: Pair = [right.whose, right.whoseZh ?? right.whose];
  const all: ReadonlyArray<Key> = [
    ...known.map((one) => ({
      key: one.key,
      mistake: words.of([one.whose, one.whoseZh ?? one.whose], rightWords),
    })),
    ...spaces.map(([what, before, after]) => ({ key: before + key + after, mistake: words.spoilt(what) })),
    ...[key.toLowerCase(), key.toUpperCase()].map((cased) => ({ key: cased, mistake: words.cased })),
    ...forTrying.map((one) => ({ key: one, mistake: words.test })),
    ...[
      ...cuts.map(([what, cut]) => ({ key: cut(key), mistake: words.cut(what) })),
      ...changes.map(([what, change]) => ({ key: change(key), mistake: words.changed(what) })),
      ...absent.map((word) => ({ key: word, mistake: words.none(word) })),
    ].map((one) => ({ ...one, isRare: true })),
  ];
  return [...[...rights].map((one): Key => ({ key: one })), ...all.filter((one) => !rights.has(one.key))];
};
