/** Every file that a store cannot be: refused before anything of it is changed, by one error that says what to do. */
import { chmodSync, linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { it } from "@effect/vitest";
import { Effect, Exit } from "effect";
import { SqlClient } from "effect/sql";
import { describe, expect } from "vitest";
import { Sqlite, StoreError } from "@wechat-refund/durable";
import { networkFileSystem } from "../src/internal/fileSystems.ts";
import { hold } from "../src/internal/storeFile.ts";
import { directory, held } from "./support/files.ts";

const use = (file: string) =>
  Effect.provide(
    Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT 1`),
    Sqlite.layer({ file }),
  );

/** The refusal of a file. */
const refusal = (file: string) =>
  Effect.map(Effect.flip(use(file)), (error) => {
    if (error._tag !== "StoreError") throw error;
    return error;
  });

describe("a file that is no store", () => {
  it.effect("a directory", () =>
    Effect.gen(function* () {
      const path = yield* directory;
      const error = yield* refusal(path);
      expect(error.reason).toBe("Directory");
      expect(error.message).toBe(
        `the store "${path}" cannot be used: it is a directory: name a file in it, such as refunds.db`,
      );
    }),
  );

  it.effect("a text: its bytes stay", () =>
    Effect.gen(function* () {
      const file = join(yield* directory, "orders.csv");
      const text = "out_refund_no,refund_fee\nR-1,100\n".repeat(40);
      writeFileSync(file, text);
      const error = yield* refusal(file);
      expect(error).toMatchObject({ reason: "NotOurs", code: "SQLite 26" });
      expect(error.message).toContain("the file is not a database: name another");
      expect(readFileSync(file, "utf8")).toBe(text);
    }),
  );

  it.effect("another program's database: its bytes stay", () =>
    Effect.gen(function* () {
      const file = join(yield* directory, "shop.db");
      const shop = new DatabaseSync(file);
      shop.exec("CREATE TABLE orders (n INTEGER)");
      shop.close();
      const before = readFileSync(file);
      const error = yield* refusal(file);
      expect(error.reason).toBe("NotOurs");
      expect(error.message).toContain("another program's database");
      expect(readFileSync(file)).toEqual(before);
    }),
  );

  it.effect("a damaged database", () =>
    Effect.gen(function* () {
      const file = join(yield* directory, "refunds.db");
      yield* use(file);
      const store = new DatabaseSync(file);
      store.exec("CREATE TABLE t AS SELECT 1 AS n");
      store.close();
      const bytes = readFileSync(file);
      // The page that holds the schema, after the file's header.
      bytes.fill(0xff, 100, 4096);
      writeFileSync(file, bytes);
      expect(yield* refusal(file)).toMatchObject({ reason: "Damaged", code: "SQLite 11" });
    }),
  );

  it.effect("a file with a second name, which would have another lock", () =>
    Effect.gen(function* () {
      const path = yield* directory;
      yield* use(join(path, "refunds.db"));
      linkSync(join(path, "refunds.db"), join(path, "second.db"));
      expect((yield* refusal(join(path, "second.db"))).message).toContain("hard link");
    }),
  );

  it.effect("a file where somebody else's lies in the place of its lock: that stays", () =>
    Effect.gen(function* () {
      const path = yield* directory;
      writeFileSync(join(path, "refunds.db.lock"), "42\n");
      const error = yield* refusal(join(path, "refunds.db"));
      expect(error.message).toContain("refunds.db.lock beside it is not its lock: move that away");
      expect(readFileSync(join(path, "refunds.db.lock"), "utf8")).toBe("42\n");
    }),
  );

  it.effect("in a directory that does not exist", () =>
    Effect.gen(function* () {
      const error = yield* refusal(join(yield* directory, "none", "refunds.db"));
      expect(error).toMatchObject({ reason: "NotFound", code: "ENOENT" });
      expect(error.message).toContain("make the directory first");
    }),
  );

  it.effect("no path at all: what may be a key or a password is not repeated", () =>
    Effect.gen(function* () {
      for (const file of ["", ":memory:", "postgres://shop:hunter2@db/refunds", "-----BEGIN KEY-----\nhunter2\n"]) {
        const error = yield* refusal(file);
        expect(error.reason).toBe("BadAddress");
        expect(error.message).toContain("it takes the path of a file");
        expect(JSON.stringify(error) + String(error.stack)).not.toContain("hunter2");
      }
    }),
  );
});

describe("rights", () => {
  /** Runs the layer as a user who is not root, to whom rights would be nothing. Synchronous, so nothing else runs as that user. */
  const asNobody = (file: string) => {
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(65_534);
    try {
      const exit = Effect.runSyncExit(Effect.flip(use(file)));
      if (!Exit.isSuccess(exit) || !(exit.value instanceof StoreError.StoreError))
        throw new Error("it was not refused");
      return exit.value;
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  };

  it.effect("a file that may not be read, and one that may not be written", () =>
    Effect.gen(function* () {
      const path = yield* directory;
      chmodSync(path, 0o777);
      const file = join(path, "refunds.db");
      yield* use(file);
      chmodSync(`${file}.lock`, 0o666);
      for (const mode of [0o000, 0o444]) {
        chmodSync(file, mode);
        const error = asNobody(file);
        expect(error.reason).toBe("NoRight");
        expect(error.message).toContain("must be readable and writable by the user that this process runs as");
      }
    }),
  );

  it.effect("a lock that another user's command has left, which is named with the others", () =>
    Effect.gen(function* () {
      const path = yield* directory;
      chmodSync(path, 0o777);
      const file = join(path, "refunds.db");
      yield* use(file);
      chmodSync(file, 0o666);
      chmodSync(`${file}.lock`, 0o400);
      const error = asNobody(file);
      expect(error.reason).toBe("NoRight");
      expect(error.message).toContain("the file, those beside it that begin with its name, and its directory");
    }),
  );

  it.effect("a directory in which nothing may be made", () =>
    Effect.gen(function* () {
      const path = yield* directory;
      chmodSync(path, 0o755);
      mkdirSync(join(path, "closed"), { mode: 0o555 });
      expect(asNobody(join(path, "closed", "refunds.db"))).toMatchObject({ reason: "NoRight", code: "EACCES" });
    }),
  );
});

describe("file systems", () => {
  it.effect("one that other machines write to is refused by name, and nothing is made on it", () =>
    Effect.gen(function* () {
      const file = join(yield* directory, "refunds.db");
      for (const [type, name] of [
        [0x6969, "NFS"],
        // As a 32-bit system gives it.
        [0xff534d42 | 0, "SMB (CIFS)"],
        [0x65735546, "FUSE"],
      ] as const) {
        const error = yield* Effect.flip(Effect.scoped(hold(file, () => type)));
        expect(error.reason).toBe("NetworkFileSystem");
        expect(error.message).toContain(`it lies on ${name}, where locks do not keep another machine out`);
      }
      // ext4.
      yield* Effect.scoped(hold(file, () => 0xef53));
    }),
  );

  it("a disk of this machine has no such name", () => {
    const local = {
      ext4: 0xef53,
      xfs: 0x58465342,
      btrfs: 0x9123683e,
      tmpfs: 0x01021994,
      overlay: 0x794c7630,
      zfs: 0x2fc12fc1,
    };
    for (const [name, type] of Object.entries(local))
      expect([name, networkFileSystem(type)]).toEqual([name, undefined]);
  });
});

describe("one process", () => {
  it.effect(
    "a second process is refused while the first lives, and takes over when it is killed, with all it had written",
    () =>
      Effect.gen(function* () {
        const path = yield* directory;
        const file = join(path, "refunds.db");
        symlinkSync(file, join(path, "link.db"));
        const first = yield* held(file);
        expect(first.said).toBe("held");
        for (const name of ["refunds.db", "link.db", "../" + path.split("/").at(-1) + "/refunds.db"]) {
          const error = yield* refusal(join(path, name));
          expect(error.reason).toBe("Held");
          expect(error.message).toContain("another process has it");
          expect(error.message).toContain(`fuser ${file}.lock`);
        }
        const second = yield* held(file);
        expect(second.said).toContain("another process has it");

        yield* Effect.promise(first.kill);
        const rows = yield* Effect.provide(
          Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT count(*) AS n FROM held`),
          Sqlite.layer({ file }),
        );
        expect(rows).toEqual([{ n: 1 }]);
        const third = yield* held(file);
        expect(third.said).toBe("held");
      }),
  );

  it.effect("nor has one process it twice", () =>
    Effect.gen(function* () {
      const file = join(yield* directory, "refunds.db");
      const inner = Effect.flatMap(SqlClient.SqlClient, () => refusal(file));
      expect((yield* Effect.provide(inner, Sqlite.layer({ file }))).reason).toBe("Held");
      yield* use(file);
    }),
  );

  it.effect("another program that is writing is waited for, a second", () =>
    Effect.gen(function* () {
      const file = join(yield* directory, "refunds.db");
      yield* use(file);
      const other = new DatabaseSync(file);
      other.exec("BEGIN EXCLUSIVE");
      expect(yield* refusal(file)).toMatchObject({ reason: "Busy", code: "SQLite 5" });
      other.close();
      yield* use(file);
    }),
  );
});
