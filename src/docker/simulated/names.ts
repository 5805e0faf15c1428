/** A set of names that is often listed and seldom changed. */
export class Names {
  readonly #names: Set<string>;
  #list: readonly string[] | null = null;

  constructor(names: readonly string[]) {
    this.#names = new Set(names);
  }

  /** Adds a name; whether it was not there. */
  add(name: string): boolean {
    if (this.#names.has(name)) return false;
    this.#names.add(name);
    this.#list = null;
    return true;
  }

  /** All of them. */
  list(): readonly string[] {
    this.#list ??= Object.freeze([...this.#names]);
    return this.#list;
  }
}
