import * as CliError from "effect/cli/CliError";
import * as Command from "effect/cli/Command";
import * as Effect from "effect/Effect";
import { Ending } from "./Ending.ts";
/** Runs the command that `args` ask for. */
export declare const run: (args: readonly string[]) => Effect.Effect<void, CliError.DuplicateOption | Ending | import("@wechat-refund/core/RefundError").InvalidRequest | CliError.InvalidValue | CliError.MissingArgument | CliError.MissingOption | CliError.UnexpectedArgument | import("@wechat-refund/core/Merchants").UnknownMerchant | CliError.UnknownSubcommand | CliError.UnrecognizedOption | CliError.UserError | CliError.ValidationError, Command.Environment>;
