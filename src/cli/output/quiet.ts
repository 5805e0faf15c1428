import { renderFailures } from '../../report/failures.ts';
import type { Paint } from '../../report/paint.ts';
import { complain } from '../look.ts';
import type { World } from '../world.ts';
import type { RunOutput } from './run-output.ts';

/** Nothing but what went wrong, at the end. */
export function quietOutput(world: World, paint: Paint): RunOutput {
  return {
    begin: () => {},
    event: () => {},
    say: (diagnostic) => {
      if (diagnostic.severity === 'error') complain(world, [diagnostic], { noColor: paint.colour === 'off' });
    },
    stop: () => {},
    end: ({ state }) => world.out.write(renderFailures(state, paint)),
  };
}
