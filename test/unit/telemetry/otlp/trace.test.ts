import { describe, expect, test } from 'vitest';
import type { Event, EventBody } from '../../../../src/journal/events.ts';
import type { Failure } from '../../../../src/model/failure.ts';
import { NO_OPTIONS } from '../../../../src/plan/options.ts';
import { otlpBodies } from '../../../../src/telemetry/otlp/otlp-json.ts';
import type { Span } from '../../../../src/telemetry/otlp/span.ts';
import { spansToSend } from '../../../../src/telemetry/otlp/trace.ts';
import { eventsOf } from '../../../support/journal.ts';
import { building, START_MS, settled, started } from '../../../support/run-state.ts';

const A = { service: 'a', category: 'core' };
const B = { service: 'b', category: 'core' };
const SENDER = { resource: { 'service.name': 'slipway' }, version: '1.2.3' };

function outcome(service: string, changes: Partial<Extract<EventBody, { type: 'step-outcome' }>> = {}): EventBody {
  return {
    type: 'step-outcome',
    service,
    step: `${service}:build`,
    kind: 'build',
    attempt: 1,
    durationMs: 1000,
    outcome: { status: 'interrupted' },
    ...changes,
  };
}

const built = (service: string) =>
  outcome(service, {
    outcome: {
      status: 'done',
      facts: {
        kind: 'build',
        image: 'sha256:1',
        candidate: 'x',
        totalSteps: 7,
        cachedSteps: 3,
        sizeBytes: null,
        fingerprint: { inputs: null, unknown: null, config: '', bases: [] },
      },
    },
  });

const failedBuild: Failure = { code: 'build-failed', message: 'line of a log', step: 'RUN secret', lastLogLines: ['last line'] };
const finished = (changes: Partial<Extract<EventBody, { type: 'run-finished' }>> = {}): EventBody => ({
  type: 'run-finished',
  outcome: 'done',
  exitCode: 0,
  why: 'line of a log',
  ...changes,
});
const resumed: EventBody = { type: 'run-resumed', options: NO_OPTIONS, plan: 'def', services: ['a', 'b'] };

/** The tree as indented names, each with its status. */
function tree(spans: readonly Span[], parent: string | null = null, indent = ''): string[] {
  return spans
    .filter((span) => span.parentSpanId === parent)
    .flatMap((span) => [
      `${indent}${span.name} ${span.status?.code === 'error' ? span.status.message : (span.status?.code ?? '-')}`,
      ...tree(spans, span.spanId, `${indent}  `),
    ]);
}

function sent(bodies: readonly EventBody[]): readonly Span[] {
  const spans = spansToSend(eventsOf(bodies));
  expect(new Set(spans.map((span) => span.traceId)).size).toBe(1);
  expect(new Set(spans.map((span) => span.spanId)).size).toBe(spans.length);
  return spans;
}

test('a run is one trace: the run, its services, their steps', () => {
  const spans = sent([
    started([A, B]),
    building('a'),
    building('b'),
    built('a'),
    settled('a'),
    built('b'),
    settled('b'),
    finished(),
  ]);
  expect(tree(spans)).toEqual(['rebuild phase1 ok', '  a ok', '    build ok', '  b ok', '    build ok']);
  const [root, a, build] = spans;
  expect(
    [root!.startMs, root!.endMs, a!.startMs, a!.endMs, build!.startMs, build!.endMs].map((ms) => (ms - START_MS) / 1000),
  ).toEqual([1, 8, 2, 5, 2, 4]);
  expect(root).toMatchObject({
    kind: 'server',
    links: [],
    attributes: { 'cicd.pipeline.result': 'success', 'cicd.pipeline.name': 'phase1' },
  });
  expect(build!.attributes).toMatchObject({
    'cicd.pipeline.task.type': 'build',
    'cicd.pipeline.task.run.result': 'success',
    'slipway.build.steps_cached': 3,
  });
});

test('ids are the same whenever they are made, and of this run alone', () => {
  const events = eventsOf([started([A]), building('a'), built('a'), settled('a'), finished()]);
  const ids = (of: readonly Event[]) => spansToSend(of).map((span) => [span.traceId, span.spanId]);
  expect(ids(events)).toEqual(ids(events));
  expect(
    ids(events)
      .flat()
      .every((id) => /^([0-9a-f]{32}|[0-9a-f]{16})$/.test(id)),
  ).toBe(true);
  const later = events.map((event) => ({ ...event, at: new Date(Date.parse(event.at) + 1).toISOString() }));
  expect(ids(later)[0]![0]).not.toBe(ids(events)[0]![0]);
});

