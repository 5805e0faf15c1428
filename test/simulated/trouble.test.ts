import { describe, expect, test } from 'vitest';
import type { Fault } from '../../src/docker/simulated/faults.ts';
import type { Risk } from '../../src/fleet/types.ts';
import type { ServiceKey } from '../../src/model/ids.ts';
import { fleetOf, type ServiceSketch } from '../support/fleet-builder.ts';
import { checkRecord } from '../support/simulated-checks.ts';
import type { Chapter, SimulatedMachine } from '../support/simulated-machine.ts';
import { machineOf, policyMachine, policyStart, SERVICES, statusesOf, whatRuns } from '../support/simulated-policy.ts';
import { CONTINUED, QUIET, type Start } from '../support/simulated-story.ts';

const CRITICAL = { failure: 'unhealthy', policy: 'critical', scope: 'run' } as const;
/** Everything is critical to go back, and nothing of it fails by itself. */
const GOOD: Start = {
  ...QUIET,
  edits: SERVICES,
  reconfigures: SERVICES,
  options: { batchSize: 1, rollbackOnFail: true, rollbackScope: 'run' },
};

function exitCodeOf({ result }: Chapter): number | null {
  return result?.kind === 'ran' ? result.exitCode : null;
}

function rollbacksIn({ events }: Chapter): readonly ServiceKey[] {
  return events.flatMap((event) => (event.type === 'step-intent' && event.intent.kind === 'rollback' ? [event.service] : []));
}

/** Each service is wholly of before or of now. */
function expectWhole({ before, after }: Chapter): void {
  for (const [key, standing] of after) expect(whatRuns(before.get(key)!, standing), key).not.toBe('mixed');
}

async function play(machine: SimulatedMachine, start: Start) {
  const chapter = await machine.start(start);
  return { chapter, exitCode: exitCodeOf(chapter), statuses: await statusesOf(machine) };
}

describe('a registry that is away in the middle of a run', () => {
  const away = (forMs: number): Fault => ({ fault: 'registry-outage', from: { ms: 8000 }, forMs });

  test('stops it: what is in place stays, the others are left for later, and nothing goes back', async () => {
    const machine = policyMachine(CRITICAL);
    const { chapter, exitCode, statuses } = await play(machine, { ...GOOD, faults: [away(600_000)] });
    expect(exitCode).toBe(1);
    expect(rollbacksIn(chapter)).toEqual([]);
    expect(statuses).toEqual({ calm: 'completed', mate: 'pending', bad: 'pending', onbad: 'pending', late: 'pending' });
    expectWhole(chapter);
    const again = await play(machine, { ...CONTINUED, pauseMs: 600_000 });
    expect([again.exitCode, new Set(Object.values(again.statuses))]).toEqual([0, new Set(['completed'])]);
  });

  test('for a short time only costs that time', async () => {
    const { chapter, exitCode } = await play(policyMachine(CRITICAL), { ...GOOD, faults: [away(20_000)] });
    expect(exitCode).toBe(0);
    expect(chapter.events.some((event) => event.type === 'retry-scheduled')).toBe(true);
  });
});

describe.each(['restart', 'keep'] as const)('an engine that is away in the middle of a run, its containers %s', (containers) => {
  // While it builds, tests, replaces and judges: at each of these moments it may go.
  test.each([2000, 9000, 11_000, 14_000, 17_000, 25_000, 70_000])('after %d ms', async (ms) => {
    const machine = policyMachine(CRITICAL);
    const outage: Fault = { fault: 'engine-outage', from: { ms }, forMs: 300_000, containers };
    const { chapter, exitCode } = await play(machine, { ...GOOD, faults: [outage] });
    expect(exitCode).toBe(1);
    expect(rollbacksIn(chapter)).toEqual([]);
    const again = await play(machine, { ...CONTINUED, pauseMs: 300_000 });
    expect(again.exitCode).toBe(0);
    expect(rollbacksIn(again.chapter)).toEqual([]);
    expect(new Set(Object.values(again.statuses))).toEqual(new Set(['completed']));
    for (const [key, standing] of again.chapter.after) {
      expect(whatRuns(chapter.before.get(key)!, standing), key).toBe('new');
      expect(standing.well, key).toBe(true);
    }
  });
});

