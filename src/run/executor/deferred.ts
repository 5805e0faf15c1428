/** A promise that is settled from outside, and whose value can be looked at once it is there. */
export class Deferred<T> {
  readonly promise: Promise<T>;
  #resolve!: (value: T) => void;
  #value: { readonly value: T } | null = null;

  constructor() {
    this.promise = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** The value, or undefined while there is none. */
  get value(): T | undefined {
    return this.#value?.value;
  }

  /** Settles it; only the first call counts. */
  resolve(value: T): void {
    if (this.#value) return;
    this.#value = { value };
    this.#resolve(value);
  }
}
