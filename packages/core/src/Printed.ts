/**
 * What is seen of an error that nobody caught: one line, its message, which says the remedy.
 *
 * Node shows such an error with all its enumerable fields and its whole stack, and asks nobody how. A message of this library says
 * what its fields say, so the fields are kept from being listed (reading them, comparing and JSON are as ever); and of the stack
 * remain the frames of whoever called: those of the run time, of Effect and of these packages tell nobody where to look.
 */

type Constructor = abstract new (...args: never) => Error;

/** Where a stack leaves what was called and enters what runs it. */
const engine = /Generator\.next|~effect\/|\.runLoop /;
const foreign = /(?:^|[( ])node:|<anonymous>\)?$|[\\/]node_modules[\\/](?:effect|@effect|@wechat-refund)[\\/]/;

/** The folder of all these packages, where they are not installed but stand side by side. */
const folder = (): string =>
  /([^\s(]+[\\/])core[\\/](?:src|dist)[\\/]Printed\.[jt]s/.exec(new Error("where").stack ?? "")?.[1] ?? "\0";
let ours: string | undefined;

const isOurs = (frame: string): boolean => {
  ours ??= folder();
  return frame.includes(ours) && /[\\/](?:src|dist)[\\/]/.test(frame);
};

const callers = (stack: string): string => {
  const [head = "", ...frames] = stack.split("\n    at ");
  const last = frames.findIndex((frame) => engine.test(frame));
  const kept = (last === -1 ? frames : frames.slice(0, last)).filter((frame) => !foreign.test(frame) && !isOurs(frame));
  return [head, ...kept].join("\n    at ");
};

/** Made where somebody asks for it, as the stack itself is: few errors' stacks are ever looked at. */
const trim = (error: Error): void => {
  const { get, value } = Object.getOwnPropertyDescriptor(error, "stack") ?? {};
  Object.defineProperty(error, "stack", {
    configurable: true,
    get: () => {
      const stack: unknown = get === undefined ? value : Reflect.apply(get, error, []);
      return typeof stack === "string" ? callers(stack) : stack;
    },
    set: (stack: unknown) => {
      Object.defineProperty(error, "stack", { value: stack, writable: true });
    },
  });
};

/** The class of errors, printed on one line where nobody catches them. */
export const onOneLine = <C extends Constructor>(errors: C): C =>
  new Proxy(errors, {
    construct(target, args: ReadonlyArray<unknown>, made) {
      const error: object = Reflect.construct(target, args, made);
      for (const field of Object.keys(error)) Object.defineProperty(error, field, { enumerable: false });
      if (error instanceof Error) trim(error);
      return error;
    },
  });