describe('--max-failures', () => {
  const broken = (service: ServiceKey): Fault => ({ fault: 'build', service, how: 'fails', times: null });

  /** Services `a`, `b`, … of these risks, one after the other; the first so many do not build. */
  async function statusesWith(risks: readonly Risk[], failing: number, maxFailures: string) {
    const names = risks.map((_, i) => String.fromCharCode(97 + i));
    const sketches = names.map((name, i): [string, ServiceSketch] => [
      name,
      { risk: risks[i]!, compose: { image: `${name}:latest` } },
    ]);
    const machine = machineOf(fleetOf(Object.fromEntries(sketches)), () => ({}));
    const faults = names.slice(0, failing).map(broken);
    const { exitCode, statuses } = await play(machine, {
      ...QUIET,
      edits: names,
      faults,
      options: { batchSize: 1, maxFailures },
    });
    expect(exitCode).toBe(1);
    return names.map((name) => statuses[name]![0]).join('');
  }

  const SIX = Array<Risk>(6).fill('low');
  const TWO_WAVES: readonly Risk[] = ['low', 'low', 'low', 'high', 'high', 'high'];
  const ONE_FIRST: readonly Risk[] = ['low', 'high', 'high'];

  // f = failed, c = completed, p = pending.
  test.each([
    { what: 'one failure with none allowed', risks: SIX, failing: 1, max: '0', expected: 'fppppp' },
    { what: 'two with one allowed', risks: SIX, failing: 2, max: '1', expected: 'ffpppp' },
    { what: 'two with two allowed', risks: SIX, failing: 2, max: '2', expected: 'ffcccc' },
    { what: 'two of six with 33 %, which is one', risks: SIX, failing: 2, max: '33%', expected: 'ffpppp' },
    { what: 'two of six with 34 %, which is two', risks: SIX, failing: 2, max: '34%', expected: 'ffcccc' },
    { what: 'one of six with 16 %, which is none', risks: SIX, failing: 1, max: '16%', expected: 'fppppp' },
    { what: 'one of six with 17 %, which is one', risks: SIX, failing: 1, max: '17%', expected: 'fccccc' },
    { what: 'a wave of one that failed is one of three, not all', risks: ONE_FIRST, failing: 1, max: '34%', expected: 'fcc' },
    { what: 'a wave of one that failed, with less allowed', risks: ONE_FIRST, failing: 1, max: '33%', expected: 'fpp' },
    { what: 'a wave that failed whole is half of the run', risks: TWO_WAVES, failing: 3, max: '50%', expected: 'fffccc' },
    { what: 'a wave that failed whole, with less allowed', risks: TWO_WAVES, failing: 3, max: '49%', expected: 'fffppp' },
    { what: 'everything with all allowed', risks: SIX, failing: 6, max: '100%', expected: 'ffffff' },
  ])('$what', async ({ risks, failing, max, expected }) => {
    expect(await statusesWith(risks, failing, max)).toBe(expected);
  });
});

