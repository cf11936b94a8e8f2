/** The query of an address, as an endpoint allows it. */
import { no, type Refused } from "./verdict.ts";

/** Refuses the first parameter that is unknown or there twice. */
export const strange = (query: URLSearchParams, ...known: ReadonlyArray<string>): Refused | undefined => {
  const names = [...query.keys()];
  const field = names.find((name, n) => !known.includes(name) || names.indexOf(name) !== n);
  return field === undefined
    ? undefined
    : no(400, "PARAM_ERROR", "请求中含有未在API文档中定义的参数", { field, location: "query" });
};
