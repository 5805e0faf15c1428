import { expect, test } from 'vitest';
import { makePaint } from '../../../src/report/paint.ts';
import { renderRuns } from '../../../src/report/runs-table.ts';
import { timedRun } from '../../support/facts.ts';
import { finished, intent, resumed, settled, started } from '../../support/journal.ts';

const plain = makePaint({ colour: 'off', glyphs: 'ascii' });

test('each run on a line: how it ended, how long it took, what came of its services', () => {
  const good = timedRun([0, started(['a', 'b'])], [9, settled('a', 'completed')], [72, finished('done')]);
  const cutOff = timedRun([0, started(['a', 'b'])], [1, settled('a', 'failed')], [5, intent('b', 'build')]);
  const again = timedRun([0, started(['a'])], [5, intent('a', 'build')], [9000, resumed(['a'])], [9007, finished('done')]);
  const text = renderRuns(
    [
      { state: again, outcome: 'done' },
      { state: good, outcome: 'done' },
      { state: cutOff, outcome: 'interrupted' },
      { state: timedRun(), outcome: 'running' },
    ],
    plain,
  );
  expect(text).toBe(
    [
      'run              command   outcome        took  services',
      '20260204_140000  rebuild   done            12s  0 completed, 1 pending, in 2 parts',
      '20260204_140000  rebuild   done          1m12s  1 completed, 1 pending',
      '20260204_140000  rebuild   interrupted    5.0s  0 completed, 1 failed, 1 pending',
      '20260204_140000            running              0 completed',
      '',
    ].join('\n'),
  );
  expect(renderRuns([], plain)).toBe('No run yet.\n');
});
