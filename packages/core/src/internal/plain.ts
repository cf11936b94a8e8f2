/**
 * A reply read without its schema where all of it is plain, which is nearly always so: texts as they came, whole numbers in plain digits.
 *
 * The schema's own way through a reply takes as long as its signature. It stays the one that decides: what is missing, or is not plain,
 * is left to it, and it names what is wrong.
 */
import * as Schema from "effect/Schema";
import * as SchemaAST from "effect/SchemaAST";
import { wholeNumbers } from "./fields.ts";

/** `undefined`: not for this reader. */
type Reader = (text: string) => string | number | undefined;

const asItIs: Reader = (text) => text;

const readerOf = (schema: Schema.Constraint): Reader | undefined =>
  schema.ast === Schema.String.ast ? asItIs : wholeNumbers.get(schema);

interface Field {
  readonly name: string;
  readonly optional: boolean;
  readonly read: Reader | undefined;
}

const fieldOf = ([name, field]: readonly [string, Schema.Constraint]): Field => {
  const optional = SchemaAST.isOptional(field.ast);
  return { name, optional, read: readerOf(optional ? (field as Schema.optionalKey<Schema.Constraint>).schema : field) };
};

type Texts = Readonly<Record<string, string>>;

/**
 * Reads the fields of a struct from their texts, beside those that are `given`; `undefined` where the struct's schema has to read them.
 * The texts have no other names than the struct's fields.
 */
export const plainly = <Fields extends Schema.Struct.Fields, Given extends keyof Schema.Struct<Fields>["Type"] = never>(
  struct: Schema.Struct<Fields>,
  ...given: ReadonlyArray<Given>
) => {
  type Type = Schema.Struct<Fields>["Type"];
  const fields = Object.entries(struct.fields)
    .filter(([name]) => !(given as ReadonlyArray<string>).includes(name))
    .map(fieldOf)
    // A text that may be absent is right as it is.
    .filter(({ optional, read }) => !optional || read !== asItIs);
  return (texts: Texts, rest: Pick<Type, Given>): Type | undefined => {
    const values: Record<string, unknown> = { ...texts, ...rest };
    for (const { name, optional, read } of fields) {
      const text = texts[name];
      if (text === undefined && optional) continue;
      const value = text === undefined ? undefined : read?.(text);
      if (value === undefined) return undefined;
      if (value !== text) values[name] = value;
    }
    return values as Type;
  };
};

/** A list, each of its members read; `undefined` where one of them is not plain. */
export const all = <A>(
  members: ReadonlyArray<Texts>,
  read: (texts: Texts, rest: object) => A | undefined,
): ReadonlyArray<A> | undefined => {
  const values: Array<A> = [];
  for (const texts of members) {
    const value = read(texts, {});
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
};
