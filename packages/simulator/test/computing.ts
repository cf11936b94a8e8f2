/** How many milliseconds this thread computes for it, whatever else the machine does meanwhile. */
export const computing = (work: () => void): number => {
  const before = process.threadCpuUsage();
  work();
  const { system, user } = process.threadCpuUsage(before);
  return (system + user) / 1_000;
};
