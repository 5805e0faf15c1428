import { beforeAll, expect, test } from 'vitest';
import { momentOf } from '../support/append-moment.ts';
import { expectWhole } from '../support/crash-expect.ts';
import { type CrashFleet, crashFleet } from '../support/crash-fleet.ts';
import type { CrashService } from '../support/crash-services.ts';
import { bundleAppendKill, REFERENCE_SETTINGS } from '../support/reference-run.ts';

/** One with data in a volume without a name, one that depends on it, and one beside them. */
const SERVICES: Readonly<Record<string, CrashService>> = {
  store: { data: 'anonymous' },
  web: { dependsOn: ['store'] },
  pay: { critical: true, probed: true },
};

let bundle = '';

beforeAll(async () => {
  bundle = await bundleAppendKill();
});

/** The whole fleet goes to the release before the newest, dying on the way or not. */
function startRollback(fleet: CrashFleet, dieAfter: string) {
  return fleet.start([dieAfter, 'rollback'], { direct: true, bundle }).ended;
}

const allAt = (version: string) =>
  Object.fromEntries(Object.keys(SERVICES).map((name) => [name, { version, status: 'rolled-back' as const }]));

test('killed after each intent and outcome of a rollback: --continue puts everything back, nothing lost, nothing done twice', {
  timeout: 900_000,
}, async () => {
  const fleet = await crashFleet(SERVICES, REFERENCE_SETTINGS);
  const built = await fleet.run('rebuild');
  expect(built.code, built.text).toBe(0);

  // Without a kill: what is appended. From then on each rollback goes to where the one before came from.
  const whole = await startRollback(fleet, 'never');
  expect(whole.code, whole.text).toBe(0);
  await expectWhole(fleet, allAt('v1'));
  const moments = fleet.folder.journal().flatMap((event) => momentOf(event) ?? []);
  expect(moments.length).toBe(3 * 2 * 2);

  let version = 'v1';
  for (const [i, moment] of moments.entries()) {
    version = version === 'v1' ? 'v2' : 'v1';
    const killed = await startRollback(fleet, moment);
    expect(killed.signal, `killed after ${moment}: ${killed.text}`).toBe('SIGKILL');
    const resumed = await fleet.run(...(i % 2 === 0 ? ['rollback', '--continue', '--yes'] : ['rebuild', '--continue']));
    expect(resumed.code, `killed after ${moment}: ${resumed.text.slice(-4000)}`).toBe(0);
    await expectWhole(fleet, allAt(version));
    const journal = fleet.folder.journal();
    expect(journal.filter((e) => e.type === 'run-resumed')).toHaveLength(1);
    for (const name of Object.keys(SERVICES)) {
      // A service whose last record is its rollback's outcome is judged once more.
      const done = journal.filter((e) => e.type === 'step-outcome' && e.service === name && e.outcome.status === 'done');
      expect(
        done.flatMap((e) => (e.type === 'step-outcome' && e.kind !== 'verify' ? [momentOf(e)] : [])).toSorted(),
        `${name}, killed after ${moment}`,
      ).toEqual([`${name}:backup:outcome`, `${name}:rollback:outcome`]);
    }
  }
});
