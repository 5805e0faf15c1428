import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { beforeAll, expect, test } from 'vitest';
import { ROOT } from '../../scripts/setup/parts.mjs';
import { expectNothingTwice, expectWhole } from '../support/crash-expect.ts';
import { crashFleet } from '../support/crash-fleet.ts';

const BUNDLE = join(ROOT, `node_modules/.cache/slipway-tests/append-kill-${process.pid}.mjs`);
/** A run of two services appends about thirty events that count. */
const FEWEST = 20;

beforeAll(async () => {
  mkdirSync(join(BUNDLE, '..'), { recursive: true });
  await build({
    entryPoints: [join(ROOT, 'test/support/append-kill-entry.ts')],
    outfile: BUNDLE,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  });
});

test('killed after every single journal append, --continue ends with everything new and nothing done twice', {
  timeout: 900_000,
}, async () => {
  const fleet = await crashFleet({ store: { tested: true }, web: {} });
  for (let last = 1; ; last += 1) {
    const version = `after ${last}`;
    await fleet.beginRun(version);
    const { signal, code, text } = await fleet.start([String(last)], { direct: true, bundle: BUNDLE }).ended;
    if (signal === null) {
      expect(code, text).toBe(0);
      expect(last).toBeGreaterThan(FEWEST);
      return;
    }
    expect(signal).toBe('SIGKILL');
    const resumed = await fleet.run('rebuild', '--continue');
    expect(resumed.code, `killed after append ${last}: ${resumed.text}`).toBe(0);
    await expectWhole(fleet, version);
    await expectNothingTwice(fleet, fleet.folder.runs().at(-1)!);
  }
});
