import type { EventBody, Intent, Progress, StepOutcome } from '../../src/journal/events.ts';
import type { StepKind } from '../../src/plan/types.ts';
import type { MadeUpService } from './journal-writer.ts';
import { settled } from './run-state.ts';

const IMAGE = { old: `sha256:${'0'.repeat(64)}`, fresh: `sha256:${'1'.repeat(64)}` };
const CONTAINER = { old: 'a'.repeat(64), fresh: 'b'.repeat(64) };
const FINGERPRINT = { inputs: 'aa', unknown: null, config: 'bb', bases: [] };
const BEFORE = { containers: [CONTAINER.old], image: IMAGE.old, tagImage: IMAGE.old, anonymousVolumes: {} };
const BUILD_STEPS = [
  'FROM python:3.12-slim',
  'WORKDIR /app',
  'RUN apt-get update && apt-get install -y --no-install-recommends curl',
  'COPY requirements.txt .',
  'RUN pip install --no-cache-dir -r requirements.txt',
  'COPY shared ./shared',
  'COPY src ./src',
  'RUN python -m compileall -q src',
  'exporting to image',
];

/** All that happens in a rebuild of these services, so many of them at once; some fail their tests, some come from the cache. */
export function* storyOf(services: readonly MadeUpService[], atOnce: number): Generator<EventBody> {
  const waiting = services.map(({ service }, i) => scriptOf(service, i));
  const running: Iterator<EventBody>[] = [];
  while (waiting.length > 0 || running.length > 0) {
    while (running.length < atOnce && waiting.length > 0) running.push(waiting.shift()!);
    for (const script of [...running]) {
      const next = script.next();
      if (next.done) running.splice(running.indexOf(script), 1);
      else yield next.value;
    }
  }
}

function* scriptOf(service: string, index: number): Generator<EventBody> {
  const cached = index % 5;
  const of = BUILD_STEPS.length;
  yield intent(service, { kind: 'backup', image: IMAGE.old, tag: `${service}:pre-phase1-rebuild` });
  yield outcome(service, 'backup', { status: 'done', facts: { kind: 'backup', tag: 'x', image: IMAGE.old } });
  yield intent(service, { kind: 'build', candidate: `${service}:candidate`, fingerprint: FINGERPRINT });
  for (const [i, name] of BUILD_STEPS.entries())
    yield progress(service, 'build', { kind: 'build', step: i + 1, of, cached: Math.min(i, cached), name });
  const built = {
    kind: 'build',
    image: IMAGE.fresh,
    candidate: 'x',
    totalSteps: of,
    cachedSteps: cached,
    sizeBytes: 1e8,
    fingerprint: FINGERPRINT,
  } as const;
  yield outcome(service, 'build', { status: 'done', facts: built }, 42_000);
  yield intent(service, { kind: 'test', image: IMAGE.fresh, command: ['pytest'] });
  for (const percent of [9, 27, 48, 66, 83, 100])
    yield progress(service, 'test', {
      kind: 'test',
      line: `tests/test_${index % 7}.py ......... [${String(percent).padStart(3)}%]`,
    });
  if (index % 13 === 5) {
    const failure = { code: 'test-failed', exitCode: 1, lastLogLines: ['E   assert 41 == 42', '1 failed, 22 passed'] } as const;
    yield outcome(service, 'test', { status: 'failed', failure });
    yield settled(service, { status: 'failed', failure, image: IMAGE.old });
    return;
  }
  const tests = 12 + (index % 40);
  yield outcome(
    service,
    'test',
    { status: 'done', facts: { kind: 'test', result: 'passed', tests, why: `${tests} passed` } },
    9_000,
  );
  const replace = { kind: 'replace', action: 'up', order: 'stop-first', image: IMAGE.fresh, tag: 'x', before: BEFORE } as const;
  yield intent(service, replace);
  const replaced = {
    kind: 'replace',
    containers: [CONTAINER.fresh],
    image: IMAGE.fresh,
    stoppedAt: null,
    before: BEFORE,
  } as const;
  yield outcome(service, 'replace', { status: 'done', facts: replaced }, 2_400);
  yield intent(service, { kind: 'verify', containers: [CONTAINER.fresh] });
  const sample = (good: boolean, text: string): EventBody => ({
    type: 'health-sample',
    service,
    container: CONTAINER.fresh,
    good,
    text,
  });
  yield sample(false, 'connection refused on port 8009');
  yield sample(true, '200 from /health in 12ms');
  yield { type: 'service-healthy', service, containers: [CONTAINER.fresh], downtimeMs: 1900 };
  yield sample(true, '200 from /health in 9ms');
  yield outcome(service, 'verify', {
    status: 'done',
    facts: { kind: 'verify', verdict: { kind: 'healthy', why: 'ok' }, downtimeMs: 1900 },
  });
  yield settled(service, { image: IMAGE.fresh, downtimeMs: 1900 });
}

function intent(service: string, body: Intent): EventBody {
  return { type: 'step-intent', service, step: `${service}:${body.kind}`, attempt: 1, intent: body };
}

function outcome(service: string, kind: StepKind, body: StepOutcome, durationMs = 300): EventBody {
  return { type: 'step-outcome', service, step: `${service}:${kind}`, kind, attempt: 1, durationMs, outcome: body };
}

function progress(service: string, kind: StepKind, body: Progress): EventBody {
  return { type: 'step-progress', service, step: `${service}:${kind}`, progress: body };
}
