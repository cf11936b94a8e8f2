/**
 * Whether anybody answers. When nothing that was asked lately was answered, single probes leave, ever more rarely, and everything else
 * waits; the first answer ends it.
 */

/** So many calls in a row without an answer: seven of ten lost make such a row once in some hundred thousand calls. */
const inARow = 32;
/** Or fewer, where nothing was answered for so long. */
const inTime = 8;
const timeMillis = 10_000;

const firstProbe = 1000;
const lastProbe = 10_000;

export class Outage {
  on = false;
  /** When the next probe may leave. */
  next = -Infinity;
  private silent = 0;
  private since = 0;
  /** When the latest call left that was answered: what left before it, and is not, says nothing of now. */
  private heard = -Infinity;
  private pause = firstProbe;

  /** A call that began then was not answered, or not sent. */
  unanswered(begun: number, now: number): void {
    if (begun <= this.heard) return;
    if (this.silent === 0) this.since = begun;
    this.silent++;
    if (this.on || (this.silent < inARow && (this.silent < inTime || now - this.since < timeMillis))) return;
    this.on = true;
    this.pause = firstProbe;
    this.next = now + firstProbe;
  }

  /** A call that began then was answered. Whether that ended an outage. */
  answered(begun: number): boolean {
    this.heard = Math.max(this.heard, begun);
    const ended = this.on;
    this.on = false;
    this.silent = 0;
    this.next = -Infinity;
    return ended;
  }

  probe(now: number): void {
    if (!this.on) return;
    this.next = now + this.pause;
    this.pause = Math.min(this.pause * 2, lastProbe);
  }

  /** The probe did not leave. */
  giveBack(now: number): void {
    if (this.on) this.next = now;
  }
}