test('tries of a step are spans of their own, and a failure is told by its code alone', () => {
  const spans = sent([
    started([A]),
    building('a'),
    { type: 'retry-scheduled', service: 'a', step: 'a:build', attempt: 2, delayMs: 1, why: 'line of a log' },
    building('a'),
    outcome('a', { outcome: { status: 'failed', failure: failedBuild } }),
    {
      type: 'step-intent',
      service: 'a',
      step: 'a:rollback',
      attempt: 1,
      intent: {
        kind: 'rollback',
        image: 'sha256:2',
        tag: 't',
        before: { containers: [], image: null, tagImage: null, anonymousVolumes: {} },
        why: 'line of a log',
      },
    },
    outcome('a', {
      step: 'a:rollback',
      kind: 'rollback',
      outcome: { status: 'done', facts: { kind: 'rollback', containers: ['c'], image: 'sha256:2' } },
    }),
    settled('a', { status: 'rolled-back', failure: failedBuild }),
    finished({ outcome: 'failed', exitCode: 1 }),
  ]);
  expect(tree(spans)).toEqual([
    'rebuild phase1 service-failed',
    '  a build-failed',
    '    build tried again',
    '    build build-failed',
    '    rollback ok',
  ]);
  expect(spans[1]!.attributes).toMatchObject({ 'slipway.status': 'rolled-back', 'error.type': 'build-failed' });
  const text = JSON.stringify(otlpBodies(spans, SENDER));
  expect(text).not.toContain('of a log');
  expect(text).not.toContain('last line');
  expect(text).not.toContain('secret');
});

describe('an interrupted run that was continued', () => {
  const first: EventBody[] = [
    started([A, B]),
    building('a'),
    built('a'),
    settled('a'),
    building('b'),
    { type: 'signal-received', signal: 'SIGINT', meaning: 'drain' },
    outcome('b'),
    settled('b', { status: 'pending' }),
    finished({ outcome: 'interrupted', exitCode: 130 }),
  ];
  const second: EventBody[] = [
    { type: 'leftover-repaired', service: 'b', what: 'x', action: 'y' },
    resumed,
    building('b'),
    built('b'),
    settled('b'),
    finished(),
  ];

  test('each process sends its own part, and together they are one tree', () => {
    const before = sent(first);
    const after = sent([...first, ...second]);
    expect(tree([...before, ...after])).toEqual([
      'rebuild phase1 -',
      '  a ok',
      '    build ok',
      '  b -',
      '    build -',
      '  rebuild --continue phase1 ok',
      '    b ok',
      '      build ok',
    ]);
    expect(after[0]!.links).toEqual([{ traceId: before[0]!.traceId, spanId: before[0]!.spanId }]);
    expect(before[0]!.events.map(({ name }) => name)).toEqual(['signal']);
    const ids = [...before, ...after].map(({ spanId }) => spanId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('who died could not send its part: the next one does, up to where the record ends', () => {
    const died = first.slice(0, 5);
    const spans = sent([...died, ...second]);
    expect(tree(spans)).toEqual([
      'rebuild phase1 process-died',
      '  a ok',
      '    build ok',
      '  b -',
      '    build -',
      '  rebuild --continue phase1 ok',
      '    b ok',
      '      build ok',
    ]);
    const cutOff = spans.find(({ name, status }) => name === 'build' && status === null);
    expect((cutOff!.endMs - START_MS) / 1000).toBe(5);
    expect(spans[0]!.attributes['cicd.pipeline.result']).toBe('error');
  });
});

test('a record without a start gives nothing', () => {
  expect(spansToSend([])).toEqual([]);
  expect(spansToSend(eventsOf([finished()]))).toEqual([]);
});

test('OTLP in JSON: ids in hex, times as texts, kinds and states as numbers', () => {
  const [body] = otlpBodies(sent([started([A]), building('a'), built('a'), settled('a'), finished()]), SENDER);
  const { resourceSpans } = JSON.parse(body!);
  expect(resourceSpans[0].resource.attributes).toEqual([{ key: 'service.name', value: { stringValue: 'slipway' } }]);
  const [{ scope, spans }] = resourceSpans[0].scopeSpans;
  expect(scope).toEqual({ name: 'slipway', version: '1.2.3' });
  expect(spans[0]).toMatchObject({ kind: 2, status: { code: 1 }, startTimeUnixNano: `${START_MS + 1000}000000`, links: [] });
  expect(spans[0].parentSpanId).toBeUndefined();
  expect(spans[1]).toMatchObject({ kind: 1, parentSpanId: spans[0].spanId });
  expect(spans[0].attributes).toContainEqual({ key: 'slipway.exit_code', value: { intValue: '0' } });
});

test('a large trace goes in several requests', () => {
  const services = Array.from({ length: 600 }, (_, i) => ({ service: `s${i}`, category: 'c' }));
  const spans = sent([
    started(services),
    ...services.flatMap(({ service }) => [building(service), built(service), settled(service)]),
    finished(),
  ]);
  const bodies = otlpBodies(spans, SENDER).map((body) => JSON.parse(body).resourceSpans[0].scopeSpans[0].spans.length);
  expect(bodies).toEqual([512, 512, 177]);
});
