/** The field schemas that several messages share: texts, numbers, amounts, times, and the `$n` families. */
import * as DateTime from "effect/DateTime";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import * as SchemaGetter from "effect/SchemaGetter";
import * as SchemaIssue from "effect/SchemaIssue";
import type { Params } from "../Params.ts";
import { MalformedReply } from "../RefundError.ts";
import { isAmbiguous } from "../Signature.ts";
import { valueProblem } from "../Xml.ts";

/** A text of a request: 1 to `max` characters that the protocol can carry unchanged. */
export const text = (max: number): Schema.String =>
  Schema.String.check(
    Schema.makeFilter((value: string) => {
      if (value === "") return "must not be empty; leave the field out instead";
      const problem = valueProblem(value);
      if (problem !== undefined) return `must not contain ${problem}`;
      if (isAmbiguous(value))
        return 'must not contain "&name=", which reads like another field in the string that is signed';
      const length = [...value].length;
      return length <= max || `must have at most ${max} characters; it has ${length}`;
    }),
  );

/** An identifier of a request: 1 to `max` of a fixed set of ASCII characters. */
export const identifier = (max: number, characters = "0-9A-Za-z_\\-|*@", shown = "digits, letters and _ - | * @") => {
  const pattern = new RegExp(`^[${characters}]{1,${max}}$`);
  return Schema.String.check(
    Schema.makeFilter((value: string) => pattern.test(value) || `must be 1 to ${max} of ${shown}`),
  );
};

/** An amount in fen (分, cents of a yuan): a whole number from 1 up to 9007199254740991. */
export const Fen = Schema.Finite.check(
  Schema.makeFilter(
    (value: number) =>
      (Number.isSafeInteger(value) && value >= 1) || "must be a whole number of fen (分), at least 1: 1.00 yuan is 100",
  ),
).pipe(Schema.brand("Fen"));
export type Fen = typeof Fen.Type;

const digits = /^(?:0|[1-9][0-9]{0,15})$/;

/** A whole number as the wire carries it: decimal digits, no sign, no leading zero, within the safe integers. */
const wholeNumber = (least: 0 | 1) =>
  Schema.String.check(
    Schema.makeFilter(
      (value: string) =>
        (digits.test(value) && Number(value) >= least && Number.isSafeInteger(Number(value))) ||
        "is not a whole number written in plain digits",
    ),
  );

const number = {
  decode: SchemaGetter.transform((value: string) => Number(value)),
  encode: SchemaGetter.String<number>(),
};

/** An amount read from a reply: fen in plain digits; zero is possible, as in the cash part of a coupon-only payment. */
export const FenText = wholeNumber(0).pipe(Schema.decodeTo(Schema.Finite.pipe(Schema.brand("Fen")), number));

/** An amount that must be at least 1 fen, in plain digits: `1`, never `01`, `1.0`, `+1` or `1e2`. */
export const FenFromText = wholeNumber(1).pipe(Schema.decodeTo(Fen, number));

/** A count read from a reply. */
export const Count = wholeNumber(0).pipe(Schema.decodeTo(Schema.Finite, number));

const beijingPattern = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/;
const beijingOffset = 8 * 60 * 60 * 1000;

const beijingText = (millis: number): string =>
  new Date(millis + beijingOffset).toISOString().slice(0, 19).replace("T", " ");

const beijingMillis = (value: string): number | undefined => {
  if (!beijingPattern.test(value)) return undefined;
  const millis = Date.parse(`${value.replace(" ", "T")}Z`) - beijingOffset;
  // A date that does not exist reads as another one.
  return Number.isNaN(millis) || beijingText(millis) !== value ? undefined : millis;
};

/** A time as the gateway writes it: `yyyy-MM-dd HH:mm:ss` in Beijing (UTC+8, no summer time). */
export const BeijingTime = Schema.String.check(
  Schema.makeFilter(
    (value: string) => beijingMillis(value) !== undefined || "is not a time of the form yyyy-MM-dd HH:mm:ss",
  ),
).pipe(
  Schema.decodeTo(Schema.DateTimeUtc, {
    decode: SchemaGetter.transform((value: string) => DateTime.makeUnsafe(beijingMillis(value) as number)),
    encode: SchemaGetter.transform((time: DateTime.Utc) => beijingText(DateTime.toEpochMillis(time))),
  }),
);

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

