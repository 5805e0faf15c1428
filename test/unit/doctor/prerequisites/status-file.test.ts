import { expect, test } from 'vitest';
import { earlierPhases, namedBackups } from '../../../../src/doctor/prerequisites/status-file.ts';

test.each([
  ['a heading', '## ✅ Phase 0: preparation - COMPLETE', ['complete', 'COMPLETE']],
  ['a heading that is open', '## Phase 0: Backup - NOT STARTED', ['open', 'NOT STARTED']],
  ['a row', '| Phase 0 | backups | 🔄 IN PROGRESS |', ['open', 'IN PROGRESS']],
  ['a row of a sign', '| Phase 0 | ✅ |', ['complete', '✅']],
  ['a label before another phase', '**Phase 0:** ✅ COMPLETE | **Phase 1:** 🔄 IN PROGRESS', ['complete', 'COMPLETE']],
  ['a label after another phase', '**Phase 1:** 🔄 IN PROGRESS | **Phase 0:** ✅ COMPLETE', ['complete', 'COMPLETE']],
  ['a ticked box', '- [x] Phase 0 done by hand', ['complete', '[x]']],
  ['an empty box', '- [ ] Phase 0', ['open', '[ ]']],
  ['a bar', 'Phase 0: a backup  [###   ] 30% IN PROGRESS', ['open', 'IN PROGRESS']],
  ['a word that is no state', 'Phase 0 was long', []],
  ['another phase', '## Phase 01b - PENDING\n## Phase 0.5 - PENDING', []],
])('%s', (_, text, told) => {
  expect(earlierPhases(text, 'phase1').flatMap(({ state, word }) => [state, word])).toEqual(told);
});

test('every phase before this one counts, and a phase without a number has none before it', () => {
  const text = '# Phase 0 - COMPLETE\n\n# Phase 1 - PAUSED\n\n# Phase 2 - PENDING\n';
  expect(earlierPhases(text, 'phase2').map(({ phase, line, state }) => [phase, line, state])).toEqual([
    ['Phase 0', 1, 'complete'],
    ['Phase 1', 3, 'open'],
  ]);
  expect(earlierPhases(text, 'autumn')).toEqual([]);
});

test('backups are named with and without a path before them', () => {
  const text = 'In `backups/phase0_1/`, /srv/x/backups/phase0_2 and\nbackups/phase0_1, not in mybackups/x or backups/.\n';
  expect(namedBackups(text)).toEqual([
    { path: 'backups/phase0_1', line: 1 },
    { path: '/srv/x/backups/phase0_2', line: 1 },
  ]);
});
