/** The shape of a file of merchants: what are blocks, what are sub-merchants, and what is neither. What a block means is `MerchantsFile`'s. */
import * as Result from "effect/Result";
import * as Json from "../Json.ts";
import { type Issue, notAName, shownName } from "../Merchants.ts";
import type { Protocol } from "../Speaker.ts";
import { meant, shape } from "./unknownFields.ts";

type Json = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A field's name as it may be printed: none is as long as a key. */
export const shownField = (field: string): string => (/^[A-Za-z0-9_]{1,24}$/.test(field) ? field : "(a field)");

/** The field that may have been meant. */
export const suggestionFor = (known: ReadonlyArray<string>, field: string): string | undefined =>
  meant(field, shape("a merchant", Object.fromEntries(known.map((name) => [name, name]))));

/** What is said of a field that nobody reads: what it may have meant, or what there is. */
export const unreadBy = (known: ReadonlyArray<string>, field: string): string => {
  const suggestion = suggestionFor(known, field);
  return `is read by nobody: ${suggestion === undefined ? `there are ${known.join(", ")}` : `did you mean ${suggestion}?`}`;
};

export interface Sub {
  readonly name: string;
  readonly subMchId?: string;
  readonly subAppId?: string;
}

/** One block of the file. */
export interface Block {
  readonly protocol: Protocol;
  /** What the entry says of new refunds. */
  readonly preferred: Protocol | undefined;
  readonly name: string;
  /** The name as it may be printed. */
  readonly shown: string;
  readonly fields: Json;
  readonly subs: ReadonlyArray<Sub> | undefined;
}

/** The shape of the file: what are blocks, what are sub-merchants, and what is neither. */
export const blocksOf = (
  text: string,
): { readonly blocks: ReadonlyArray<Block>; readonly issues: ReadonlyArray<Issue> } => {
  const issues: Array<Issue> = [];
  const say = (merchant: string, field: string, message: string) => void issues.push({ merchant, field, message });
  const known = (merchant: string, where: string, record: Json, names: ReadonlyArray<string>) => {
    for (const field of Object.keys(record)) {
      if (!names.includes(field)) say(merchant, `${where}${shownField(field)}`, unreadBy(names, field));
    }
  };
  const parsed = Json.parse(text);
  if (Result.isFailure(parsed)) {
    const problem = parsed.failure;
    if (problem._tag === "NotJson") say("the file", "(text)", "is not JSON");
    else for (const name of problem.names) say("the file", shownField(name.replace(/^.*\./, "")), "is given twice");
    return { blocks: [], issues };
  }
  const json = parsed.success;
  if (!isRecord(json) || !Array.isArray(json["merchants"])) {
    say("the file", "merchants", "is missing: it is the list of the merchants");
    return { blocks: [], issues };
  }
  known("the file", "", json, ["merchants"]);
  const blocks = json["merchants"].flatMap((entry: unknown, at): ReadonlyArray<Block> => {
    const { name, protocol, ...given } = isRecord(entry) ? entry : {};
    const merchant = typeof name === "string" ? shownName(name) : `entry ${at + 1}`;
    if (typeof name !== "string") say(merchant, "name", "is missing");
    else if (merchant !== name) say(merchant, "name", notAName);
    if (isRecord(entry)) known(merchant, "", entry, ["name", "v2", "v3", "protocol"]);
    if (protocol !== undefined && protocol !== "v2" && protocol !== "v3") say(merchant, "protocol", "must be v2 or v3");
    const preferred: Protocol | undefined = protocol === "v2" || protocol === "v3" ? protocol : undefined;
    // Whatever else stands there, a merchant without any block was meant to have one.
    const kinds = (["v2", "v3"] as const).filter((kind) => kind in given);
    return (kinds.length === 0 ? (["v2"] as const) : kinds).flatMap((kind): ReadonlyArray<Block> => {
      const block = (given as Json)[kind];
      if (!isRecord(block)) {
        const what = kind === "v2" ? "the XML protocol (APIv2)" : "APIv3";
        say(merchant, kind, `is missing: it holds the settings of ${what}`);
        return [];
      }
      const { subMerchants, ...fields } = block;
      const whole = { protocol: kind, preferred, name: String(name), shown: merchant, fields };
      if (subMerchants === undefined) return [{ ...whole, subs: undefined }];
      if (!Array.isArray(subMerchants) || subMerchants.length === 0 || !subMerchants.every(isRecord)) {
        say(merchant, `${kind}.subMerchants`, "must be a list of name, subMchId and perhaps subAppId");
        return [];
      }
      const subs = subMerchants.map((sub: Json, n): Sub => {
        known(merchant, `${kind}.subMerchants.${n}.`, sub, [
          "name",
          "subMchId",
          ...(kind === "v2" ? ["subAppId"] : []),
        ]);
        for (const field of ["name", "subMchId", "subAppId"]) {
          const value = sub[field];
          if (value === undefined ? field !== "subAppId" : typeof value !== "string") {
            say(merchant, `${kind}.subMerchants.${n}.${field}`, value === undefined ? "is missing" : "must be a text");
          }
        }
        return sub as unknown as Sub;
      });
      for (const field of ["subMchId", "subAppId"]) {
        if (field in fields) say(merchant, `${kind}.${field}`, "stands beside subMerchants: give it to each of them");
      }
      return [{ ...whole, subs }];
    });
  });
  return { blocks, issues };
};
