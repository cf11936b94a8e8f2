/** From the fields of a reply to a typed result: sorted into families, what merely informs set aside where it cannot be read. */
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import type { Params } from "../Params.ts";
import { MalformedReply } from "../RefundError.ts";
import { issuesOf } from "./fields.ts";
import type { Table } from "./replyFields.ts";

/** Fields that every message has and that no result repeats. */
const envelope = new Set([
  "return_code",
  "return_msg",
  "result_code",
  "err_code",
  "err_code_des",
  "nonce_str",
  "sign",
  "sign_type",
]);

interface Known {
  readonly ours: string;
  readonly reads: (value: string) => boolean;
}

const always = (): boolean => true;

/** Whether a text is one that the field's schema reads. */
const readerOf = (schema: Schema.ConstraintDecoder<unknown> | undefined): Known["reads"] => {
  if (schema === undefined || schema === Schema.String) return always;
  const decode = Schema.decodeUnknownResult(schema);
  return (value) => Result.isSuccess(decode(value));
};

/** Fields that merely inform may all be absent. */
type Informing = { readonly schema: Schema.ConstraintDecoder<unknown> };

/** The fields of one message, or of one member of a family, by their wire names. */
export class Fields {
  private readonly byWire: ReadonlyMap<string, Known>;
  private readonly byOurs: ReadonlyMap<string, string>;
  constructor(table: Table, schemas: Readonly<Record<string, unknown>>) {
    this.byOurs = new Map(Object.entries(table).map(([ours, { wire }]) => [ours, wire]));
    this.byWire = new Map(
      Object.entries(table).map(([ours, { duty, wire }]) => {
        const schema = duty === "informs" ? (schemas[ours] as Informing | undefined)?.schema : undefined;
        return [wire, { ours, reads: readerOf(schema) }];
      }),
    );
  }
  get(wire: string): Known | undefined {
    return this.byWire.get(wire);
  }
  wireOf(ours: string): string {
    return this.byOurs.get(ours) ?? ours;
  }
}

type Texts = Record<string, string>;

/** One reply, sorted: its flat fields under our names, its `$n` and `$n_$m` members by index, and all the rest. */
export interface Sorted {
  readonly flat: Texts;
  /** `members[n]` are the fields `name_n`; `inner` are the fields `name_n_m`, as `[n, m, fields]`. */
  readonly members: ReadonlyMap<number, Texts>;
  readonly inner: ReadonlyMap<number, ReadonlyMap<number, Texts>>;
  /** What is not known, and what merely informs and cannot be read, under its wire name. */
  readonly extra: Readonly<Record<string, string>>;
}

// Only canonical indexes: `fee_00` would be a second name for `fee_0`.
const indexed = /^([a-z_]+?)_(0|[1-9][0-9]{0,3})(?:_(0|[1-9][0-9]{0,3}))?$/;

const at = <V>(map: Map<number, V>, key: number, make: () => V): V => {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
};

const texts = (): Texts => ({});

/** The fields of a message, of its `$n` members and of their `$n_$m` members. */
export interface Families {
  readonly fields: Fields;
  readonly ofMembers?: Fields;
  readonly ofInner?: Fields;
}

/**
 * Sorts the fields of a reply. An empty element means the same as an absent one: WeChat Pay sends both. `check`: what merely informs
 * is tried, and set aside where it cannot be read; a member whose field cannot be read is still a member.
 */
export const sort = (params: Params, { fields, ofInner, ofMembers }: Families, check: boolean): Sorted => {
  const flat: Texts = {};
  const members = new Map<number, Texts>();
  const inner = new Map<number, Map<number, Texts>>();
  const extra: Texts = {};
  const put = (into: Texts, { ours, reads }: Known, wire: string, value: string): void => {
    if (!check || reads(value)) into[ours] = value;
    else extra[wire] = value;
  };
  for (const [wire, value] of params) {
    if (value === "") continue;
    const field = fields.get(wire);
    if (field !== undefined) {
      if (!check || field.reads(value)) flat[field.ours] = value;
      else extra[wire] = value;
      continue;
    }
    if (envelope.has(wire)) continue;
    const match = indexed.exec(wire);
    const [, base = "", n = "", m] = match ?? [];
    const member = m === undefined ? ofMembers?.get(base) : ofInner?.get(base);
    if (match === null || member === undefined) extra[wire] = value;
    else if (m === undefined) put(at(members, Number(n), texts), member, wire, value);
    else
      put(
        at(
          at(inner, Number(n), () => new Map()),
          Number(m),
          texts,
        ),
        member,
        wire,
        value,
      );
  }
  return { flat, members, inner, extra };
};

/**
 * Reads a reply as if everything in it could be read, which is nearly always so, and field by field only where that fails: each field
 * is decoded once.
 */
export const tolerantly = <A, E>(decode: (check: boolean) => Result.Result<A, E>): Result.Result<A, E> => {
  const whole = decode(false);
  return Result.isSuccess(whole) ? whole : decode(true);
};

/** The members of a family in the order of their indexes. */
export const inOrder = (members: ReadonlyMap<number, Texts> | undefined): ReadonlyArray<Texts> =>
  members === undefined ? [] : [...members].sort(([a], [b]) => a - b).map(([, fields]) => fields);

/** Decodes sorted fields of a reply; a field that is missing or unreadable makes the reply malformed, by its wire name. */
export const decodeReply = <S extends Schema.ConstraintDecoder<unknown>>(schema: S, ofRecords?: Fields) => {
  const decode = Schema.decodeUnknownResult(schema);
  return (values: unknown, fields: Fields): Result.Result<S["Type"], MalformedReply> =>
    Result.mapError(decode(values), (error) => {
      const [issue] = issuesOf(error) as [ReturnType<typeof issuesOf>[number]];
      const [, index, name] = /^records\.(\d+)\.(\w+)$/.exec(issue.path) ?? [];
      const field =
        ofRecords === undefined || name === undefined
          ? fields.wireOf(issue.path)
          : `${ofRecords.wireOf(name)}_${index}`;
      return new MalformedReply({ field, problem: `${field} ${issue.message}` });
    });
};
