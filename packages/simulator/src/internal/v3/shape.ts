/** The shape of a JSON body, and where one departs from it, told as APIv3 tells it. */
import { no, type Refused } from "./verdict.ts";

export type Shape =
  | { readonly is: "value"; readonly accepts: (value: unknown) => boolean }
  | { readonly is: "list"; readonly of: Shape }
  | { readonly is: "object"; readonly members: Readonly<Record<string, Member>> };

export interface Member {
  readonly required: boolean;
  readonly shape: Shape;
}

const value = (accepts: (value: unknown) => boolean): Shape => ({ is: "value", accepts });

/** A text of at most `max` characters, none of them outside the basic plane, and not empty. */
export const text = (max: number, accepts: (value: string) => boolean = () => true): Shape =>
  value(
    (given) =>
      typeof given === "string" &&
      given !== "" &&
      given.length <= max &&
      !/[\ud800-\udfff]/.test(given) &&
      accepts(given),
  );
/** A whole number of fen, or of things. */
export const count = (least: 0 | 1): Shape =>
  value((given) => typeof given === "number" && Number.isSafeInteger(given) && given >= least);
export const list = (of: Shape): Shape => ({ is: "list", of });
export const object = (members: Readonly<Record<string, Member>>): Shape => ({ is: "object", members });
export const required = (shape: Shape): Member => ({ required: true, shape });
export const optional = (shape: Shape): Member => ({ required: false, shape });

const isObject = (given: unknown): given is Readonly<Record<string, unknown>> =>
  typeof given === "object" && given !== null && !Array.isArray(given);

const wrong = (field: string, value: unknown): Refused =>
  no(400, "PARAM_ERROR", "参数格式错误", { field, issue: "格式错误", location: "body", value });

/** The first thing that is wrong: a member that is missing, unknown, or not as it must be. */
export const problem = (shape: Shape, given: unknown, pointer = ""): Refused | undefined => {
  switch (shape.is) {
    case "value":
      return shape.accepts(given) ? undefined : wrong(pointer, given);
    case "list": {
      if (!Array.isArray(given) || given.length === 0) return wrong(pointer, given);
      for (const [n, item] of given.entries()) {
        const found = problem(shape.of, item, `${pointer}/${n}`);
        if (found !== undefined) return found;
      }
      return undefined;
    }
    case "object": {
      if (!isObject(given)) return wrong(pointer, given);
      const unknown = Object.keys(given).filter((name) => !Object.hasOwn(shape.members, name));
      if (unknown.length > 0) {
        return no(400, "PARAM_ERROR", "请求中含有未在API文档中定义的参数", { location: "body", value: unknown });
      }
      for (const [name, member] of Object.entries(shape.members)) {
        if (!Object.hasOwn(given, name)) {
          if (!member.required) continue;
          return no(400, "PARAM_ERROR", "参数格式错误", { field: "#", issue: "缺少必填字段", location: "body" });
        }
        const found = problem(member.shape, given[name], `${pointer}/${name}`);
        if (found !== undefined) return found;
      }
      return undefined;
    }
  }
};

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The JSON of a body; undefined where it is none. */
export const read = (body: Uint8Array): unknown => {
  try {
    return JSON.parse(utf8.decode(body)) as unknown;
  } catch {
    return undefined;
  }
};
