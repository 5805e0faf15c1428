import { setTimeout as wait } from 'node:timers/promises';
import type { EventBody } from '../src/journal/events.ts';
import { done, healthy, intent, settled } from '../test/support/journal.ts';
import { madeUpFleet, WrittenRun } from '../test/support/journal-writer.ts';

/*
 * Writes a run's journal as a busy executor would, for bench/dashboards.mjs: journal-traffic FOLDER SERVICES EVENTS_A_SECOND SECONDS.
 * Prints `ready` once the run has begun and `done N` with the number of events at the end.
 */

const [root, ...numbers] = process.argv.slice(2);
const [services, perSecond, seconds] = numbers.map(Number) as [number, number, number];
/** So many services are under way at once. */
const AT_ONCE = 40;
/** Events are written so many times a second, a few at a time, as they come from an executor. */
const TIMES_A_SECOND = 20;

/** What one service's life is in the journal: about thirty events, most of them progress. */
function* life(service: string): Generator<EventBody> {
  const progress = (step: string, progress: Extract<EventBody, { type: 'step-progress' }>['progress']) =>
    ({ type: 'step-progress', service, step: `${service}:${step}`, progress }) as const;
  yield intent(service, 'backup');
  yield done(service, 'backup', 40);
  yield intent(service, 'build');
  for (let step = 1; step <= 12; step += 1)
    yield progress('build', { kind: 'build', step, of: 12, cached: Math.floor(step / 3), name: `RUN step ${step} of the build` });
  yield done(service, 'build', 9000);
  yield intent(service, 'test');
  for (const percent of [20, 40, 60, 80, 100])
    yield progress('test', { kind: 'test', line: `tests/test_api.py ........ [${percent}%]` });
  yield done(service, 'test', 4000);
  yield intent(service, 'replace');
  yield done(service, 'replace', 900);
  yield intent(service, 'verify');
  for (const good of [false, true, true])
    yield { type: 'health-sample', service, container: 'c'.repeat(64), good, text: good ? 'http 200' : 'connection refused' };
  yield healthy(service);
  yield done(service, 'verify', 5000);
  yield settled(service, 'completed');
}

const fleet = madeUpFleet(services);
const run = new WrittenRun(root!, fleet, Date.now());
await run.hold();
process.stdout.write('ready\n');

const waiting = fleet.map(({ service }) => service);
let lives: Generator<EventBody>[] = [];
let turn = 0;

function next(): EventBody {
  for (;;) {
    while (lives.length < AT_ONCE) {
      const service = waiting.shift()!;
      // A fleet that is done begins anew: the traffic is what is wanted.
      waiting.push(service);
      lives.push(life(service));
    }
    turn = (turn + 1) % lives.length;
    const { value, done: over } = lives[turn]!.next();
    if (!over) return value;
    lives = lives.toSpliced(turn, 1);
  }
}

const startMs = performance.now();
for (let tick = 1; tick <= seconds * TIMES_A_SECOND; tick += 1) {
  run.append(Array.from({ length: perSecond / TIMES_A_SECOND }, next), Date.now());
  await wait(Math.max(0, startMs + (tick * 1000) / TIMES_A_SECOND - performance.now()));
}
process.stdout.write(`done ${run.lastSeq}\n`);
