/**
 * Watches everything by which a program could give a secret away: what it prints, logs, traces, counts and throws, and what its
 * values show when somebody prints them. Then searches all of it for secrets, in the forms in which they would come.
 */
import { inspect } from "node:util";
import { Cause, Effect, Exit, Layer, Logger, Metric, References, Tracer } from "effect";

const attempt = (text: () => string | undefined): string => {
  try {
    return text() ?? "";
  } catch (error) {
    return `cannot be shown: ${String(error)}`;
  }
};

/** Every way in which a value is commonly turned into text. */
const renderings = (value: unknown): ReadonlyArray<string> => [
  attempt(() => String(value)),
  attempt(() => JSON.stringify(value)),
  attempt(() =>
    inspect(value, { depth: Infinity, maxArrayLength: Infinity, maxStringLength: Infinity, showHidden: true }),
  ),
  ...(value instanceof Error ? [value.message, value.stack ?? "", ...renderings(value.cause)] : []),
];

/** What was seen, with where. */
export interface Seen {
  readonly where: string;
  readonly text: string;
}

export class Watch {
  readonly seen: Array<Seen> = [];

  /** Keeps a value as anybody might print it. */
  note(where: string, value: unknown): void {
    const texts = typeof value === "string" ? [value] : renderings(value);
    for (const text of texts) if (text !== "") this.seen.push({ where, text });
  }

  /** Keeps how an effect ended: its value or its whole cause, in every form. */
  exit<A, E>(where: string, exit: Exit.Exit<A, E>): void {
    this.note(where, exit);
    if (Exit.isSuccess(exit)) return this.note(where, exit.value);
    this.note(where, exit.cause);
    this.note(where, Cause.pretty(exit.cause));
    this.note(where, Cause.squash(exit.cause));
    for (const error of Cause.prettyErrors(exit.cause)) this.note(where, error);
  }

  /** Logs of every level, in the formats that are shipped, and every span with its attributes, events and end. */
  get layer(): Layer.Layer<never> {
    const formats = [Logger.formatSimple, Logger.formatLogFmt, Logger.formatStructured, Logger.formatJson];
    const loggers = formats.map((format) => Logger.map(format, (output: unknown) => this.note("log", output)));
    const tracer = Tracer.make({
      span: (options) => {
        const span = new Tracer.NativeSpan(options);
        const end = span.end.bind(span);
        span.end = (time, exit) => {
          end(time, exit);
          this.note("span", [span.name, [...span.attributes], span.events, span.links]);
          this.exit("span", exit);
        };
        return span;
      },
    });
    return Layer.mergeAll(
      Logger.layer(loggers),
      Layer.succeed(References.MinimumLogLevel, "All"),
      Layer.succeed(Tracer.Tracer, tracer),
    );
  }

  /** Every metric with its labels. */
  get metrics(): Effect.Effect<void> {
    return Effect.map(Metric.snapshot, (snapshot) => this.note("metric", snapshot));
  }

  /** Keeps what this process prints, as well as showing it; the result puts things back. */
  printing(): () => void {
    const streams = [process.stdout, process.stderr] as const;
    const writes = streams.map((stream) => stream.write);
    const methods = ["log", "error", "warn", "info", "debug", "trace", "dir", "group", "table"] as const;
    const prints = methods.map((method) => console[method]);
    for (const stream of streams) {
      stream.write = ((chunk: string | Uint8Array) => {
        this.note("printed", typeof chunk === "string" ? chunk : new TextDecoder().decode(chunk));
        return true;
      }) as typeof stream.write;
    }
    for (const method of methods) console[method] = (...parts: Array<unknown>) => this.note("printed", parts);
    const onWarning = (warning: Error) => this.note("warning", warning);
    process.on("warning", onWarning);
    return () => {
      process.off("warning", onWarning);
      for (const [n, stream] of streams.entries()) stream.write = writes[n] as typeof stream.write;
      for (const [n, method] of methods.entries()) console[method] = prints[n] as (typeof console)[typeof method];
    };
  }
}

/** Base64 of the text wherever it may stand in a longer one: the three alignments, without the characters at the edges. */
const base64s = (secret: string): ReadonlyArray<string> =>
  [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]).toString("base64");
    return encoded.replace(/=+$/, "").slice(offset === 0 ? 0 : 4, -2);
  });

/** The forms in which a secret would come out. */
export const formsOf = (secret: string): ReadonlyMap<string, string> => {
  const bytes = Buffer.from(secret);
  const hex = bytes.toString("hex");
  return new Map([
    ["plain", secret],
    ...base64s(secret).flatMap((text, n): Array<[string, string]> => [
      [`base64 at ${n}`, text],
      [`base64url at ${n}`, text.replaceAll("+", "-").replaceAll("/", "_")],
    ]),
    ["hex", hex],
    ["HEX", hex.toUpperCase()],
    ["an inspected Buffer", hex.replaceAll(/..(?=.)/g, "$& ")],
    ["an inspected byte array", [...bytes].join(", ")],
    ["the JSON of a byte array", [...bytes].join(",")],
    ["URL-encoded", encodeURIComponent(secret)],
    ["JSON", JSON.stringify(secret).slice(1, -1)],
  ]);
};

const flat = (text: string): string => text.replaceAll(/\s+/g, " ");

/** Where which secret was seen, and in which form; never the secret itself. */
export const search = (
  seen: ReadonlyArray<Seen>,
  secrets: Readonly<Record<string, string>>,
): ReadonlyArray<{ readonly secret: string; readonly form: string; readonly where: string }> => {
  const wanted = Object.entries(secrets).flatMap(([secret, value]) =>
    [...formsOf(value)].map(([form, text]) => ({ secret, form, text: flat(text) })),
  );
  const hits = new Map<string, { readonly secret: string; readonly form: string; readonly where: string }>();
  for (const { text, where } of seen) {
    const shown = flat(text);
    for (const { form, secret, text: searched } of wanted) {
      if (shown.includes(searched)) hits.set(`${secret} ${form} ${where}`, { secret, form, where });
    }
  }
  return [...hits.values()];
};
