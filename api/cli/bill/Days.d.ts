import * as Flag from "effect/cli/Flag";
import * as Option from "effect/Option";
/** A day in Beijing. */
export declare const day: (name: string, description: string) => Flag.Flag<Option.Option<string>>;
