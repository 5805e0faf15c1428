/** Something to be called at an instant, in milliseconds. */
export interface Timer {
  readonly atMs: number;
  readonly fire: () => void;
}

interface Entry extends Timer {
  readonly serial: number;
  fire: () => void;
  cancelled: boolean;
}

const NOTHING = () => {};

/** Timers by instant, those of one instant in the order in which they were added. Adding, taking and cancelling cost O(log n). */
export class TimerHeap {
  #heap: Entry[] = [];
  #serial = 0;
  #cancelled = 0;

  /** Adds a timer and gives it back. */
  add(atMs: number, fire: () => void): Timer {
    this.#serial += 1;
    const entry: Entry = { atMs, serial: this.#serial, fire, cancelled: false };
    this.#heap.push(entry);
    this.#rise(this.#heap.length - 1);
    return entry;
  }

  /** Takes the earliest timer out; null when there is none. */
  take(): Timer | null {
    for (;;) {
      const entry = this.#takeFirst();
      if (entry === null) return null;
      if (!entry.cancelled) {
        entry.cancelled = true;
        return { atMs: entry.atMs, fire: entry.fire };
      }
      this.#cancelled -= 1;
    }
  }

  /** Forgets a timer and what it would have called. */
  cancel(timer: Timer): void {
    const entry = timer as Entry;
    if (entry.cancelled) return;
    entry.cancelled = true;
    entry.fire = NOTHING;
    this.#cancelled += 1;
    // Most sleeps are ended early: their entries must not pile up until their instant comes.
    if (this.#cancelled > 1000 && this.#cancelled > this.#heap.length / 2) this.#sweep();
  }

  #sweep(): void {
    // A sorted array is a heap.
    this.#heap = this.#heap.filter((entry) => !entry.cancelled).sort((a, b) => (isBefore(a, b) ? -1 : 1));
    this.#cancelled = 0;
  }

  #takeFirst(): Entry | null {
    const first = this.#heap[0];
    if (first === undefined) return null;
    const last = this.#heap.pop()!;
    if (this.#heap.length > 0) {
      this.#heap[0] = last;
      this.#sink(0);
    }
    return first;
  }

  #rise(from: number): void {
    const heap = this.#heap;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(heap[at]!, heap[parent]!)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #sink(from: number): void {
    const heap = this.#heap;
    let at = from;
    for (;;) {
      const left = 2 * at + 1;
      const right = left + 1;
      let least = at;
      if (left < heap.length && isBefore(heap[left]!, heap[least]!)) least = left;
      if (right < heap.length && isBefore(heap[right]!, heap[least]!)) least = right;
      if (least === at) return;
      this.#swap(at, least);
      at = least;
    }
  }

  #swap(a: number, b: number): void {
    const heap = this.#heap;
    const held = heap[a]!;
    heap[a] = heap[b]!;
    heap[b] = held;
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.serial < b.serial);
}
