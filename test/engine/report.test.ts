import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Report } from '../../src/report/document/types.ts';
import { slipway } from '../support/cli.ts';
import { docker } from '../support/engine-facts.ts';
import { tinyFleet } from '../support/tiny-fleet.ts';

const PROJECT = 'sw-report';
const STATUS = '## Phase 1: the kitchen - IN PROGRESS\n\nnotes of ours\n';

test('a run is reported on as it went, to GitHub Actions too, and the phase is marked complete once it is', async () => {
  const cwd = tinyFleet(PROJECT, [{ name: 'api' }, { name: 'web', brokenBuild: true }]);
  const summary = join(cwd, 'summary.md');
  writeFileSync(join(cwd, 'REBUILD_STATUS.md'), STATUS);
  const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary };
  const reportOf = async () => JSON.parse((await slipway(['report', '--format', 'json'], { cwd })).stdout) as Report;

  const broken = await slipway(['rebuild'], { cwd, env });
  expect(broken.code).toBe(1);
  const [, token] = /^::stop-commands::([0-9a-f]{32})\n/.exec(broken.stdout) ?? [];
  expect(token).toBeDefined();
  const [shown, told] = broken.stdout.split(`\n::${token}::\n`) as [string, string];
  expect(shown).toContain('the oven is cold');
  expect(told).toMatch(/^::error title=web failed::build failed: .*exit code: 3.*\n$/);
  expect(readFileSync(summary, 'utf8')).toMatch(/^# Run \d{8}_\d{6} failed\n[\s\S]*### web: failed[\s\S]*the oven is cold/);

  const failed = await reportOf();
  const [api, web] = failed.services;
  expect(failed).toMatchObject({ outcome: 'failed', counts: { completed: 1, failed: 1 }, estimate: null });
  const running = (await docker('inspect', '--format', '{{.Image}}', `${PROJECT}-api-1`)).trim();
  const bytes = Number((await docker('image', 'inspect', '--format', '{{.Size}}', running)).trim());
  expect(api).toMatchObject({
    status: 'completed',
    tested: 'passed',
    before: { image: null },
    after: { image: running, sizeBytes: bytes },
  });
  expect(api!.steps.map(({ kind, outcome }) => [kind, outcome])).toEqual([
    ['build', 'done'],
    ['test', 'done'],
    ['replace', 'done'],
    ['verify', 'done'],
  ]);
  expect(web!.failure!.log.lines.join('\n')).toContain('the oven is cold');
  expect((await slipway(['report', '--complete-phase'], { cwd })).code).toBe(2);
  expect(readFileSync(join(cwd, 'REBUILD_STATUS.md'), 'utf8')).toBe(STATUS);

  const dockerfile = join(cwd, 'web/Dockerfile');
  writeFileSync(dockerfile, readFileSync(dockerfile, 'utf8').replace(/^RUN echo the oven.*\n/m, ''));
  const mended = await slipway(['rebuild', '--output', 'json'], { cwd, env });
  expect(mended.code).toBe(0);
  for (const line of mended.stdout.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('seq');
  expect(readFileSync(summary, 'utf8')).toMatch(/^# Run \d{8}_\d{6}(_\d+)? done\n/m);
  expect(await reportOf()).toMatchObject({ outcome: 'done', counts: { completed: 1, total: 1 } });
  expect((await slipway(['report', '--complete-phase'], { cwd })).code).toBe(0);
  expect(readFileSync(join(cwd, 'REBUILD_STATUS.md'), 'utf8')).toBe(STATUS.replace('IN PROGRESS', 'COMPLETE'));
});
