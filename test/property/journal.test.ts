import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Event, EventBody } from '../../src/journal/events.ts';
import { journalPath, openJournal } from '../../src/journal/file-journal.ts';
import { parseStateFile, projectPhase, renderStateFile } from '../../src/journal/phase-state.ts';
import { countServices, emptyRun, GrowingRun, projectRun } from '../../src/journal/projection.ts';
import { readJournal } from '../../src/journal/read-journal.ts';
import { createRedactor } from '../../src/journal/redact.ts';
import { recordsFromRuns } from '../../src/journal/service-records.ts';
import type { StepKind } from '../../src/plan/types.ts';
import { nodeDisk } from '../../src/util/node-disk.ts';
import {
  done,
  eventsOf,
  failed,
  finished,
  HandClock,
  healthy,
  intent,
  interrupted,
  journalText,
  must,
  notice,
  RUN,
  resumed,
  scratchFolder,
  settled,
  started,
} from '../support/journal.ts';

const service = fc.oneof(
  fc.constantFrom('a', 'completed', 'completed-x', '__proto__', 'constructor', '"completed"', 'web/ünïcödé', '1', '\u2028\n\\'),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
);
const step = fc.constantFrom<StepKind>('backup', 'build', 'test', 'replace', 'verify', 'rollback');
const status = fc.constantFrom('pending', 'running', 'completed', 'failed', 'skipped', 'rolled-back');

const body: fc.Arbitrary<EventBody> = fc.oneof(
  fc.tuple(service, step).map(([s, k]) => intent(s, k)),
  fc.tuple(service, step, fc.nat(100_000)).map(([s, k, ms]) => done(s, k, ms)),
  fc.tuple(service, step).map(([s, k]) => failed(s, k)),
  fc.tuple(service, step).map(([s, k]) => interrupted(s, k)),
  service.map(healthy),
  fc.tuple(service, status).map(([s, st]) => settled(s, st)),
  fc.array(service, { maxLength: 3 }).map(resumed),
  fc.constantFrom('done', 'failed', 'interrupted', 'abandoned').map(finished),
  fc.string({ unit: 'grapheme', maxLength: 40 }).map(notice),
);

const run: fc.Arbitrary<Event[]> = fc
  .tuple(fc.uniqueArray(service, { maxLength: 5 }), fc.array(body, { maxLength: 25 }))
  .map(([services, bodies]) => eventsOf([started(services), ...bodies]));

test('a journal that is cut at any byte loads as the events before the cut, and can be gone on with', async () => {
  const dir = await scratchFolder();
  await fc.assert(
    fc.asyncProperty(run, fc.array(fc.nat(), { minLength: 3, maxLength: 8 }), async (events, cuts) => {
      const bytes = Buffer.from(journalText(events));
      for (const cut of [...cuts.map((c) => c % (bytes.length + 1)), bytes.length - 1]) {
        await writeFile(journalPath(dir), bytes.subarray(0, cut));
        const whole = bytes.subarray(0, cut).toString('latin1').split('\n').length - 1;
        const read = must(await readJournal(nodeDisk, journalPath(dir)));
        expect(read.events).toEqual(events.slice(0, whole));
        const journal = must(await openJournal(nodeDisk, { dir, run: RUN }, new HandClock()));
        expect((await journal.append(notice('on'))).seq).toBe(whole + 1);
        await journal.close();
        expect(must(await readJournal(nodeDisk, journalPath(dir)))).toMatchObject({ lastSeq: whole + 1, torn: null });
      }
    }),
    { numRuns: 30 },
  );
});

test('one whole run, cut at every single byte', async () => {
  const path = join(await scratchFolder(), 'journal.ndjson');
  const events = eventsOf([started(['ü']), intent('ü', 'build'), notice('…'), settled('ü', 'failed')]);
  const bytes = Buffer.from(journalText(events));
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    await writeFile(path, bytes.subarray(0, cut));
    const whole = bytes.subarray(0, cut).filter((byte) => byte === 10).length;
    const read = must(await readJournal(nodeDisk, path));
    expect([read.events.length, read.torn !== null]).toEqual([whole, cut > 0 && bytes[cut - 1] !== 10]);
  }
});

