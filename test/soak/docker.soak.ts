import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { expectNoStepTwice, expectStateTrue, expectWhole } from '../support/crash-expect.ts';
import { CrashFleet } from '../support/crash-fleet.ts';
import { bundleAppendKill } from '../support/reference-run.ts';
import { startedRuns } from '../support/run-starts.ts';
import { briefly, type End, live } from './live.ts';
import { SERVICES, type Story, storyOf } from './story.ts';

const COUNT = Number(process.env.SLIPWAY_STORIES ?? 1);
const FIRST = Number(process.env.SLIPWAY_FIRST_SEED ?? 1);
/** Fleets share nothing: so many at a time. */
const FLEETS = 2;
/** Continuations that may be needed once nothing is wrong any more. */
const MOST_CONTINUATIONS = 4;
const SETTINGS = {
  health: { startup_grace: '500ms', interval: '300ms', timeout: '3s', retries: 1, stable_for: '300ms' },
  timeouts: { build: '120s', test: '60s', health: '20s' },
};
/** Interrupted runs end with what the signal says; nothing may end with a failed rollback, a refusal or a bug. */
const GOOD_CODES = [0, 1, 130, 143];

test('runs with random faults, each continued to its end: nothing lost', async () => {
  const bundle = await bundleAppendKill();
  const seeds = Array.from({ length: COUNT }, (_, i) => FIRST + i).values();
  const violations: string[] = [];
  const startedMs = performance.now();
  await Promise.all(
    Array.from({ length: Math.min(FLEETS, COUNT) }, async () => {
      let fleet: CrashFleet | null = null;
      for (const seed of seeds) {
        fleet ??= await begunFleet();
        const told: string[] = [];
        const beganMs = performance.now();
        const wrong = await tell(fleet, { seed, bundle, told }).then(() => null, String);
        const seconds = ((performance.now() - beganMs) / 1000).toFixed(0);
        console.log([`seed ${seed}: ${wrong === null ? 'nothing lost' : 'VIOLATION'} (${seconds} s)`, ...told].join('\n  '));
        if (wrong === null) continue;
        violations.push(`seed ${seed} (npm run soak -- --docker 1 --seed ${seed}): ${wrong}; its folder: ${copyOf(fleet)}`);
        console.log(violations.at(-1));
        // What went wrong must not go on in the next one.
        await fleet.remove();
        fleet = null;
      }
    }),
  );
  const minutes = ((performance.now() - startedMs) / 60_000).toFixed(1);
  console.log(`${COUNT} runs from seed ${FIRST} on, ${violations.length} violations, ${minutes} minutes`);
  expect(violations.length).toBe(0);
});

/** A copy of what Slipway wrote, for whoever looks for the cause. */
function copyOf({ folder }: CrashFleet): string {
  const copy = mkdtempSync(join(tmpdir(), 'slipway-soak-'));
  cpSync(folder.root, copy, { recursive: true });
  return copy;
}

async function begunFleet(): Promise<CrashFleet> {
  const fleet = new CrashFleet(SERVICES);
  onTestFinished(() => fleet.remove());
  await fleet.begin(SETTINGS);
  return fleet;
}

/** Lives through the story of a seed, looks after each process that came to an end of its own, and brings the fleet to its end. */
async function tell(fleet: CrashFleet, { seed, bundle, told }: { seed: number; bundle: string; told: string[] }): Promise<void> {
  const story = storyOf(seed);
  told.push(JSON.stringify(story));
  const version = `seed ${seed}`;
  const before = { ...fleet.written };
  const known = startedRuns(fleet).length;
  await fleet.openGate();
  await fleet.beginRun(version, story.flaws, story.changed);
  for (const life of story.lives) {
    const end = await live(fleet, { story, life, bundle, known });
    told.push(`${end.how}: ${end.code ?? 'killed'}`);
    if (end.code !== null) await expectAtRest(fleet, { story, end, before, version });
  }
  const flawed = Object.keys(story.flaws);
  await fleet.write(`${version} mended`, {}, flawed);
  await bringToEnd(fleet, told);
  await expectWhole(fleet);
  const meddled = story.lives.map((l) => l.meddling?.service);
  for (const run of startedRuns(fleet).slice(known)) {
    for (const service of Object.keys(SERVICES).filter((name) => !meddled.includes(name)))
      expectNoStepTwice(fleet.folder.journal(run), service, ['rolled-back', 'failed']);
  }
}

/** Nothing is half-way: every service runs one version wholly, and no critical one a bad one. */
async function expectAtRest(
  fleet: CrashFleet,
  { story, end, before, version }: { story: Story; end: End; before: Readonly<Record<string, string>>; version: string },
): Promise<void> {
  const meddled = story.lives.flatMap((l) => (l.meddling ? [l.meddling.service] : []));
  // Who kills a container while it is judged after its rollback makes that fail.
  const lost = fleet.folder.journal().filter((e) => e.type === 'service-settled' && e.failure?.code === 'rollback-failed');
  const byHand = end.code === 3 && lost.length > 0 && lost.every((e) => 'service' in e && meddled.includes(e.service!));
  if (!byHand) expect(GOOD_CODES, `exit code ${end.code}: ${end.text}`).toContain(end.code);
  const seen = await fleet.look(meddled);
  for (const [service, standing] of Object.entries(seen)) {
    const bad = ['exits', 'unhealthy'].includes(story.flaws[service] ?? '');
    const possible = [before[service], ...(bad && SERVICES[service]!.critical ? [] : [version])].map((v) => `${service} ${v}`);
    expect(possible, `what ${service} runs after ${end.how}: ${end.text}`).toContain(standing.version);
    const mayBeDown = meddled.includes(service) || (bad && standing.version === `${service} ${version}`);
    if (!mayBeDown) expect(standing.well, `${service} is well after ${end.how}: ${end.text}`).toBe(true);
    if (SERVICES[service]!.data && standing.well) expect(await fleet.hasData(service), `the data of ${service}`).toBe(true);
  }
  if (startedRuns(fleet).length > 0) await expectStateTrue(fleet);
}

/** Continues until there is nothing to continue; a container that was killed after its service had completed is a new run's business. */
async function bringToEnd(fleet: CrashFleet, told: string[]): Promise<void> {
  for (let nth = 1; nth <= MOST_CONTINUATIONS; nth += 1) {
    const { code, text } = await fleet.run('rebuild', '--continue');
    told.push(`continued: ${code}`);
    expect([0, 1], `exit code ${code}: ${briefly(text)}`).toContain(code);
    if (code === 0) break;
    expect(nth, briefly(text)).toBeLessThan(MOST_CONTINUATIONS);
  }
  const { code, text } = await fleet.run('rebuild');
  told.push(`rebuilt: ${code}`);
  expect(code, briefly(text)).toBe(0);
}
