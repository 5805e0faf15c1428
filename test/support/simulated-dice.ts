import { Random } from '../../src/docker/simulated/random.ts';

/** Choices that are always the same for the same seed. */
export class Dice {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  between(from: number, to: number): number {
    return this.#random.between(from, to);
  }

  chance(percent: number): boolean {
    return this.between(1, 100) <= percent;
  }

  /** One of them; what stands there twice comes twice as often. */
  pick<T>(items: readonly T[]): T {
    return items[this.between(0, items.length - 1)]!;
  }

  /** Those that a chance falls on, in their order. */
  some<T>(items: readonly T[], percent: number): T[] {
    return items.filter(() => this.chance(percent));
  }

  /** From 0 up to but not 1. */
  fraction(): number {
    return this.between(0, 0xffff) / 0x10000;
  }
}
