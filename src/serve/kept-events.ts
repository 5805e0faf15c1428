import type { Event } from '../journal/events.ts';

/** An event as the text that goes to every client. */
export interface EventText {
  readonly seq: number;
  readonly text: string;
}

/** The newest events of a run, as texts of at most so many characters; older ones are dropped. */
export class KeptEvents {
  readonly #maxChars: number;
  #texts: EventText[] = [];
  #chars = 0;
  #droppedTo = 0;
  #lastSeq = 0;

  constructor(maxChars: number) {
    this.#maxChars = maxChars;
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** Adds what follows; an event that is here already changes nothing. */
  add(events: readonly Event[]): void {
    for (const event of events) {
      if (event.seq <= this.#lastSeq) continue;
      const text = JSON.stringify(event);
      this.#texts.push({ seq: event.seq, text });
      this.#chars += text.length;
      this.#lastSeq = event.seq;
    }
    if (this.#chars > this.#maxChars) this.#drop();
  }

  /** The events after a seq, in order, some `maxChars` of them but at least one; null when some of them were dropped. */
  after(seq: number, maxChars: number): readonly EventText[] | null {
    if (seq < this.#droppedTo) return null;
    const found: EventText[] = [];
    let chars = 0;
    for (let i = this.#firstAfter(seq); i < this.#texts.length && chars < maxChars; i += 1) {
      found.push(this.#texts[i]!);
      chars += this.#texts[i]!.text.length;
    }
    return found;
  }

  /** Down to half, so that it is not done again with the next event. */
  #drop(): void {
    let count = 0;
    while (this.#chars > this.#maxChars / 2) {
      const { seq, text } = this.#texts[count]!;
      this.#chars -= text.length;
      this.#droppedTo = seq;
      count += 1;
    }
    this.#texts = this.#texts.slice(count);
  }

  #firstAfter(seq: number): number {
    let [low, high] = [0, this.#texts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#texts[middle]!.seq <= seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
