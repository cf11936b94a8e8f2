/** All the rows that a filter finds, in the order in which they were recorded. */
import * as Listing from "@wechat-refund/durable/Listing";
import { RefundStore, type Row } from "@wechat-refund/durable/RefundStore";
import * as Console from "effect/Console";
import * as Effect from "effect/Effect";
import { plain } from "../Print.ts";

/** Rows that cannot be read are told on standard error, and left out. */
export const all = Effect.fnUntraced(function* (filter: Listing.Filter) {
  const { database } = yield* RefundStore;
  const rows: Array<Row> = [];
  let after: string | undefined;
  do {
    const page: Listing.Page = yield* Listing.list(database, filter, { after, limit: 1000 });
    rows.push(...page.rows);
    for (const { message } of page.damaged) yield* Console.error(plain(message));
    after = page.next;
  } while (after !== undefined);
  return rows.reverse();
});
