import { plainLine, RUN_ITSELF } from '../../report/highlight.ts';
import type { Paint } from '../../report/paint.ts';
import { complain } from '../look.ts';
import type { World } from '../world.ts';
import { endWithSummary, type Following } from './last-words.ts';
import type { RunOutput } from './run-output.ts';

/** One line an event, for logs and pipes. */
export function plainOutput(world: World, paint: Paint, following: Following): RunOutput {
  let nameWidth = 0;
  return {
    begin: ({ plan }) => {
      nameWidth = Math.max(RUN_ITSELF.length, ...plan.services.map((s) => s.service.length));
    },
    event: (event) => {
      const line = plainLine(event, { nameWidth, paint });
      if (line !== null) world.out.write(`${line}\n`);
    },
    say: (diagnostic) => complain(world, [diagnostic], { noColor: paint.colour === 'off' }),
    stop: () => {},
    end: (ended) => endWithSummary(ended, world, { paint, following }),
  };
}
