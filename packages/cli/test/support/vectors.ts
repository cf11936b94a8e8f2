/** The conformance vectors, shared with the core's tests. */
import { readFileSync } from "node:fs";
import type { SignType } from "@wechat-refund/core/Signature";

export interface Vector {
  readonly id: string;
  readonly kind: string;
  readonly key: string;
  readonly params: Readonly<Record<string, string>>;
  readonly expected: string;
  readonly xml: string;
  readonly title: string;
  readonly sign: string;
  readonly signType: SignType;
  readonly expect: {
    readonly reject?: boolean;
    readonly fields?: Readonly<Record<string, string>>;
    readonly signOk?: boolean | string;
    readonly count?: number;
  };
}

const file = new URL("../../../core/test/data/vectors.json", import.meta.url);

export const vectors = (JSON.parse(readFileSync(file, "utf8")) as { readonly vectors: ReadonlyArray<Vector> }).vectors;

export const ofKind = (...kinds: ReadonlyArray<string>): ReadonlyArray<Vector> =>
  vectors.filter(({ kind }) => kinds.includes(kind));
