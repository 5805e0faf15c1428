import { describe, expect, test } from 'vitest';
import { expectNothingStray, expectNothingTwice, expectWhole } from '../support/crash-expect.ts';
import { type CrashFleet, crashFleet } from '../support/crash-fleet.ts';
import { type CrashService, isSlowStep } from '../support/crash-services.ts';
import type { Seen } from '../support/engine-watch.ts';
import type { Running } from '../support/running.ts';

/** A moment at which Slipway dies: what the services are like, how to get there, and how the engine's events show that it was there. */
interface Moment {
  readonly name: string;
  readonly held: CrashService;
  readonly reach: (fleet: CrashFleet, run: Running) => Promise<unknown>;
  /** From the engine's events up to the kill. */
  readonly shown: (events: Held) => boolean;
}

/** What the engine told of the service in which the kill falls, up to the kill. */
interface Held {
  readonly candidate: boolean;
  readonly testsStarted: number;
  readonly testsEnded: number;
  readonly tagMoved: boolean;
  /** Of its old container and of those made since. */
  readonly old: readonly string[];
  readonly fresh: readonly string[];
}

const MOMENTS: readonly Moment[] = [
  {
    name: 'inside a build',
    held: { slowBuild: 60 },
    reach: (_, run) => run.until('its slow step', isSlowStep),
    shown: ({ candidate, tagMoved }) => !candidate && !tagMoved,
  },
  {
    name: 'inside a test',
    held: { slowTest: true },
    reach: ({ watch }) =>
      watch.until('its test', (e) => e.what === 'container start' && e.role === 'test' && e.service === 'held'),
    shown: ({ candidate, testsStarted, testsEnded, tagMoved }) =>
      candidate && testsStarted === 1 && testsEnded === 0 && !tagMoved,
  },
  {
    name: 'between the move of the tag and the create',
    held: { tested: true },
    reach: ({ proxy }) => proxy.hold(/^POST \/containers\/create\?.*held-1/).reached,
    shown: ({ tagMoved, old, fresh }) => tagMoved && old.length === 0 && fresh.length === 0,
  },
  {
    name: 'inside the stop of the old container',
    held: { stubborn: true },
    reach: ({ watch }) => watch.until('TERM', (e) => e.what === 'container kill' && e.service === 'held'),
    shown: ({ old, fresh }) => old.join() === 'kill' && fresh.join() === 'create',
  },
  {
    name: 'after the stop of the old container, before its removal',
    held: {},
    reach: ({ proxy }) => proxy.hold(/^DELETE \/containers\//).reached,
    shown: ({ old, fresh }) => old.includes('stop') && !old.includes('destroy') && fresh.join() === 'create',
  },
  {
    name: 'after the removal of the old container',
    held: {},
    reach: ({ proxy }) => proxy.hold(/^POST \/containers\/[^/]+\/rename/).reached,
    shown: ({ old, fresh }) => old.at(-1) === 'destroy' && fresh.join() === 'create',
  },
  {
    name: 'before the start of the new container',
    held: {},
    reach: ({ proxy }) => {
      const renamed = proxy.hold(/^POST \/containers\/[^/]+\/rename/);
      return renamed.reached.then(() => {
        const started = proxy.hold(/^POST \/containers\/[^/]+\/start/);
        renamed.release();
        return started.reached;
      });
    },
    shown: ({ old, fresh }) => old.at(-1) === 'destroy' && fresh.join() === 'create,rename',
  },
  {
    name: 'while the new container is judged',
    held: { slowHealth: true },
    reach: (_, run) =>
      run.until('the verify', (e) => e.type === 'step-intent' && e.service === 'held' && e.intent.kind === 'verify'),
    shown: ({ old, fresh }) => old.at(-1) === 'destroy' && fresh.includes('start') && !fresh.includes('die'),
  },
];

describe.each(MOMENTS)('kill -9 $name', (moment) => {
  test('--continue finishes the run, and does nothing a second time that had succeeded', async () => {
    const { fleet, run } = await killedAt(moment);
    await fleet.openGate();
    const { code, text } = await fleet.run('rebuild', '--continue');
    expect(code, text).toBe(0);
    expect(fleet.folder.runs()).toEqual([run]);
    await expectWhole(fleet);
    await expectNothingTwice(fleet, run);
  });
});

test('kill -9 after the removal of the old container: a plain rebuild repairs, abandons that run and starts a new one', async () => {
  const { fleet, run } = await killedAt(MOMENTS.find((m) => m.name === 'after the removal of the old container')!);
  const { code, text } = await fleet.run('rebuild');
  expect(code, text).toBe(0);
  expect(fleet.folder.runs()).toHaveLength(2);
  expect(fleet.folder.journal(run).at(-1)).toMatchObject({ type: 'run-finished', outcome: 'abandoned' });
  expect(text).toContain('abandoned');
  await expectWhole(fleet);
});

test('kill -9 while a job runs for the first time: it is let run, and is not run again', async () => {
  const fleet = await crashFleet({ first: {}, held: { job: true, dependsOn: ['first'] } });
  const created = fleet.proxy.hold(/^POST \/containers\/create\?.*held-1/);
  const process = fleet.start(['rebuild']);
  await created.reached;
  const starts = fleet.proxy.hold(/^POST \/containers\/[^/]+\/start/);
  created.release();
  await starts.reached;
  process.signal('SIGKILL');
  await process.ended;
  starts.release();
  await fleet.watch.until(
    'the end of the job',
    (e) => e.what === 'container die' && e.service === 'held' && fleet.seen.includes(e),
  );
  const { code, text } = await fleet.run('rebuild', '--continue');
  expect(code, text).toBe(0);
  await fleet.watch.now();
  expect(fleet.seen.filter((e) => e.what === 'container start' && e.service === 'held')).toHaveLength(1);
  await expectNothingStray(fleet);
});

/** Brings a run to the moment with the first service completed and the last one waiting, and kills it there. */
async function killedAt(moment: Moment): Promise<{ readonly fleet: CrashFleet; readonly run: string }> {
  const fleet = await crashFleet({
    first: { tested: true },
    held: { dependsOn: ['first'], ...moment.held },
    last: { dependsOn: ['held'] },
  });
  const old = await fleet.folder.container('held');
  const gate = firstCompletes(fleet);
  const process = fleet.start(['rebuild', '--batch-size', 'all']);
  await gate(process);
  await moment.reach(fleet, process);
  process.signal('SIGKILL');
  const atNs = Date.now() * 1e6;
  await process.ended;
  await fleet.watch.now();
  const run = fleet.folder.runs().at(-1)!;
  const events = fleet.seen.filter((e) => e.atNs <= atNs);
  const held = heldOf(fleet, events, { run, old });
  expect(moment.shown(held), `killed ${moment.name}: ${JSON.stringify(held)}`).toBe(true);
  return { fleet, run };
}

/** The moments of `held` are looked for only once `first` is completed: its own requests must not be taken for them. */
function firstCompletes({ proxy }: CrashFleet): (run: Running) => Promise<void> {
  const created = proxy.hold(/^POST \/containers\/create\?.*held/);
  return async (run) => {
    await run.until('first is completed', (e) => e.type === 'service-settled' && e.service === 'first');
    created.release();
  };
}

function heldOf({ name }: CrashFleet, events: readonly Seen[], { run, old }: { run: string; old: string }): Held {
  const tagged = (tag: string) => events.some((e) => e.what === 'image tag' && e.name === `${name}-held:${tag}`);
  const tests = (what: string) => events.filter((e) => e.what === what && e.role === 'test' && e.service === 'held').length;
  const of = (ours: (id: string) => boolean) =>
    events
      .filter((e) => e.role === 'service' && e.service === 'held' && ours(e.id))
      .map((e) => e.what.split(' ')[1]!)
      .filter((action) => ['create', 'kill', 'die', 'stop', 'destroy', 'rename', 'start'].includes(action));
  return {
    candidate: tagged(`candidate-${run}`),
    testsStarted: tests('container start'),
    testsEnded: tests('container die'),
    tagMoved: tagged('latest'),
    old: of((id) => id === old),
    fresh: of((id) => id !== old),
  };
}
