import { expect, test } from 'vitest';
import { MonitorModel } from '../../../src/tui/model.ts';
import { eventsOf, RUN, started } from '../../support/journal.ts';

test('a journal that can be read again is no problem any more', () => {
  const model = new MonitorModel();
  model.news({ type: 'run', run: RUN, dir: '/nowhere', live: true });
  model.news({ type: 'problem', problem: { code: 'journal-damaged', severity: 'error', message: 'too many open files' } });
  expect(model.facts(0).problem).toBe('too many open files');
  model.news({ type: 'events', events: eventsOf([started(['a'])]) });
  expect(model.facts(0).problem).toBeNull();
});
