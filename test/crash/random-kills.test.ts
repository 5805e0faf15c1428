import { setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expectNothingTwice, expectWhole } from '../support/crash-expect.ts';
import { type CrashFleet, crashFleet } from '../support/crash-fleet.ts';
import { eventually } from '../support/eventually.ts';
import { startedRuns } from '../support/run-starts.ts';

const SEED = Number(process.env.SLIPWAY_SEED ?? 20260204);
const ROUNDS = 3;

/** When a process dies: so many events after its start, and so many milliseconds after that. */
const kill = fc.record({ events: fc.integer({ min: 0, max: 24 }), laterMs: fc.integer({ min: 0, max: 400 }) });

test('killed at random moments, the continuations too: it ends whole, and no success was done twice', {
  timeout: 600_000,
}, async () => {
  const fleet = await crashFleet({
    store: { stubborn: true, tested: true },
    web: { tested: true, dependsOn: ['store'] },
    job: { job: true, dependsOn: ['store'] },
  });
  const rounds = fc.sample(fc.array(kill, { minLength: 1, maxLength: 3 }), { numRuns: ROUNDS, seed: SEED });
  for (const [round, kills] of rounds.entries()) {
    console.log(`SLIPWAY_SEED=${SEED}, round ${round}: killed at ${JSON.stringify(kills)}`);
    const version = `round ${round}`;
    await fleet.beginRun(version);
    const known = startedRuns(fleet).length;
    const goOn = () => (startedRuns(fleet).length > known ? ['rebuild', '--continue'] : ['rebuild']);
    for (const { events, laterMs } of kills) await killAt(fleet, goOn(), { events, laterMs });
    const { code, text } = await fleet.run(...goOn());
    expect(code, text.slice(-4000)).toBe(0);
    await expectWhole(fleet);
    await expectNothingTwice(fleet, fleet.folder.runs().at(-1)!);
  }
});

async function killAt(fleet: CrashFleet, args: readonly string[], at: { readonly events: number; readonly laterMs: number }) {
  const run = fleet.start(args, { direct: true });
  let over = false;
  void run.ended.then(() => {
    over = true;
  });
  await eventually(`${at.events} events`, () => over || run.events.length >= at.events, 120_000);
  await wait(at.laterMs);
  run.signal('SIGKILL');
  await run.ended;
}
