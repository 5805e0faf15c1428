import { describe, expect, test } from 'vitest';
import { completeInStatusFile } from '../../../../src/report/document/status-file.ts';

const SECTION = 'Run 20260204_140000: 40 completed.';
const complete = (text: string, phase = 'phase1') => completeInStatusFile(text, phase, SECTION);

const FILE = `# Rebuild Status - Quick Reference

**Current Phase:** Phase 1 → Phase 2 Transition

## ✅ Phase 0: Pre-Deployment Preparation - COMPLETE

**Status:** All 5 stories executed successfully

## 📋 Phase 1: Automated Batch Rebuild - READY TO START

**Target Start:** February 5, 2026\t

## 📋 Phase 2: Database & Async Updates - READY TO START

| Phase | Services | Status |
|-------|----------|--------|
| Phase 0 | - | ✅ COMPLETE |
| **Phase 1** | pending: 40 | ⏳ Pending |
| Phase 1b | 3 | Pending |

- [x] Phase 0: preparation
- [ ] Phase 1: batch rebuild
- [ ] Phase 10: party
- [ ] Verify Phase 1 stability

\`\`\`
Phase 0: Pre-Deployment Preparation ✅ [██████████] 100% COMPLETE
Phase 1: Automated Batch Rebuild 🔄 [███       ] 30% IN PROGRESS
  └─ Blocked by: Phase 0
Phase 2: Database & Async Updates ⏳ [          ] 0% PENDING
\`\`\`

**Project Health:** GREEN | **Phase 1:** 🔄 IN PROGRESS | **Blockers:** 0
`;

/** The lines that differ, before and after. */
function changes(before: string, after: string): string[] {
  const [a, b] = [before.split('\n'), after.split('\n')];
  return a.flatMap((line, i) => (line === b[i] ? [] : [`- ${line}`, `+ ${b[i]}`]));
}

describe('a status file as operators keep it', () => {
  test('has the state of the phase marked wherever it is told, and nothing else changed', () => {
    const { text, what } = complete(FILE);
    expect(what).toBe('marked');
    expect(text.split('\n')).toHaveLength(FILE.split('\n').length);
    expect(changes(FILE, text)).toEqual([
      '- ## 📋 Phase 1: Automated Batch Rebuild - READY TO START',
      '+ ## ✅ Phase 1: Automated Batch Rebuild - COMPLETE',
      '- | **Phase 1** | pending: 40 | ⏳ Pending |',
      '+ | **Phase 1** | pending: 40 | ✅ COMPLETE |',
      '- - [ ] Phase 1: batch rebuild',
      '+ - [x] Phase 1: batch rebuild',
      '- Phase 1: Automated Batch Rebuild 🔄 [███       ] 30% IN PROGRESS',
      '+ Phase 1: Automated Batch Rebuild ✅ [██████████] 100% COMPLETE',
      '- **Project Health:** GREEN | **Phase 1:** 🔄 IN PROGRESS | **Blockers:** 0',
      '+ **Project Health:** GREEN | **Phase 1:** ✅ COMPLETE | **Blockers:** 0',
    ]);
  });

  test('is left as it is the second time', () => {
    const once = complete(FILE).text;
    expect(complete(once)).toEqual({ text: once, what: 'unchanged' });
  });

  test.each(['\r\n', '\r', '\n'])('keeps its line endings (%j), also where they are mixed', (ending) => {
    const before = `\ufeff# x${ending}${ending}Phase 1: a [    ] PENDING${ending}last\nline`;
    expect(complete(before).text).toBe(`\ufeff# x${ending}${ending}Phase 1: a [####] 100% COMPLETE${ending}last\nline`);
  });
});

describe('forms', () => {
  test.each([
    [
      'Phase 5: Deployment                        [          ] PLAN READY',
      'Phase 5: Deployment                        [##########] 100% COMPLETE',
    ],
    ['## Phase 5: Deployment (in progress)', '## Phase 5: Deployment (COMPLETE)'],
    ['### Phase 5 — Pending', '### Phase 5 — COMPLETE'],
    ['**Phase 5: PENDING**', '**Phase 5: COMPLETE**'],
    ['Phase 5: pending', 'Phase 5: COMPLETE'],
    ['* [ ] **Phase 5** deploy', '* [x] **Phase 5** deploy'],
  ])('%s', (before, after) => {
    expect(complete(before, 'phase5')).toEqual({ text: after, what: 'marked' });
  });

  test.each([
    'Phase 50: pending',
    'Phase 5.1: pending',
    'Phase 5b: pending',
    'pre-phase5: pending',
    'Wait for Phase 5: it is pending, as all know',
    'cat REBUILD_STATUS.md | grep "Phase 5" # pending',
  ])('another thing is not touched: %s', (line) => {
    expect(complete(line, 'phase5')).toMatchObject({
      what: 'appended',
      text: expect.stringMatching(/^.*\n\n## Phase 5 - COMPLETE/),
    });
    expect(complete(line, 'phase5').text.startsWith(`${line}\n`)).toBe(true);
  });

  test('of a phase with another kind of name', () => {
    expect(complete('- [ ] blue-green', 'blue-green')).toEqual({ text: '- [x] blue-green', what: 'marked' });
  });
});

describe('a file that does not tell of the phase', () => {
  test('gets a section at its end, once, in its own line endings', () => {
    const { text, what } = complete('# Status\r\n');
    expect(what).toBe('appended');
    expect(text).toBe(`# Status\r\n\r\n## Phase 1 - COMPLETE\r\n\r\n${SECTION}\r\n`);
    expect(complete(text)).toEqual({ text, what: 'unchanged' });
  });

  test('gets it after a line of its own, also when it does not end with one or is empty', () => {
    expect(complete('# Status').text).toBe(`# Status\n\n## Phase 1 - COMPLETE\n\n${SECTION}\n`);
    expect(complete('').text).toBe(`## Phase 1 - COMPLETE\n\n${SECTION}\n`);
  });
});
