import { homedir } from 'node:os';
import { join } from 'node:path';
import { shellLine } from '../util/shell-words.ts';
import type { World } from './world.ts';

/** What the operator typed, for the lock that others see; none of our options carries a secret. */
export function typedCommand({ args }: Pick<World, 'args'>): string {
  return shellLine(['slipway', ...args]);
}

/** The folder of the user's settings (XDG Base Directory Specification). */
export function configHome(env: World['env']): string {
  return env.XDG_CONFIG_HOME || join(env.HOME || homedir(), '.config');
}
