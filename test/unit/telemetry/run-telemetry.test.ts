import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { NotificationSettings, OtelSettings } from '../../../src/fleet/telemetry-types.ts';
import { type JournalWriter, openJournal } from '../../../src/journal/file-journal.ts';
import { projectRun } from '../../../src/journal/projection.ts';
import { runFolder } from '../../../src/journal/runs.ts';
import type { Diagnostic } from '../../../src/model/diagnostic.ts';
import type { LiveRun } from '../../../src/run/rebuild-types.ts';
import { RunTelemetry, type TelemetryDeps } from '../../../src/telemetry/run-telemetry.ts';
import { reportsToTell } from '../../../src/telemetry/tell.ts';
import { systemClock } from '../../../src/util/clock.ts';
import { nodeDisk } from '../../../src/util/node-disk.ts';
import { fleetOf } from '../../support/fleet-builder.ts';
import { must, RUN, scratchFolder } from '../../support/journal.ts';
import { failure } from '../../support/notifications.ts';
import { Receiver } from '../../support/receiver.ts';
import { settled, started } from '../../support/run-state.ts';

const A = { service: 'a', category: 'core' };

/** A run of one service that has begun, told to these. */
async function begun(
  notifications: readonly NotificationSettings[],
  otel: OtelSettings | null,
  deps: Partial<TelemetryDeps> = {},
) {
  const root = await scratchFolder();
  const journal: JournalWriter = must(await openJournal(nodeDisk, { dir: runFolder(root, RUN), run: RUN }, systemClock));
  const first = await journal.append(started([A]));
  const fleet = fleetOf({});
  const monitoring = { ...fleet.settings.monitoring, notifications, otel };
  const live = {
    fleet: { ...fleet, root, settings: { ...fleet.settings, monitoring } },
    run: RUN,
    state: projectRun(RUN, [first]),
  } as unknown as LiveRun;
  const said: Diagnostic[] = [];
  const telemetry = new RunTelemetry(live, {
    clock: systemClock,
    disk: nodeDisk,
    env: {},
    pid: 7,
    version: '1.2.3',
    say: (diagnostic) => said.push(diagnostic),
    startDeliverer: async () => true,
    ...deps,
  });
  const record = async (...bodies: Parameters<JournalWriter['append']>[0][]) => {
    for (const body of bodies) telemetry.take(await journal.append(body));
  };
  return { root, telemetry, record, said, outbox: join(root, '.slipway/outbox') };
}

const webhook = (url: string): NotificationSettings => ({
  on: ['completion'],
  to: { kind: 'webhook', address: { kind: 'url', url }, format: 'json' },
});
const END = { type: 'run-finished', outcome: 'done', exitCode: 0, why: '1 completed' } as const;

test('when nobody can be started to go on, what is left is told as lost and nothing lies about', async () => {
  const receiver = await Receiver.open();
  receiver.answer = 'never';
  const { telemetry, record, outbox } = await begun([webhook(receiver.url('/s3cret').href)], null, {
    startDeliverer: async () => false,
  });
  await record(settled('a'), END);
  const [line, ...more] = await telemetry.finish();
  expect(more).toEqual([]);
  expect(line).toEqual({
    code: 'not-delivered',
    severity: 'warning',
    message: `the webhook at 127.0.0.1:${receiver.port} was not told of this run: 1 notification not delivered: no answer yet`,
  });
  expect(existsSync(outbox)).toBe(false);
});

test('a disk that takes no spool costs the notification and nothing else', async () => {
  const receiver = await Receiver.open();
  receiver.answer = 'never';
  const disk = { ...nodeDisk, create: () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })) };
  const { telemetry, record } = await begun([webhook(receiver.url().href)], null, { disk });
  await record(settled('a'), END);
  expect((await telemetry.finish()).map(({ code }) => code)).toEqual(['not-delivered']);
});

test('a run whose record breaks off is told of all the same', async () => {
  const receiver = await Receiver.open();
  const { telemetry, record } = await begun([webhook(receiver.url().href)], null);
  await record(settled('a'));
  expect(await telemetry.finish()).toEqual([]);
  expect(receiver.bodies()).toMatchObject([{ event: 'completion', outcome: 'failed', exitCode: null }]);
});

test('what cannot be used is said at the start', async () => {
  const noHook: NotificationSettings = {
    on: ['failure'],
    to: { kind: 'webhook', address: { kind: 'env', name: 'HOOK' }, format: 'json' },
  };
  const { telemetry, said } = await begun([noHook], { endpoint: null, headersEnv: 'KEY', timeoutMs: null });
  await telemetry.checkDestinations();
  expect(said.map(({ message }) => message)).toEqual([
    'the webhook of HOOK will not be told of this run: the environment variable HOOK is not set',
    'the collector of traces will not be told of this run: the environment variable KEY is not set',
  ]);
});

test('a trace is made from the record as it stands on the disk', async () => {
  const collector = await Receiver.open();
  const { telemetry, record } = await begun([], { endpoint: collector.url().origin, headersEnv: null, timeoutMs: null });
  await record(settled('a'), END);
  expect(await telemetry.finish()).toEqual([]);
  const [body] = collector.bodies<{ resourceSpans: { scopeSpans: { spans: { name: string }[] }[] }[] }>();
  expect(body!.resourceSpans[0]!.scopeSpans[0]!.spans.map(({ name }) => name)).toEqual(['rebuild phase1', 'a']);
});

test('lines at the end', () => {
  const destination = webhook('https://u:p@hooks.example.com/s3cret').to;
  const letter = { kind: 'notification' as const, id: '1', notification: failure('a') };
  const report = { destination, lost: 1, waiting: [letter, letter], why: 'it answers 500', remark: null };
  expect(reportsToTell([report], 'in-background').map(({ message }) => message)).toEqual([
    'the webhook at hooks.example.com was not told of this run: 1 notification not delivered: it answers 500',
    'the webhook at hooks.example.com: 2 notifications not delivered yet (it answers 500); it is tried for five more minutes in the background',
  ]);
  expect(reportsToTell([{ ...report, lost: 0, waiting: [] }], 'in-background')).toEqual([]);
  const trace = {
    ...report,
    destination: { kind: 'otlp' as const, settings: { endpoint: null, headersEnv: null, timeoutMs: null } },
  };
  expect(
    reportsToTell([{ ...trace, lost: 0, waiting: [], remark: '2 spans were not taken' }], 'in-background').map(
      ({ message }) => message,
    ),
  ).toEqual(['the collector of traces: 2 spans were not taken']);
});
