/** `store`: a whole store: its form, its invariants, its backups. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { dirname, join } from "node:path";
import * as Maintenance from "@wechat-refund/durable/Maintenance";
import * as Migrations from "@wechat-refund/durable/Migrations";
import * as RefundStore from "@wechat-refund/durable/RefundStore";
import * as StoreCheck from "@wechat-refund/durable/StoreCheck";
import * as Argument from "effect/cli/Argument";
import * as Command from "effect/cli/Command";
import * as Flag from "effect/cli/Flag";
import * as Console from "effect/Console";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Option from "effect/Option";
import * as SqlClient from "effect/sql/SqlClient";
import { Ending, failed, give } from "../Ending.ts";
import * as Flags from "../Flags.ts";
import { colon, comma, type Say } from "@wechat-refund/checkup/Language";
import { translated } from "@wechat-refund/checkup/Translated";
import { atTerminal } from "../Person.ts";
import { plain, shownNumber, shownPath } from "../Print.ts";
import * as Store from "../store/Store.ts";
import { isSeen } from "./RefundActs.ts";

const stored = (say: Say) => ({
  ...Store.flags(
    say,
    say("this, --database or the environment must name one", "须由此选项、--database 或环境变量指定"),
  ),
  json: Flags.off("json", say("Print the result as JSON", "以 JSON 输出结果")),
});

type Given = Store.Flags & { readonly json: boolean };

const refused = (flags: Given, where: Store.Where) => (error: Parameters<typeof Store.problem>[1]) =>
  Store.refuse(flags, Store.problem(where, error));

const find = (flags: Given) => Store.find(flags).pipe(Effect.catch((error) => Store.refuse(flags, error)));

const said = ({ json }: Given, value: object, text: string) =>
  json ? give({ exitCode: 0, json: { ok: true, value } }) : give({ exitCode: 0, json: undefined, text }, "text");

const migrating = (say: Say) =>
  Command.make(
    "migrate",
    {
      ...stored(say),
      printSql: Flags.off(
        "print-sql",
        say(
          "Print the statements, for those who run them themselves; nothing is opened",
          "只打印语句，供自行执行；不打开存储",
        ),
      ),
    },
    Effect.fnUntraced(function* ({ printSql, ...flags }) {
      const where = yield* find(flags);
      if (printSql) return yield* Console.log(Migrations.print(where._tag === "Postgres").trimEnd());
      yield* Layer.build(Store.open(where)).pipe(
        Effect.scoped,
        Effect.catchTags({ StoreError: refused(flags, where), SqlError: refused(flags, where) }),
      );
      const store = Store.shown(where);
      yield* said(
        flags,
        { store, form: Migrations.newest },
        say(`${store} has form ${Migrations.newest}`, `${store} 的结构版本为 ${Migrations.newest}`),
      );
    }),
  ).pipe(
    Command.withShortDescription(say("Bring a store to this version's form", "将存储升级到本版本的结构")),
    Command.withExamples([
      { command: "wechat-refund store migrate --store shop.db" },
      { command: "wechat-refund store migrate --database postgres://db.example/shop --print-sql" },
    ]),
  );

const checking = (say: Say) =>
  Command.make(
    "check",
    stored(say),
    Effect.fnUntraced(function* (flags) {
      yield* Store.looking(
        flags,
        (where) =>
          Effect.gen(function* () {
            const { findings, refunds, rules } = yield* StoreCheck.check;
            const store = Store.shown(where);
            const isGood = findings.length === 0;
            const json = { ok: isGood, value: { store, refunds, rules, findings } };
            if (flags.json) return yield* give({ exitCode: isGood ? 0 : 1, json });
            yield* Console.log(
              isGood
                ? say(
                    `${store} is as it should be: ${refunds} refunds, ${rules} rules`,
                    `${store} 无误：${refunds} 笔退款，${rules} 条规则`,
                  )
                : findings
                    .map(({ count, refunds, rule }) =>
                      plain(
                        `✗ ${[translated(say)(rule), `${count}`, ...(refunds.length > 0 ? [refunds.map(shownNumber).join(comma(say))] : [])].join(colon(say))}`,
                      ),
                    )
                    .join("\n"),
            );
            if (!isGood) return yield* new Ending({ exitCode: 1 });
          }),
        { patient: true },
      );
    }),
  ).pipe(
    Command.withShortDescription(say("Check what must hold of every store", "检查存储是否一致")),
    Command.withDescription(
      say(
        "Checks what must hold of a store's refunds whatever has happened; it only looks, also while another process has the store. Exit codes: " +
          "0 all holds; 1 something does not; 2 wrong command line or store.",
        "检查存储中的退款无论发生什么都必须成立的条件；只读取，其他进程正在使用该存储时也可运行。退出码：0 全部成立；1 有不成立的；2 命令行或存储有误。",
      ),
    ),
    Command.withExamples([{ command: "wechat-refund store check --store shop.db" }]),
  );

/** The copy is whole when it has its name, and its owner's alone. */
const copied = Effect.fnUntraced(function* (target: string) {
  const sql = yield* SqlClient.SqlClient;
  const temporary = join(dirname(target), `.${randomUUID()}.backup`);
  const claimed = openSync(target, "wx", 0o600);
  closeSync(claimed);
  closeSync(openSync(temporary, "wx", 0o600));
  yield* sql`VACUUM INTO ${temporary}`.pipe(
    Effect.andThen(
      Effect.sync(() => {
        const written = openSync(temporary, "r");
        fsyncSync(written);
        closeSync(written);
        renameSync(temporary, target);
      }),
    ),
    Effect.onError(() =>
      Effect.sync(() => {
        for (const file of [temporary, target]) rmSync(file, { force: true });
      }),
    ),
  );
});

