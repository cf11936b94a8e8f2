/** A check as people read it: a mark, what was found, and the remedy below. */
import { colon, type Say } from "@wechat-refund/checkup/Language";
import { columns, plain, styled, wrap } from "./Print.ts";
import type { Check, Status } from "@wechat-refund/checkup/Check";

const marks: Readonly<Record<Status, string>> = { ok: "✓", wrong: "✗", skipped: "–" };
const colours = { ok: "green", wrong: "red", skipped: "gray" } as const;

/** Its lines, as wide as the terminal. */
export const show = (say: Say, { detail, name, remedy, status }: Check): string => {
  const limit = columns();
  const line = `${marks[status]} ${name}${colon(say)}${plain(detail)}`;
  const first = wrap(line, limit).split("\n").join("\n  ");
  return [
    first.replace(marks[status], styled(colours[status], marks[status])),
    ...(remedy === undefined ? [] : [wrap(`    → ${plain(remedy)}`, limit)]),
  ].join("\n");
};
