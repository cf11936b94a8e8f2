/**
 * The address of a PostgreSQL server: whether it can be read as it was meant, and how it may be printed. Total and pure.
 *
 * A password with a character that parts an address moves every border after it, and what is then taken for a host or a database is
 * the rest of the password. Such an address is refused before anybody connects, and nothing of it is repeated.
 */
import * as Result from "effect/Result";

/** Stands for an address of which nothing may be repeated. */
export const unshown = "(an address that is not shown)";

const remedy =
  "it takes an address such as postgres://user:password@host:5432/database, in which / ? # @ : % of a password are written as %2F %3F %23 %40 %3A %25";

/** The address without user's password and parameters, or what is wrong with it. */
export const shown = (url: string): Result.Result<string, string> => {
  if (!URL.canParse(url)) return Result.fail(remedy);
  const { protocol, username, hostname, port, pathname, search, searchParams, hash } = new URL(url);
  if (protocol !== "postgres:" && protocol !== "postgresql:") return Result.fail(remedy);
  if (/@/.test(decoded(hostname + pathname + search)) || hash !== "" || /.\//.test(pathname))
    return Result.fail(remedy);
  const host = hostname === "" ? (searchParams.get("host") ?? "") : hostname;
  return Result.succeed(
    `${protocol}//${username === "" ? "" : `${username}@`}${host}${port === "" ? "" : `:${port}`}${pathname}`,
  );
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not written as an address is: refused like one that holds the rest of a password.
    return "@";
  }
};