const backingUp = (say: Say) =>
  Command.make(
    "backup",
    {
      file: Argument.String("file").pipe(
        Argument.filter(Store.isPath, () => Store.notPath),
        Argument.withDescription(say("Where the copy goes; it must not exist yet", "副本的位置；不得已存在")),
      ),
      ...stored(say),
    },
    Effect.fnUntraced(function* ({ file, ...flags }) {
      const where = yield* find(flags);
      if (where._tag === "Postgres") {
        const message =
          "PostgreSQL is backed up by its own tools: pg_dump --schema=wechat_refund, or a backup of the server";
        const why = { reason: "NotHere", outcome: "not-accepted", advice: "fix-request", message } as const;
        return yield* give(failed(why, { exitCode: 2 }), flags.json ? "json" : "text");
      }
      const unwritten = (code: string) =>
        Store.refuse(flags, {
          message:
            code === "EEXIST"
              ? `${shownPath(file)} exists already: name another file`
              : `${shownPath(file)} cannot be written (${code}): check its directory, its permissions and the disk`,
        });
      yield* copied(file).pipe(
        Effect.catchDefect((defect) => {
          const code =
            defect instanceof Error && "code" in defect && typeof defect.code === "string" ? defect.code : undefined;
          return code === undefined ? Effect.die(defect) : unwritten(code);
        }),
        Effect.provide(Store.look(where)),
        Effect.catchTags({ StoreError: refused(flags, where), SqlError: refused(flags, where) }),
      );
      yield* said(
        flags,
        { store: Store.shown(where), backup: shownPath(file) },
        say(`${Store.shown(where)} copied to ${shownPath(file)}`, `${Store.shown(where)} 已复制到 ${shownPath(file)}`),
      );
    }),
  ).pipe(
    Command.withShortDescription(say("Copy a store's file, also while it is used", "备份存储文件，使用中也可")),
    Command.withDescription(
      say(
        "Copies a store as it is at one moment, also while another process has it; copying the file by other means may tear it. Who puts a " +
          "backup in its place moves FILE, FILE-wal and FILE-shm away together, and runs `store restored` first. Exit codes: 0 copied; 2 wrong command line, file or store.",
        "复制存储某一时刻的完整副本，其他进程正在使用时也可；用其他方式复制文件可能损坏。恢复备份时须将原存储的 FILE、FILE-wal 和 FILE-shm 一并移走，之后请先运行 `store restored`。退出码：0 已复制；2 命令行、文件或存储有误。",
      ),
    ),
    Command.withExamples([{ command: "wechat-refund store backup shop-backup.db --store shop.db" }]),
  );

