import { expect, onTestFinished, test } from 'vitest';
import { expectNoStepTwice, expectWhole } from '../support/crash-expect.ts';
import { type CrashFleet, crashFleet } from '../support/crash-fleet.ts';
import { type CrashService, isSlowStep } from '../support/crash-services.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';
import type { Running } from '../support/running.ts';

/** A fleet whose run is at a moment at which the engine is to die. */
interface At {
  readonly moment: string;
  readonly fleet: CrashFleet;
  readonly run: Running;
}

/** What the service is like in which the engine dies, and how to get there. */
const MOMENTS: Readonly<
  Record<string, { readonly held: CrashService; readonly reach: (at: Omit<At, 'moment'>) => Promise<unknown> }>
> = {
  build: {
    held: { slowBuild: 5 },
    reach: ({ run }) => run.until('its slow step', isSlowStep),
  },
  replace: {
    held: { stubborn: true },
    reach: ({ fleet }) => fleet.watch.until('TERM', (e) => e.what === 'container kill' && e.service === 'held'),
  },
  verify: {
    held: { slowHealth: true },
    reach: ({ run }) =>
      run.until('the verify', (e) => e.type === 'step-intent' && e.service === 'held' && e.intent.kind === 'verify'),
  },
};

/** An engine of its own, to which all that a test does goes, and on it a fleet at each moment. */
async function atEachMoment(config: Readonly<Record<string, unknown>>): Promise<{ engine: PrivateEngine; all: readonly At[] }> {
  const engine = await startPrivateEngine(config);
  process.env.DOCKER_HOST = engine.host;
  onTestFinished(async () => {
    delete process.env.DOCKER_HOST;
    await engine.remove();
  });
  const all = await Promise.all(
    Object.entries(MOMENTS).map(async ([moment, { held, reach }]) => {
      const fleet = await crashFleet({
        held: { ...held, critical: true, restarts: true },
        last: { dependsOn: ['held'], restarts: true },
      });
      const run = fleet.start(['rebuild'], { direct: true });
      await reach({ fleet, run });
      return { moment, fleet, run };
    }),
  );
  return { engine, all };
}

/** The run has stopped as in an outage or has waited it out; nothing has gone back; continued, it ends whole. */
async function expectOutlived({ moment, fleet, run }: At): Promise<void> {
  await fleet.openGate();
  const { code, text } = await run.ended;
  const kept = fleet.folder.journal();
  const ended = kept.at(-1);
  console.log(`killed in a ${moment}: exit ${code}, ${ended?.type === 'run-finished' ? ended.why : ''}`);
  expect(
    kept.filter((e) => e.type === 'step-intent' && e.intent.kind === 'rollback'),
    text,
  ).toEqual([]);
  expect(
    kept.filter((e) => e.type === 'service-settled' && e.status !== 'completed'),
    text,
  ).toEqual([]);
  if (code !== 0) {
    expect(ended, text).toMatchObject({
      type: 'run-finished',
      outcome: 'failed',
      exitCode: 1,
      why: expect.stringMatching(/is away|restarted/),
    });
    const resumed = await fleet.run('rebuild', '--continue');
    expect(resumed.code, resumed.text.slice(-4000)).toBe(0);
  }
  for (const service of ['held', 'last']) expectNoStepTwice(fleet.folder.journal(), service, []);
  await expectWhole(fleet);
}

test('an engine killed and started again in a build, a replace and a verify', { timeout: 300_000 }, async () => {
  const { engine, all } = await atEachMoment({});
  await engine.kill();
  await engine.start();
  await Promise.all(all.map(expectOutlived));
});

test('an engine that lets containers live when it ends is killed, and comes back late', { timeout: 300_000 }, async () => {
  const { engine, all } = await atEachMoment({ 'live-restore': true });
  await engine.kill();
  // Whoever cannot wait has ended before it is back.
  await Promise.all(all.filter(({ moment }) => moment !== 'verify').map(({ run }) => run.ended));
  await engine.start();
  await Promise.all(all.map(expectOutlived));
});
