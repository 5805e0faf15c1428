import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../../scripts/setup/parts.mjs';
import { slipway } from '../support/cli.ts';
import { folderWith } from '../support/folder.ts';
import { WrittenRun } from '../support/journal-writer.ts';

test('status --json has the keys that docs/reports.md describes, and a number for every status', async () => {
  const services = ['web', 'api'].map((service) => ({ service, category: 'core' }));
  const run = new WrittenRun(folderWith(), services, Date.UTC(2026, 1, 4, 14));
  const { code, stdout } = await slipway(['status', '--json'], { cwd: run.root });
  expect(code).toBe(0);
  const document = JSON.parse(stdout) as { counts: object; services: readonly object[] };
  const section = /## The state, for programs([\s\S]*?)\n## /.exec(readFileSync(join(ROOT, 'docs/reports.md'), 'utf8'))![1]!;
  expect(Object.keys(document)).toEqual([...section.matchAll(/^\| `(\w+)`/gm)].map(([, key]) => key));
  expect(document).toMatchObject({
    version: 1,
    phase: 'phase1',
    run: run.run,
    outcome: 'interrupted',
    paused: false,
    holder: null,
  });
  expect(document.counts).toEqual({ total: 2, pending: 2, running: 0, completed: 0, failed: 0, skipped: 0, 'rolled-back': 0 });
  expect(document.services.map((service) => Object.keys(service).sort())).toEqual(
    services.map(() => ['at', 'code', 'image', 'run', 'service', 'status']),
  );
});
