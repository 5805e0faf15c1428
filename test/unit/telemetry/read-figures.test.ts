import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { EventBody } from '../../../src/journal/events.ts';
import { FigureReader } from '../../../src/telemetry/metrics/read-figures.ts';
import { readHostIdentity } from '../../../src/util/host-identity.ts';
import { nodeDisk } from '../../../src/util/node-disk.ts';
import { folderWith } from '../../support/folder.ts';
import { building, eventsOf, started } from '../../support/run-state.ts';

const BEGUN = [started([{ service: 'bread', category: 'kitchen' }]), building('bread')];
const DONE: EventBody = { type: 'run-finished', outcome: 'done', exitCode: 0, why: '' };
const none = { running: 0, done: 0, failed: 0, interrupted: 0, abandoned: 0 };

function writeRun(root: string, run: string, bodies: readonly EventBody[]): void {
  const folder = join(root, '.slipway/runs', run);
  mkdirSync(folder, { recursive: true });
  const lines = eventsOf(bodies).map((event) => `${JSON.stringify({ ...event, run })}\n`);
  writeFileSync(join(folder, 'journal.ndjson'), lines.join(''));
}

test('figures follow the journals: runs of the phase, as they stand now', async () => {
  const root = folderWith();
  const figures = new FigureReader({ root, phase: 'phase1', disk: nodeDisk, me: await readHostIdentity(process.pid) });
  expect(await figures.read()).toEqual({ outcomes: none, newest: null });

  // Nobody holds the lock, so nobody executes it.
  writeRun(root, '20260204_140000', BEGUN);
  expect(await figures.read()).toMatchObject({
    outcomes: { ...none, interrupted: 1 },
    newest: { outcome: 'interrupted', state: { run: '20260204_140000', lastSeq: 2 } },
  });

  writeRun(root, '20260204_140000', [...BEGUN, DONE]);
  writeRun(root, '20260204_150000', [{ ...BEGUN[0], phase: 'other' } as EventBody]);
  expect(await figures.read()).toMatchObject({
    outcomes: { ...none, done: 1 },
    newest: { outcome: 'done', state: { lastSeq: 3 } },
  });

  writeRun(root, '20260204_160000', BEGUN);
  expect(await figures.read()).toMatchObject({
    outcomes: { ...none, done: 1, interrupted: 1 },
    newest: { outcome: 'interrupted', state: { run: '20260204_160000' } },
  });
});
