/** What the failures of PostgreSQL and of the way to it mean for a store, and what to do. The server's own words are not repeated. */
import type { SqlError } from "effect/sql/SqlError";
import { type Reason, StoreError } from "../StoreError.ts";

type Meaning = readonly [codes: ReadonlyArray<string>, reason: Reason, detail: string];

// SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html
const meanings: ReadonlyArray<Meaning> = [
  [["28P01"], "WrongPassword", "the server knows no such user with this password: check both in the address"],
  [
    ["28000"],
    "NoRight",
    "the server does not let this user in from here: the role needs LOGIN, and pg_hba.conf a line for it",
  ],
  [["3D000"], "NotFound", "the server has no database of this name: make it (CREATE DATABASE), or name another"],
  [["42501"], "NoRight", "the role may not do this in the database: GRANT it CONNECT, and CREATE on its schema"],
  [["25006"], "ReadOnly", "the server takes no writes: name the primary, not a standby"],
  [
    ["53300"],
    "Busy",
    "the server has no connection left: lower maxConnections here or elsewhere, or raise the server's max_connections",
  ],
  [["53100"], "DiskFull", "the server's disk is full: make room there"],
  [["57P01", "57P02", "57P03"], "Unreachable", "the server is starting or stopping: try again when it is up"],
  [["ECONNREFUSED", "ENOENT"], "Unreachable", "nothing listens there: start the server, or check host and port"],
  [["ENOTFOUND", "EAI_AGAIN"], "Unreachable", "the host's name is not known: check it, or the name server"],
  [
    ["ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "ECONNRESET", "EPIPE"],
    "Unreachable",
    "the server cannot be reached: check network and firewall between here and there",
  ],
  [
    [
      "SELF_SIGNED_CERT_IN_CHAIN",
      "DEPTH_ZERO_SELF_SIGNED_CERT",
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    ],
    "Unreachable",
    "the server's certificate is not trusted: name its authority in NODE_EXTRA_CA_CERTS",
  ],
  [
    ["ERR_TLS_CERT_ALTNAME_INVALID", "CERT_HAS_EXPIRED"],
    "Unreachable",
    "the server's certificate is not valid for this host: have it renewed, or correct the host",
  ],
];

/** The client's own words where there is no code. */
const texts: ReadonlyArray<readonly [text: RegExp, reason: Reason, detail: string]> = [
  [/timed out/i, "Unreachable", "the server does not answer in time: check that host and port are a PostgreSQL's"],
  [/refused TLS/i, "Unreachable", "the server has no TLS: switch it on there, or leave sslmode=require out"],
  [/No password/i, "WrongPassword", "the server asks for a password: put it into the address"],
  [/URL|username/i, "BadAddress", "the address is not complete: it takes postgres://user:password@host:5432/database"],
];

const codeOf = (cause: unknown): string | undefined => {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return typeof code === "string" && /^[A-Z0-9_]+$/.test(code) ? code : undefined;
};

/** The refusal that an error of the client is, for the server at an address as it may be printed. */
export const refusal = (store: string, { reason: { cause, message = "" } }: SqlError): StoreError => {
  const code = codeOf(cause);
  const [, reason, detail] = meanings.find(([codes]) => code !== undefined && codes.includes(code)) ??
    texts.find(([text]) => text.test(message)) ?? [
      undefined,
      "Other" as const,
      "the server's answer is not understood: check that host and port are a PostgreSQL's, and its log",
    ];
  return new StoreError({ reason, store, detail, ...(code !== undefined && { code }) });
};

/**
 * The refusal of a database's encoding, where it has not all characters: WeChat Pay's answers are in Chinese, and what came of a call that was
 * made could never be stored. SQL_ASCII keeps bytes as they come.
 */
export const unfitEncoding = (store: string, encoding: unknown): StoreError | undefined =>
  encoding === "UTF8" || encoding === "SQL_ASCII"
    ? undefined
    : new StoreError({
        reason: "Other",
        store,
        detail:
          "the database's encoding does not have all characters: make one with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0",
      });