/** Our names ⇄ the wire's, of one message or of one member of a family. */
export class Names {
  private readonly wire: ReadonlyMap<string, string>;
  private readonly byWire: ReadonlyMap<string, string>;
  constructor(wire: Readonly<Record<string, string>>) {
    this.wire = new Map(Object.entries(wire));
    this.byWire = new Map(Object.entries(wire).map(([ours, name]) => [name, ours]));
  }
  ours(wire: string): string | undefined {
    return this.byWire.get(wire);
  }
  wireOf(ours: string): string {
    return this.wire.get(ours) ?? ours;
  }
}

/** The members of a coupon family: the same in the reply of an application and in a query's record. */
export const couponNames = new Names({
  couponType: "coupon_type",
  couponRefundId: "coupon_refund_id",
  couponRefundFee: "coupon_refund_fee",
  couponRefundBatchId: "coupon_refund_batch_id",
});

type Texts = Record<string, string>;

/** One reply, sorted: its flat fields under our names, its `$n` and `$n_$m` members by index, and all that is unknown. */
export interface Sorted {
  readonly flat: Texts;
  /** `members[n]` are the fields `name_n`; `inner` are the fields `name_n_m`, as `[n, m, fields]`. */
  readonly members: ReadonlyMap<number, Texts>;
  readonly inner: ReadonlyMap<number, ReadonlyMap<number, Texts>>;
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

/**
 * Sorts the fields of a reply. An empty element means the same as an absent one: WeChat Pay sends both. Whatever is not known
 * is kept under its wire name in `extra`.
 */
export const sort = (params: Params, names: Names, memberNames?: Names, innerNames?: Names): Sorted => {
  const flat: Texts = {};
  const members = new Map<number, Texts>();
  const inner = new Map<number, Map<number, Texts>>();
  const extra: Texts = {};
  for (const [name, value] of params) {
    if (value === "" || envelope.has(name)) continue;
    const ours = names.ours(name);
    if (ours !== undefined) {
      flat[ours] = value;
      continue;
    }
    const match = indexed.exec(name);
    const [, base = "", n = "", m] = match ?? [];
    const member = m === undefined ? memberNames?.ours(base) : innerNames?.ours(base);
    if (match === null || member === undefined) extra[name] = value;
    else if (m === undefined) at(members, Number(n), (): Texts => ({}))[member] = value;
    else
      at(
        at(inner, Number(n), () => new Map()),
        Number(m),
        (): Texts => ({}),
      )[member] = value;
  }
  return { flat, members, inner, extra };
};

/** The members of a family in the order of their indexes. */
export const inOrder = (members: ReadonlyMap<number, Texts> | undefined): ReadonlyArray<Texts> =>
  members === undefined ? [] : [...members].sort(([a], [b]) => a - b).map(([, fields]) => fields);

const formatter = SchemaIssue.makeFormatterStandardSchemaV1();

/** Every issue of a schema error, by the dotted path of our names. */
export const issuesOf = (
  error: Schema.SchemaError,
): ReadonlyArray<{ readonly path: string; readonly message: string }> =>
  formatter(error.issue).issues.map(({ message, path }) => ({
    path: (path as ReadonlyArray<PropertyKey>).map(String).join("."),
    message: message === "Missing key" ? "is missing" : message,
  }));

/** Decodes sorted fields of a reply; a field that is missing or unreadable makes the reply malformed, by its wire name. */
export const decodeReply = <S extends Schema.ConstraintDecoder<unknown>>(schema: S) => {
  const decode = Schema.decodeUnknownResult(schema);
  return (fields: unknown, names: Names): Result.Result<S["Type"], MalformedReply> =>
    Result.mapError(decode(fields), (error) => {
      const [issue] = issuesOf(error) as [ReturnType<typeof issuesOf>[number]];
      const field = names.wireOf(issue.path);
      return new MalformedReply({ field, problem: `${field} ${issue.message}` });
    });
};
