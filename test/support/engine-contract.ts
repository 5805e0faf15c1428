import { CONTAINER_CASES } from './engine-contract-containers.ts';
import { HELPER_CASES } from './engine-contract-helpers.ts';
import { IMAGE_CASES } from './engine-contract-images.ts';
import { LEFTOVER_CASES } from './engine-contract-leftovers.ts';
import { REPLACE_CASES } from './engine-contract-replace.ts';
import type { ContractWorld } from './engine-contract-world.ts';

/** One thing that every engine does alike; it may use services of its own only. */
export interface ContractCase {
  readonly name: string;
  readonly run: (world: ContractWorld) => Promise<void>;
}

/** What Docker does and the simulated engine has to do as well. Docker passes first: what it does is what is right. */
export const ENGINE_CONTRACT: readonly ContractCase[] = [
  ...IMAGE_CASES,
  ...REPLACE_CASES,
  ...LEFTOVER_CASES,
  ...CONTAINER_CASES,
  ...HELPER_CASES,
];
