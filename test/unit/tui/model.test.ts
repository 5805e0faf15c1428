import { expect, test } from 'vitest';
import { makeLook } from '../../../src/tui/look.ts';
import { MonitorModel } from '../../../src/tui/model.ts';
import { headLines } from '../../../src/tui/views/head.ts';
import { timed } from '../../support/facts.ts';
import { eventsOf, finished, intent, RUN, resumed, started } from '../../support/journal.ts';

test('a journal that can be read again is no problem any more', () => {
  const model = new MonitorModel();
  model.news({ type: 'run', run: RUN, dir: '/nowhere', live: true });
  model.news({ type: 'problem', problem: { code: 'journal-damaged', severity: 'error', message: 'too many open files' } });
  expect(model.facts(0).problem).toBe('too many open files');
  model.news({ type: 'events', events: eventsOf([started(['a'])]) });
  expect(model.facts(0).problem).toBeNull();
});

test('of a run that was cut off nothing runs: the counts, the bar and the rows are those of its resume', () => {
  const model = new MonitorModel();
  model.news({ type: 'run', run: RUN, dir: '/nowhere', live: false });
  model.news({ type: 'events', events: eventsOf([started(['a', 'b']), intent('a', 'build')]) });
  model.news({ type: 'live', live: false });
  const { counts, rows, categories, lanes, head } = model.facts(Date.UTC(2026, 5, 1));
  expect(counts).toMatchObject({ total: 2, pending: 2, running: 0, waiting: 0 });
  expect(rows.map(({ status, detail }) => [status, detail])).toEqual([
    ['pending', 'cut off in its build'],
    ['pending', ''],
  ]);
  expect(categories).toMatchObject([{ running: 0, waiting: 2 }]);
  expect([lanes, head.standing, head.elapsedMs]).toEqual([[], 'interrupted', 1000]);
});

test('the head of a resumed run says how long it worked, and in how many parts where there is room', () => {
  const model = new MonitorModel();
  const events = timed([0, started(['a'])], [60, intent('a', 'build')], [9000, resumed(['a'])], [9012, finished('done')]);
  model.news({ type: 'run', run: RUN, dir: '/nowhere', live: false });
  model.news({ type: 'events', events });
  const look = makeLook({ colour: 'off', glyphs: 'unicode' });
  const title = (columns: number) =>
    headLines(model.facts(Date.UTC(2026, 5, 1)), { columns, rows: 1, look })[0]!
      .map(({ text }) => text)
      .join('');
  expect(title(80)).toMatch(/ done {2}1m12s in 2 parts$/);
  expect(title(30)).toMatch(/ done {2}1m12s$/);
});
