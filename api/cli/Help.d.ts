import type * as Layer from "effect/Layer";
import type { Say } from "@wechat-refund/checkup/Language";
/** Formats help for people; the width is that of the terminal, and not bounded where there is none. */
export declare const layer: (say: Say) => Layer.Layer<never>;
