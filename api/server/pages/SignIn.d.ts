import type { Page, Visitor } from "./Layout.ts";
/** An address of this service to go on to, and no other: a browser reads `//` and `/\` as another host. */
export declare const isLocal: (address: string) => boolean;
export type Refused = "unknown" | "limited" | "ended";
export declare const signIn: ({ say }: Pick<Visitor, "say">, next: string, refused?: Refused) => Page;
