/**
 * How long something took, by two clocks of which one can be set: while the database's clock and the process's own monotonic one agree, what
 * passed on the former did pass. What passed before they were compared, or across a jump, is taken with a grain of salt (`wall`).
 */
import { type Observation, observe, type Progress } from "@wechat-refund/core/RefundProgress";

const slack = 1000;

export class Trust {
  private since: { readonly wall: number; readonly monotonic: number } | undefined;

  /**
   * Compares the clocks: `wall` was read between two readings of the other. Tells by how much the wall clock was set back, if it was:
   * since the last comparison, or since `latest`, what was read of it meanwhile, for it may have been ahead between two of them only.
   */
  compare(wall: number, before: number, after: number, latest = -Infinity): number {
    const { since } = this;
    const meanwhile = latest > wall + slack ? latest - wall : 0;
    if (since === undefined) {
      this.since = { wall, monotonic: before };
      return meanwhile;
    }
    const [low, high] = [since.wall + before - since.monotonic, since.wall + after - since.monotonic];
    if (wall < low - slack || wall > high + slack) this.since = { wall, monotonic: before };
    return Math.max(meanwhile, wall < low - slack ? low - wall : 0);
  }

  /** What was known at `from`, as it is at `to`, both on the wall clock, which was compared at `to`. */
  aged(progress: Progress, from: number, to: number): Progress {
    const trusted = Math.max(0, to - Math.max(from, this.since?.wall ?? to));
    const other = Math.max(0, to - from - trusted);
    const passed = (millis: number, clock: "wall" | "monotonic"): Observation => ({ _tag: "Passed", millis, clock });
    const before = other === 0 ? progress : observe(progress, passed(other, "wall"));
    return trusted === 0 ? before : observe(before, passed(trusted, "monotonic"));
  }
}
