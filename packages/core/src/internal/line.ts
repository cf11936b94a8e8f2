/** Queues for many: whatever stands in them, one step costs the same. */

/** What stands in a {@link Line}. */
export interface Place<A extends Place<A>> {
  line: Line<A> | undefined;
  before: A | undefined;
  after: A | undefined;
}

/** First come, first served; whoever gives up leaves from the middle. */
export class Line<A extends Place<A>> {
  first: A | undefined;
  length = 0;
  private last: A | undefined;

  push(one: A): void {
    one.line = this;
    one.before = this.last;
    one.after = undefined;
    if (this.last === undefined) this.first = one;
    else this.last.after = one;
    this.last = one;
    this.length++;
  }

  leave(one: A): void {
    if (one.line !== this) return;
    if (one.before === undefined) this.first = one.after;
    else one.before.after = one.after;
    if (one.after === undefined) this.last = one.before;
    else one.after.before = one.before;
    one.line = one.before = one.after = undefined;
    this.length--;
  }
}

/** What is due in the order in which it was put in. */
export class Queue<A> {
  private items: Array<A> = [];
  private head = 0;

  get first(): A | undefined {
    return this.items[this.head];
  }

  push(one: A): void {
    this.items.push(one);
  }

  shift(): void {
    this.head++;
    if (this.head === this.items.length) {
      this.items.length = 0;
      this.head = 0;
    }
    if (this.head < 256 || this.head * 2 < this.items.length) return;
    this.items = this.items.slice(this.head);
    this.head = 0;
  }
}