describe('a rollback that fails', () => {
  const lost: Fault = {
    fault: 'behaviour',
    service: 'bad',
    of: 'old',
    behaviour: { kind: 'never-started', message: 'exec: "/serve": input/output error' },
  };

  test.each(['service', 'wave', 'run'] as const)(
    'is exit 3 with the commands, ends the run and is left alone (scope %s)',
    async (scope) => {
      const cell = { ...CRITICAL, scope };
      const machine = policyMachine(cell);
      const start = policyStart(cell);
      const { chapter, exitCode, statuses } = await play(machine, { ...start, faults: [...start.faults, lost] });
      expect(exitCode).toBe(3);
      expect(rollbacksIn(chapter).filter((service) => service === 'bad')).toEqual(['bad']);
      expect(statuses).toMatchObject({ bad: 'failed', onbad: expect.stringMatching(/skipped|pending/), late: 'pending' });
      const { failure } = (chapter.result?.kind === 'ran' ? chapter.result.state.services.get('bad')?.lastSettled : null)!;
      const backup = `bad:pre-phase1-rebuild-${chapter.events[0]!.run}`;
      expect(failure).toMatchObject({
        code: 'rollback-failed',
        commands: [['docker', 'tag', backup, 'bad:latest'], expect.arrayContaining(['up'])],
      });
      // The tag of the first command is there, on the image of before.
      expect(machine.host.rest().tags[backup]).toBe(chapter.before.get('bad')!.images[0]);
      const began = chapter.events.findIndex((event) => event.type === 'service-settled' && event.service === 'bad');
      const after = chapter.events.slice(began + 1).filter((event) => event.type === 'step-intent');
      expect(after).toEqual([]);

      machine.host.addFault({ ...lost, behaviour: { kind: 'healthy', afterMs: 500 } });
      machine.host.addFault({ ...lost, of: 'new', behaviour: { kind: 'healthy', afterMs: 500 } });
      const mended = await play(machine, CONTINUED);
      expect([mended.exitCode, new Set(Object.values(mended.statuses))]).toEqual([0, new Set(['completed'])]);
    },
  );
});

test('a release that does not get well is exit 3 with the commands for what ran before the run, also when the run is continued', async () => {
  const machine = policyMachine(CRITICAL);
  expect((await play(machine, GOOD)).exitCode).toBe(0);
  const good = machine.look().get('bad')!.images[0];
  const sick: Fault = { fault: 'behaviour', service: 'bad', of: 'old', behaviour: { kind: 'unhealthy' } };
  const options = { rollback: { to: null, all: true, targets: {} } };
  const { chapter, exitCode } = await play(machine, { ...QUIET, command: 'rollback', options, faults: [sick] });
  const again = await play(machine, CONTINUED);
  expect([exitCode, again.exitCode]).toEqual([3, 3]);
  for (const { result } of [chapter, again.chapter]) {
    const backup = `bad:pre-phase1-rebuild-${chapter.events[0]!.run}`;
    expect((result?.kind === 'ran' ? result.state.services.get('bad')?.lastSettled : null)?.failure).toMatchObject({
      message: expect.stringMatching(
        /^release adopted_\S+ is back but was judged unhealthy .*; the commands put in place again what ran/,
      ),
      commands: [['docker', 'tag', backup, 'bad:latest'], expect.arrayContaining(['up'])],
    });
    expect(machine.host.rest().tags[backup]).toBe(good);
  }
});

describe('a run that is given up for a new one', () => {
  const cell = { failure: 'unhealthy', policy: 'critical', scope: 'service' } as const;

  /** The new version of `bad` fails, and Slipway is killed as it begins to put the old one back. */
  async function killedOnTheWayBack(): Promise<SimulatedMachine> {
    const play = async (crash: Start['crash']) => {
      const machine = policyMachine(cell);
      return { machine, ...(await machine.start({ ...policyStart(cell), crash })) };
    };
    const { events } = await play(null);
    const event = events.findIndex((e) => e.type === 'step-intent' && e.intent.kind === 'rollback') + 1;
    expect(event).toBeGreaterThan(0);
    return (await play({ how: 'kill', when: { event } })).machine;
  }

  test('is put in order first, and the new one is planned from what its record says then', async () => {
    const machine = await killedOnTheWayBack();
    const { plan } = await machine.start(QUIET);
    expect(plan?.services.find(({ service }) => service === 'bad')?.cause.code).toBe('rolled-back');
  });

  test('is in the state file as its record ends', async () => {
    const machine = await killedOnTheWayBack();
    const chapter = await machine.start({ ...QUIET, options: { services: ['calm'] } });
    const problems: string[] = [];
    if (chapter.result?.kind !== 'ran') throw new Error('it did not run');
    await checkRecord(machine, chapter, chapter.result, (what) => problems.push(what));
    expect(problems).toEqual([]);
    expect((await statusesOf(machine)).bad).toBe('rolled-back');
  });
});
