import { relative } from 'node:path';
import type { Paint } from '../../report/paint.ts';
import { renderSummary } from '../../report/summary.ts';
import { shellLine } from '../../util/shell-words.ts';
import type { CommonValues } from '../options/common.ts';
import type { World } from '../world.ts';
import type { Ended } from './run-output.ts';

/** How the commands to run next begin: with the options that find the same fleet. */
export type Following = string;

/** `slipway`, with the options that find the same fleet again, as it can be pasted into a shell. */
export function followingCommand({ self }: Pick<World, 'self'>, values: Pick<CommonValues, 'projectDir' | 'config'>): Following {
  const options = [
    ...(values.projectDir === null ? [] : ['--project-dir', values.projectDir]),
    ...(values.config === null ? [] : ['--config', values.config]),
  ];
  return [self, ...(options.length === 0 ? [] : [shellLine(options)])].join(' ');
}

/** Prints the summary of a run. */
export function endWithSummary(ended: Ended, world: World, { paint, following }: { paint: Paint; following: Following }): void {
  const { state, plan, logs } = ended;
  const summary = { state, plan, nowMs: world.clock.now(), logs: relative(world.cwd, logs) || '.', command: following };
  world.out.write(`\n${renderSummary(summary, paint)}`);
}
