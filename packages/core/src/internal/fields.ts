/** The field schemas that several messages share: texts, numbers, amounts and times. */
import * as DateTime from "effect/DateTime";
import * as Schema from "effect/Schema";
import * as SchemaGetter from "effect/SchemaGetter";
import * as SchemaIssue from "effect/SchemaIssue";
import { isAmbiguous } from "../Signature.ts";
import { valueProblem } from "../Xml.ts";
import { invisible } from "./invisible.ts";

/** A text of a request: 1 to `max` characters that the protocol can carry unchanged. */
export const text = (max: number): Schema.String =>
  Schema.String.check(
    Schema.makeFilter((value: string) => {
      if (value.trim() === "") return "must not be empty; leave the field out instead";
      const problem = valueProblem(value);
      if (problem !== undefined) return `must not contain ${problem}`;
      if (isAmbiguous(value))
        return 'must not contain "&name=", which reads like another field in the string that is signed';
      const unseen = invisible(value);
      if (unseen !== undefined) return `must not contain ${unseen}`;
      // Of units of UTF-16 there are never fewer than of characters.
      if (value.length <= max) return true;
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

/** The largest of the safe integers, beyond which a number is not the one that was written. */
const tooLarge = "must be at most 9007199254740991";

/** An amount in fen (分, cents of a yuan): a whole number from 1 up to 9007199254740991. */
export const Fen = Schema.Finite.check(
  Schema.makeFilter((value: number) => {
    if (Number.isSafeInteger(value) && value >= 1) return true;
    return value > Number.MAX_SAFE_INTEGER
      ? tooLarge
      : "must be a whole number of fen (分), at least 1: 1.00 yuan is 100";
  }),
).pipe(Schema.brand("Fen"));
export type Fen = typeof Fen.Type;

const digits = /^(?:0|[1-9][0-9]{0,15})$/;

const wholeFrom =
  (least: 0 | 1) =>
  (text: string): number | undefined => {
    if (!digits.test(text)) return undefined;
    const value = Number(text);
    return value >= least && Number.isSafeInteger(value) ? value : undefined;
  };

/** A whole number as the wire carries it: decimal digits, no sign, no leading zero, within the safe integers. */
const wholeNumber = (least: 0 | 1) => {
  const read = wholeFrom(least);
  return Schema.String.check(
    Schema.makeFilter((value: string) => {
      if (read(value) !== undefined) return true;
      return /^[1-9][0-9]{15,}$/.test(value) ? tooLarge : "is not a whole number written in plain digits";
    }),
  );
};

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

/** What these three read of a text, without the schema around it. */
export const wholeNumbers: ReadonlyMap<unknown, (text: string) => number | undefined> = new Map([
  [FenText, wholeFrom(0)],
  [FenFromText, wholeFrom(1)],
  [Count, wholeFrom(0)],
]);

const beijingOffset = 8 * 60 * 60 * 1000;

const beijingText = (millis: number): string =>
  new Date(millis + beijingOffset).toISOString().slice(0, 19).replace("T", " ");

// Beside `yyyy-MM-dd HH:mm:ss`: its 14 digits alone, and the form of APIv3, with an offset. Others could be read in two ways.
const digitsAlone = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$/;
const timePattern =
  /^(\d{4}-\d{2}-\d{2})(?: (\d{2}:\d{2}:\d{2})|T(\d{2}:\d{2}:\d{2})(?:Z|([+-])(0\d|1[0-4]):([0-5]\d)))$/;

const timeMillis = (value: string): number | undefined => {
  const match = timePattern.exec(value.replace(digitsAlone, "$1-$2-$3 $4:$5:$6"));
  if (match === null) return undefined;
  const [, date, local, abroad, sign, hours = "0", minutes = "0"] = match;
  const text = `${date}T${local ?? abroad}`;
  const millis = Date.parse(`${text}Z`);
  // A date that does not exist reads as another one.
  if (Number.isNaN(millis) || new Date(millis).toISOString().slice(0, 19) !== text) return undefined;
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return millis - (local !== undefined ? beijingOffset : sign === "-" ? -offset : offset);
};

/** A time as the gateway writes it: in Beijing (UTC+8, no summer time) unless it names its offset. */
export const BeijingTime = Schema.String.check(
  Schema.makeFilter(
    (value: string) => timeMillis(value) !== undefined || "is not a time of the form yyyy-MM-dd HH:mm:ss",
  ),
).pipe(
  Schema.decodeTo(Schema.DateTimeUtc, {
    decode: SchemaGetter.transform((value: string) => DateTime.makeUnsafe(timeMillis(value) as number)),
    encode: SchemaGetter.transform((time: DateTime.Utc) => beijingText(DateTime.toEpochMillis(time))),
  }),
);

/** Our names of a request's fields, and the wire's. */
export class Names {
  private readonly wire: ReadonlyMap<string, string>;
  constructor(wire: Readonly<Record<string, string>>) {
    this.wire = new Map(Object.entries(wire));
  }
  wireOf(ours: string): string {
    return this.wire.get(ours) ?? ours;
  }
}

const formatter = SchemaIssue.makeFormatterStandardSchemaV1();

/** Every issue of a schema error, by the dotted path of our names. */
export const issuesOf = (
  error: Schema.SchemaError,
): ReadonlyArray<{ readonly path: string; readonly message: string }> =>
  formatter(error.issue).issues.map(({ message, path }) => ({
    path: (path as ReadonlyArray<PropertyKey>).map(String).join("."),
    message: message === "Missing key" ? "is missing" : message,
  }));
