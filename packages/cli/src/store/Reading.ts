/** All the rows that a filter finds, in the order in which they were recorded. */
import * as Listing from "@wechat-refund/durable/Listing";
import { RefundStore, type Row } from "@wechat-refund/durable/RefundStore";
import type { Say } from "@wechat-refund/checkup/Language";
import { translated } from "@wechat-refund/checkup/Translated";
import * as Console from "effect/Console";
import * as Effect from "effect/Effect";
import { Ending } from "../Ending.ts";
import { plain } from "../Print.ts";

type Unread = Listing.Page["damaged"];

/** Tells of rows that cannot be read, and ends the command with 1 where there are some: what it has printed is not all. */
export const endUnread = Effect.fnUntraced(function* (say: Say, unread: Unread) {
  for (const { message } of unread) yield* Console.error(plain(translated(say)(message)));
  if (unread.length > 0) return yield* new Ending({ exitCode: 1 });
});

/** Rows that cannot be read are no part of them, and stand beside. */
export const all = Effect.fnUntraced(function* (filter: Listing.Filter) {
  const { database } = yield* RefundStore;
  const rows: Array<Row> = [];
  const unread: Array<Unread[number]> = [];
  let after: string | undefined;
  do {
    const page: Listing.Page = yield* Listing.list(database, filter, { after, limit: 1000 });
    rows.push(...page.rows);
    unread.push(...page.damaged);
    after = page.next;
  } while (after !== undefined);
  return { rows: rows.reverse(), unread };
});
