/** Counts the open streams of a server. */
export class Streams {
  readonly #most: number;
  #open = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get open(): number {
    return this.#open;
  }

  /** False: there is no room. */
  enter(): boolean {
    if (this.#open >= this.#most) return false;
    this.#open += 1;
    return true;
  }

  leave(): void {
    this.#open -= 1;
  }
}