test('bytes that are changed anywhere never throw: an answer or a diagnostic with a line', async () => {
  const path = join(await scratchFolder(), 'journal.ndjson');
  await fc.assert(
    fc.asyncProperty(run, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }), async (events, changes) => {
      const bytes = Buffer.from(journalText(events));
      for (const [at, value] of changes) bytes[at % bytes.length] = value;
      await writeFile(path, bytes);
      const read = await readJournal(nodeDisk, path);
      if (read.ok) projectRun(RUN, read.value.events);
      else expect(read.error).toMatchObject({ file: path, line: expect.any(Number), remedy: expect.any(String) });
    }),
    { numRuns: 200 },
  );
});

test('the fold of any prefix stands, one event at a time gives the same, and every view of it can be made', () => {
  fc.assert(
    fc.property(run, (events) => {
      const growing = new GrowingRun(emptyRun(RUN));
      for (const [i, event] of events.entries()) {
        growing.apply(event);
        const state = growing.state();
        const { total, ...rest } = countServices(state);
        expect(Object.values(rest).reduce((sum, n) => sum + n, 0)).toBe(total);
        const configured = [...state.services.keys()];
        const phase = projectPhase({ phase: 'p', configured, runsOldestFirst: [state], live: i % 2 ? RUN : null });
        expect(phase.services.map((s) => s.service)).toEqual(configured);
        recordsFromRuns([state]);
      }
      expect(projectRun(RUN, events)).toEqual(growing.state());
    }),
    { numRuns: 150 },
  );
});

test('the state file is read back as it was, is one line a service, and the word stands for the status alone', () => {
  const text = fc.option(service, { nil: null });
  const phaseService = fc.record({ service, status, run: text, at: text, image: text, code: text });
  const phase = fc.record({
    phase: service,
    run: text,
    outcome: fc.constantFrom('running', 'done', 'failed', 'interrupted'),
    updated: text,
    services: fc.uniqueArray(phaseService, { selector: (s) => s.service, maxLength: 8 }),
  });
  fc.assert(
    fc.property(phase, (state) => {
      const rendered = renderStateFile(state);
      const lines = rendered.split('\n');
      expect(lines).toHaveLength(state.services.length + 3);
      expect(lines.filter((l) => l.includes('completed'))).toHaveLength(
        state.services.filter((s) => s.status === 'completed').length,
      );
      expect(rendered.split('completed').length - 1).toBe(state.services.filter((s) => s.status === 'completed').length);
      const read = must(parseStateFile(rendered));
      // JSON gives number-like names in an order of its own.
      const byName = (list: typeof read.services) => new Map(list.map((s) => [s.service, s]));
      expect({ ...read, services: byName(read.services) }).toEqual({ ...state, services: byName(state.services) });
    }),
    { numRuns: 300 },
  );
});

test('no secret comes through a stream, however it is cut, and the cuts make no difference', () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9+/=$.^"\\ -]{6,30}$/);
  const piece = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 10 }),
    fc.constantFrom('\n', '\r\n', ' ', 'PASSWORD=', 'x'.repeat(70_000)),
  );
  fc.assert(
    fc.property(
      fc.array(secret, { minLength: 1, maxLength: 5 }),
      fc.array(
        fc.oneof(
          { weight: 2, arbitrary: piece.map((text) => ({ text })) },
          { weight: 1, arbitrary: fc.nat().map((nth) => ({ nth })) },
        ),
        {
          maxLength: 20,
        },
      ),
      fc.array(fc.nat({ max: 400 }), { maxLength: 30 }),
      (secrets, parts, cuts) => {
        const text = parts.map((p) => ('text' in p ? p.text : secrets[p.nth % secrets.length])).join('');
        const redactor = createRedactor([], secrets);
        const stream = redactor.stream();
        let out = '';
        let rest = text;
        for (const cut of cuts) {
          out += stream.push(rest.slice(0, cut));
          rest = rest.slice(cut);
        }
        out += stream.push(rest) + stream.end();
        for (const value of secrets) expect(out.includes(value) && !value.includes('***')).toBe(false);
      },
    ),
    { numRuns: 200 },
  );
});
