/** What is said of a notice that could not be opened, of either protocol. */
import type { Say } from "@wechat-refund/checkup/Language";
import { translated } from "@wechat-refund/checkup/Translated";
import { BadNotice } from "@wechat-refund/core/RefundNotice";
import type { Answer } from "../Ending.ts";
import { shownId } from "../Print.ts";

/** Of the environment's settings only what has the form of an id is repeated. */
const shown = (bad: BadNotice): BadNotice => {
  const { expected, field, problem, protocol, received } = bad;
  if (expected === undefined) return bad;
  return new BadNotice({
    problem,
    expected: shownId(expected),
    ...(field !== undefined && { field }),
    ...(received !== undefined && { received }),
    ...(protocol !== undefined && { protocol }),
  });
};

export const answerTo = (say: Say, bad: BadNotice): Answer => {
  const { expected, field, message, problem, received } = shown(bad);
  return {
    exitCode: 1,
    json: {
      ok: false,
      error: {
        reason: "BadNotice",
        problem,
        message,
        ...(field !== undefined && { field, expected, ...(received !== undefined && { received }) }),
      },
    },
    text: `BadNotice: ${problem}: ${translated(say)(message)}`,
  };
};
