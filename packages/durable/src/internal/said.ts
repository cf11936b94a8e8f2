/** What a database said, in a line for the log. */
import type { SqlError } from "effect/sql/SqlError";

/** The kind of failure and, where it is of a statement and not of an address, the database's own words. */
export const said = ({ reason }: SqlError): string => {
  const cause = reason.cause instanceof Error ? reason.cause : undefined;
  const code = cause !== undefined && "code" in cause && typeof cause.code === "string" ? ` ${cause.code}` : "";
  const words =
    cause === undefined || reason._tag === "ConnectionError" || reason._tag === "AuthenticationError"
      ? ""
      : `: ${cause.message.split("\n", 1)[0] ?? ""}`;
  return `${reason._tag}${code}${words}`;
};
