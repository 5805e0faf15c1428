import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { StepKind } from '../../src/plan/types.ts';
import type { CrashFleet } from './crash-fleet.ts';
import { containersFor, imageOf, tagsOf } from './engine-facts.ts';
import type { Seen } from './engine-watch.ts';
import { eventually } from './eventually.ts';

/** Every service is new, healthy and as its tag says; nothing strays; a plain `up` finds nothing to do. */
export async function expectWhole(fleet: CrashFleet, version = 'v2'): Promise<void> {
  const { folder, name } = fleet;
  const before = await folder.containers();
  for (const service of Object.keys(fleet.services)) {
    expect(await fleet.versionOf(service), service).toBe(`${service} ${version}`);
    expect(await fleet.isWell(service), `${service} is well`).toBe(true);
    expect(await imageOf(await folder.container(service)), service).toBe(
      (await tagsOf(`${name}-${service}:latest`))[`${name}-${service}:latest`],
    );
  }
  await expectNothingStray(fleet);
  await folder.dockerCompose('up', '--detach');
  expect(await folder.containers(), 'containers after a plain up').toEqual(before);
}

/** No helper or temporary container, no candidate, no lock, no half-written file, no process. */
export async function expectNothingStray(fleet: CrashFleet): Promise<void> {
  const { folder, name } = fleet;
  const names = (await containersFor(name)).map((line) => line.split(' ')[1]!).sort();
  expect(names, 'containers').toEqual(
    Object.keys(fleet.services)
      .map((s) => `${name}-${s}-1`)
      .sort(),
  );
  expect(
    Object.keys(await tagsOf(name)).filter((tag) => tag.includes('candidate')),
    'candidate tags',
  ).toEqual([]);
  expect(readdirSync(join(folder.root, '.slipway')).sort(), 'files of .slipway').toEqual(['releases', 'runs']);
  const files = readdirSync(folder.root, { recursive: true, encoding: 'utf8' });
  expect(
    files.filter((file) => file.endsWith('.tmp')),
    'temporary files',
  ).toEqual([]);
  await eventually('no process is left', () => fleet.processes().length === 0, 5000);
}

/** What had a recorded success was not done again, by the engine's and buildx's own account. A verdict is no act: after a crash it is given anew. */
export async function expectNothingTwice(fleet: CrashFleet, run: string): Promise<void> {
  await fleet.watch.now();
  const journal = fleet.folder.journal(run);
  for (const service of Object.keys(fleet.services)) {
    const mine = journal.filter((e) => 'service' in e && e.service === service);
    for (const kind of ['backup', 'build', 'test', 'replace'] as const) {
      const intents = mine.filter((e) => e.type === 'step-intent' && e.intent.kind === kind);
      const done = mine.filter((e) => e.type === 'step-outcome' && e.kind === kind && e.outcome.status === 'done');
      expect(done.length, `successes: ${kind} of ${service}`).toBeLessThanOrEqual(1);
      const after = intents.filter((intent) => done.some((success) => success.seq < intent.seq));
      expect(after, `begun after its success: ${kind} of ${service}`).toEqual([]);
      expect(actsOf(fleet, { run, service, kind }), `${kind} of ${service}`).toBeLessThanOrEqual(intents.length);
    }
  }
}

/** How often something was done, told by those who did it. */
function actsOf(fleet: CrashFleet, of: { readonly run: string; readonly service: string; readonly kind: StepKind }): number {
  const { run, service, kind } = of;
  const tagged = (tag: string) => (e: Seen) => e.what === 'image tag' && e.name.startsWith(`${fleet.name}-${service}:${tag}`);
  const created = (role: Seen['role']) => (e: Seen) => e.what === 'container create' && e.role === role && e.service === service;
  const count = (is: (event: Seen) => boolean) => fleet.seen.filter(is).length;
  if (kind === 'backup') return count(tagged('pre-'));
  if (kind === 'build') return Math.max(fleet.buildsOf(service), count(tagged(`candidate-${run}`)));
  if (kind === 'test') return count(created('test'));
  return kind === 'replace' ? count(created('service')) : 0;
}
