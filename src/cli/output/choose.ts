import { outputMode, paintFor } from '../look.ts';
import type { CommonValues } from '../options/common.ts';
import type { World } from '../world.ts';
import { jsonOutput } from './json.ts';
import { followingCommand } from './last-words.ts';
import { plainOutput } from './plain.ts';
import { quietOutput } from './quiet.ts';
import type { RunOutput } from './run-output.ts';
import { ttyOutput } from './tty.ts';

/** How to show a run to this operator on this output. */
export function chooseOutput(world: World, values: CommonValues): RunOutput {
  const paint = paintFor(world.out, world.env, values);
  const following = followingCommand(world, values);
  const mode = outputMode(values, world);
  switch (mode) {
    case 'tty':
      return ttyOutput(world, paint, following);
    case 'plain':
      return plainOutput(world, paint, following);
    case 'json':
      return jsonOutput(world);
    case 'quiet':
      return quietOutput(world, paint);
  }
}
