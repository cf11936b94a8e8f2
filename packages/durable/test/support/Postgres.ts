/**
 * PostgreSQL servers of the tests' own, where Debian's or another PostgreSQL is installed: a cluster in a temporary directory, on
 * loopback and a free port, with passwords. A guard beside each ends it and removes it when the process that started it is gone,
 * however that ended.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { appendFileSync, chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { Effect, Redacted } from "effect";
import { inject } from "vitest";

const directories = (): ReadonlyArray<string> => {
  const versions = existsSync("/usr/lib/postgresql") ? readdirSync("/usr/lib/postgresql") : [];
  const newestFirst = versions
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => `/usr/lib/postgresql/${version}/bin`);
  return [...(process.env["PATH"] ?? "").split(delimiter), ...newestFirst];
};

/** Where `initdb`, `pg_ctl` and `psql` are. */
const bin = directories().find((path) => ["initdb", "pg_ctl", "psql"].every((name) => existsSync(join(path, name))));

export const isInstalled = bin !== undefined;

/** To be said by every file whose tests need a server; they pass without one only because they are skipped. */
export const sayIfSkipped = (what: string): void => {
  if (!isInstalled) {
    console.warn(`\n!!! SKIPPED: ${what}. There is no PostgreSQL; apt-get install -y postgresql\n`);
  }
};

/** PostgreSQL refuses to run as root: it runs as the user that Debian made for it, or as nobody. */
const user = ((): { readonly uid?: number; readonly gid?: number } => {
  if (process.getuid?.() !== 0) return {};
  const idOf = (name: string, of: "-u" | "-g") =>
    Number(execFileSync("id", [of, name], { stdio: ["ignore", "pipe", "ignore"] }));
  for (const name of ["postgres", "nobody"]) {
    try {
      return { uid: idOf(name, "-u"), gid: idOf(name, "-g") };
    } catch {
      continue;
    }
  }
  throw new Error("there is neither a user postgres nor a user nobody");
})();

/** Gives a file of this process to the server's user. */
const owned = (path: string): void => {
  if (user.uid !== undefined && user.gid !== undefined) chownSync(path, user.uid, user.gid);
};

/** What it takes to speak to a cluster, from any process. */
export interface Access {
  readonly directory: string;
  readonly port: number;
  readonly password: string;
}

/** How `pg_ctl` ends a server: when all clients have gone, once their transactions are undone, or as a crash does. */
export type StopMode = "smart" | "fast" | "immediate";

export interface Cluster extends Access {
  /** The address of a database as the superuser, unless others are given. */
  readonly url: (database: string, as?: { readonly user: string; readonly password: string }) => Redacted.Redacted;
  readonly start: () => Promise<void>;
  readonly stop: (mode: StopMode) => Promise<void>;
  readonly restart: (mode: StopMode) => Promise<void>;
  /** Runs statements as the superuser, each for itself, and gives what they print: a line a row, a bar between columns. */
  readonly run: (statements: string, database?: string) => Promise<string>;
  /** Makes an empty database and gives its name. */
  readonly createDatabase: () => Promise<string>;
  readonly dropDatabase: (name: string) => Promise<void>;
  /** Ends every connection to a database, as an administrator or a failover does; how many there were. */
  readonly killBackends: (database: string) => Promise<number>;
  /** Lets the server take writes, or not, in the sessions that are open too. Not for the shared cluster. */
  readonly setReadOnly: (readOnly: boolean) => Promise<void>;
}

const program = (name: string): string => join(bin ?? "", name);

/** Runs a program to its end, as the server's user. */
const call = async (name: string, args: ReadonlyArray<string>, env: Record<string, string> = {}, input = "") => {
  const child = spawn(program(name), args, {
    ...user,
    cwd: "/",
    env: { PATH: process.env["PATH"], LC_ALL: "C", ...env },
    // A server that `pg_ctl` starts would keep a pipe open.
    stdio: name === "pg_ctl" ? "ignore" : "pipe",
  });
  child.stdin?.end(input);
  const [out, problems] = await Promise.all([
    child.stdout === null ? "" : text(child.stdout),
    child.stderr === null ? "" : text(child.stderr),
    once(child, "close"),
  ]);
  if (child.exitCode !== 0) throw new Error(`${name} ended with ${child.exitCode}: ${problems}`);
  return out.trimEnd();
};

