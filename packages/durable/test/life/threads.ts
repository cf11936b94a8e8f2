/** Many seeds in a few threads. */
import { Worker } from "node:worker_threads";
import type { Lived } from "./life.ts";
import type { Asked, Told } from "./thread.ts";

/** One thread, from start to end. Given up where `tell` says so. */
export const inThread = (asked: Asked, tell: (lived: Lived) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    const thread = new Worker(new URL("./thread.ts", import.meta.url));
    thread.on("message", (told: Told | "done") => {
      if (told !== "done") return tell(told.lived);
      resolve();
      void thread.terminate();
    });
    thread.on("error", reject);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    thread.postMessage(asked);
  });

/** Seeds from one on, dealt out in turn. */
export const inThreads = async (
  {
    count,
    first,
    small,
    threads,
  }: { readonly first: number; readonly count: number; readonly threads: number; readonly small?: boolean },
  tell: (lived: Lived) => void,
): Promise<void> => {
  const seeds = Array.from({ length: count }, (_, n) => first + n);
  await Promise.all(
    Array.from({ length: threads }, (_, thread) =>
      inThread({ seeds: seeds.filter((_, n) => n % threads === thread), small }, tell),
    ),
  );
};
