/** What is said of a notice that could not be opened, of either protocol. */
import type { Say } from "@wechat-refund/checkup/Language";
import { BadNotice } from "@wechat-refund/core/RefundNotice";
import type { Answer } from "../Ending.ts";
export declare const answerTo: (say: Say, bad: BadNotice) => Answer;
