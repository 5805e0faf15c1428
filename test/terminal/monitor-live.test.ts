import { expect, test } from 'vitest';
import { slipwayIn, type TerminalSession } from '../support/terminal.ts';
import { tinyFleet } from '../support/tiny-fleet.ts';

const SIZE = { columns: 120, rows: 40 };
const shows = (pattern: RegExp) => (terminal: TerminalSession) => terminal.screen().some((line) => pattern.test(line));

test('a real rebuild is watched from another terminal, with its containers and their logs; killing a watcher harms nobody', async () => {
  const cwd = tinyFleet('sw-cli-monitor', [{ name: 'bread', buildSeconds: 8 }, { name: 'cake' }]);
  const watching = slipwayIn(SIZE, ['monitor', '--refresh', '500ms'], { cwd });
  await watching.until('that there is no run yet', shows(/no run yet/));
  const rebuild = slipwayIn({ columns: 80, rows: 24 }, ['rebuild'], { cwd });
  await watching.until('the build of bread', shows(/^.*│ (build \d)? +bread +\S+s .*step \d of \d/));
  const other = slipwayIn(SIZE, ['monitor'], { cwd });
  await other.until('it watches too', shows(/● running/));
  process.kill(other.pid, 'SIGKILL');
  await watching.until(
    'cake is done, its container healthy and measured',
    shows(/✓ cake +completed .* healthy +\d\S*% +\S+B +0 /),
  );
  expect((await rebuild.ended).code).toBe(0);
  await watching.until('the end', shows(/✓ done +\d/));
  await watching.until('both containers', shows(/2 containers up|· 2 up/));
  expect(shows(/100% {2}2\/2/)(watching)).toBe(true);

  watching.type('/bread\r');
  await watching.until('bread alone', (t) => shows(/^▌ ✓ bread /)(t) && !shows(/ cake +completed/)(t));
  watching.type('b');
  await watching.until('its build log', shows(/RUN mkdir -p \/www && echo bread/));
  watching.type('c');
  await watching.until('its container', shows(/\[container\] .*following/));
  watching.type('q');
  await watching.until('the table', shows(/SERVICE +STATUS/));
  watching.type('q');
  expect(await watching.ended).toEqual({ code: 0, signal: 0 });
});