/** A cluster that was started, by this process or another. */
export const attach = ({ directory, port, password }: Access): Cluster => {
  const data = join(directory, "data");
  const control = async (...args: ReadonlyArray<string>) => {
    try {
      await call("pg_ctl", ["-D", data, "-w", "-t", "60", ...args]);
    } catch (cause) {
      throw new Error(`pg_ctl ${args.join(" ")}: ${readFileSync(join(directory, "log"), "utf8").slice(-2000)}`, {
        cause,
      });
    }
  };
  const run = (statements: string, database = "postgres") => {
    const login = { PGPASSWORD: password, PGOPTIONS: "-c default_transaction_read_only=off" };
    const args = [
      "-X",
      "-q",
      "-A",
      "-t",
      "-v",
      "ON_ERROR_STOP=1",
      "-h",
      "127.0.0.1",
      "-p",
      `${port}`,
      "-U",
      "postgres",
    ];
    return call("psql", [...args, "-d", database], login, statements);
  };
  const start = () => control("-l", join(directory, "log"), "start");
  const stop = (mode: StopMode) => control("-m", mode, "stop");
  return {
    directory,
    port,
    password,
    url: (database, as = { user: "postgres", password }) =>
      Redacted.make(`postgres://${as.user}:${encodeURIComponent(as.password)}@127.0.0.1:${port}/${database}`),
    start,
    stop,
    restart: async (mode) => {
      await stop(mode);
      await start();
    },
    run,
    createDatabase: async () => {
      const name = `t_${randomBytes(6).toString("hex")}`;
      await run(`CREATE DATABASE ${name}`);
      return name;
    },
    dropDatabase: async (name) => void (await run(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
    killBackends: async (database) =>
      Number(await run(`SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '${database}'`)),
    setReadOnly: async (readOnly) => {
      const before = Number(await run("SELECT extract(epoch FROM pg_conf_load_time())"));
      await run(`ALTER SYSTEM SET default_transaction_read_only = ${readOnly}`);
      await run("SELECT pg_reload_conf()");
      // The server reads its settings a moment later, and tells its sessions.
      while (Number(await run("SELECT extract(epoch FROM pg_conf_load_time())")) === before);
    },
  };
};

/** A port that was free a moment ago. */
const freePort = async (): Promise<number> => {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
};

/**
 * Waits for the end of this process, or for being told, then ends the server and removes all of it. In a group of its own: a key that
 * interrupts the tests must not end it first.
 */
const guarded = (directory: string): ChildProcess => {
  const script = `cat >/dev/null; "$1" -D "$2/data" -m immediate -t 10 stop || kill -9 "$(head -n 1 "$2/data/postmaster.pid")"; rm -rf "$2"`;
  const guard = spawn("sh", ["-c", script, "guard", program("pg_ctl"), directory], {
    ...user,
    cwd: "/",
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  guard.unref();
  return guard;
};

export interface Options {
  /** Off unless asked for: the tests crash servers, not machines. */
  readonly fsync?: boolean;
  /** Speaks TLS too, with this certificate. */
  readonly tls?: { readonly certificatePem: string; readonly privateKeyPem: string };
  /** Further lines of `postgresql.conf`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Starts a cluster; `end` stops and removes it. */
export const start = async ({ fsync = false, tls, settings = {} }: Options = {}): Promise<{
  readonly cluster: Cluster;
  readonly end: () => Promise<void>;
}> => {
  const directory = mkdtempSync(join(tmpdir(), "wechat-refund-postgres-"));
  owned(directory);
  const guard = guarded(directory);
  const end = async () => {
    guard.ref();
    const gone = once(guard, "exit");
    guard.stdin?.end();
    await gone;
  };
  try {
    const password = randomBytes(12).toString("base64");
    const secret = join(directory, "password");
    writeFileSync(secret, `${password}\n`);
    const data = join(directory, "data");
    const forms = ["-E", "UTF8", "--locale=C", "-A", "scram-sha-256", "--no-sync", "--no-instructions"];
    await call("initdb", ["-D", data, "-U", "postgres", `--pwfile=${secret}`, ...forms]);
    if (tls !== undefined) {
      writeFileSync(join(data, "server.crt"), tls.certificatePem);
      const key = join(data, "server.key");
      writeFileSync(key, tls.privateKeyPem, { mode: 0o600 });
      owned(key);
    }
    const port = await freePort();
    const lines = {
      listen_addresses: "127.0.0.1",
      port: `${port}`,
      unix_socket_directories: directory,
      // Many tests at once, each with processes of its own.
      max_connections: "400",
      fsync: fsync ? "on" : "off",
      ssl: tls === undefined ? "off" : "on",
      ...settings,
    };
    const conf = Object.entries(lines).map(([name, value]) => `${name} = '${value}'\n`);
    appendFileSync(join(data, "postgresql.conf"), conf.join(""));
    const cluster = attach({ directory, port, password });
    await cluster.start();
    return { cluster, end };
  } catch (cause) {
    await end();
    throw cause;
  }
};

/** A cluster of a test's own, which it may stop, until the scope closes. */
export const own = (options?: Options) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.promise(() => start(options)),
      ({ end }) => Effect.promise(end),
    ),
    ({ cluster }) => cluster,
  );

/** The cluster that all files of the run share. Databases are each test's own; the server is nobody's to stop. */
export const shared: Effect.Effect<Cluster> = Effect.promise(async () => {
  const response = await fetch(inject("postgresOfTheRun"));
  if (!response.ok) throw new Error(await response.text());
  return attach((await response.json()) as Access);
});

/** An empty database of the shared cluster, until the scope closes. */
export const database = Effect.gen(function* () {
  const cluster = yield* shared;
  const name = yield* Effect.acquireRelease(
    Effect.promise(() => cluster.createDatabase()),
    (created) => Effect.promise(() => cluster.dropDatabase(created)),
  );
  return { cluster, name, url: cluster.url(name) };
});
