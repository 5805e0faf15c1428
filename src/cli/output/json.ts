import { complain } from '../look.ts';
import type { World } from '../world.ts';
import type { RunOutput } from './run-output.ts';

/** One event a line, the same as in the journal. */
export function jsonOutput(world: World): RunOutput {
  return {
    begin: () => {},
    event: (event) => world.out.write(`${JSON.stringify(event)}\n`),
    say: (diagnostic) => complain(world, [diagnostic], { noColor: true }),
    stop: () => {},
    end: () => {},
  };
}