const restoring = (say: Say) =>
  Command.make(
    "restored",
    {
      ...stored(say),
      by: Flags.optionalText(
        "by",
        say("Who does it, for the history; USER unless given", "操作人，记入历史；默认取 USER"),
      ),
      reason: Flag.String("reason").pipe(
        Flag.filter(isSeen, () => "must say why"),
        Flag.withMetavar("text"),
        Flag.withDescription(say("Why, for the history", "原因，记入历史")),
        Flag.withDefault("a backup was put back"),
      ),
    },
    Effect.fnUntraced(function* ({ by, reason, ...flags }) {
      const where = yield* find(flags);
      if (!Store.exists(where)) {
        yield* Store.refuse(flags, { message: `there is no store ${Store.shown(where)}: put the backup there first` });
      }
      const person = { by: Option.getOrUndefined(by) ?? (yield* atTerminal), reason };
      const count = yield* Maintenance.restored(person).pipe(
        Effect.provide(RefundStore.layer.pipe(Layer.provide(Store.open(where)))),
        Effect.catchTags({
          StoreError: refused(flags, where),
          SqlError: refused(flags, where),
          Damaged: ({ message }) => Store.refuse(flags, { message }),
        }),
      );
      const { damaged, ...counted } = count;
      const { refunds, withheld } = counted;
      const asked = say(
        `${refunds} refunds are asked for before anything of them is sent`,
        `${refunds} 笔退款将先查询，再决定是否发送`,
      );
      const given = say(
        `; ${withheld} of them had been given up, and are not sent unless they are started again (refunds list --block withheld)`,
        `；其中 ${withheld} 笔此前已放弃，除非重新开始，否则不会发送（refunds list --block withheld）`,
      );
      const text = withheld === 0 ? asked : `${asked}${given}`;
      const value = { store: Store.shown(where), ...counted, unread: damaged.map(({ outRefundNo }) => outRefundNo) };
      if (damaged.length === 0) return yield* said(flags, value, text);
      const left = say(
        `${damaged.length} refunds cannot be read, and would be sent without being asked for: mend them, or take the version that wrote them, and run this again before anything else works on the store`,
        `${damaged.length} 笔退款无法读取，将不经查询直接发送：请修复它们，或改用写入它们的版本，并在其他命令或服务使用该存储之前重新运行本命令`,
      );
      const some = damaged.slice(0, 10).map((error) => translated(say)(error.message));
      yield* give(
        { exitCode: 1, json: { ok: false, value }, text: [text, left, ...some].map(plain).join("\n") },
        flags.json ? "json" : "text",
      );
    }),
  ).pipe(
    Command.withShortDescription(say("Say that a backup was put back", "声明已恢复备份")),
    Command.withDescription(
      say(
        "After an older backup was put back: what it does not know to be over may have been sent since, and is asked for before anything of it " +
          "is sent. What had been given up is only asked for: it is not sent unless it is started again, and is not made a day later if the gateway has not shown it. " +
          "Run it before any other command or service works on the store. Exit codes: 0 done; 1 some cannot be read and were left; 2 wrong command line or store.",
        "恢复较旧的备份之后运行：备份中未了结的退款可能已在其后发出，因此先查询，再决定是否发送。此前已放弃的只查询，除非重新开始，否则不会发送；一天后仍查不到的，记为未发出。请在其他命令或服务使用该存储之前运行。退出码：0 完成；1 有的无法读取，未作处理；2 命令行或存储有误。",
      ),
    ),
    Command.withExamples([{ command: "wechat-refund store restored --store shop.db" }]),
  );

/** The command. */
export const command = (say: Say) =>
  Command.make("store").pipe(
    Command.withShortDescription(say("Look after a store of refunds", "维护退款存储")),
    Command.withDescription(
      say(
        "A store holds refunds durably: a SQLite file of one process, or PostgreSQL for several.",
        "存储持久保存退款：单进程用 SQLite 文件，多进程用 PostgreSQL。",
      ),
    ),
    Command.withSubcommands([migrating(say), checking(say), backingUp(say), restoring(say)]),
  );
