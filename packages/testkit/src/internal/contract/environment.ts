import * as Effect from "effect/Effect";

/** Keeps Node from printing a warning about what a check does on purpose. */
export const withoutWarnings = Effect.acquireRelease(
  Effect.sync(() => {
    const { emitWarning } = process;
    process.emitWarning = () => {};
    return emitWarning;
  }),
  (emitWarning) =>
    Effect.sync(() => {
      process.emitWarning = emitWarning;
    }),
);

/** Sets variables of the environment for as long as the check lasts. */
export const environment = (variables: Readonly<Record<string, string>>) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
      Object.assign(process.env, variables);
      return before;
    }),
    (before) =>
      Effect.sync(() => {
        for (const [name, value] of before) {
          if (value === undefined) delete process.env[name];
          else process.env[name] = value;
        }
      }),
  );
