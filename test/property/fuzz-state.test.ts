import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRecord } from '../../src/backup/record.ts';
import { startWhatWasStopped } from '../../src/backup/stopped.ts';
import { parseSums } from '../../src/backup/sums.ts';
import { viewLockFile } from '../../src/journal/lock.ts';
import { parseStateFile, renderStateFile } from '../../src/journal/phase-state.ts';
import { loadRuns, readPlan } from '../../src/journal/runs.ts';
import type { Diagnostic } from '../../src/model/diagnostic.ts';
import { planFromJson, planToJson } from '../../src/plan/document.ts';
import { planToText } from '../../src/plan/text.ts';
import { listReleases } from '../../src/release/store.ts';
import { completeInStatusFile } from '../../src/report/document/status-file.ts';
import { nodeDisk } from '../../src/util/node-disk.ts';
import { fleetOf } from '../support/fleet-builder.ts';
import { eventsOf, finished, imageId, journalText, RUN, settled, started, wholeService } from '../support/journal.ts';
import { BOUND_MS, FUZZ, mutated, mutatedDocument, TIMEOUT_MS } from '../support/mutations.ts';
import { planOf } from '../unit/plan/planning.ts';

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'slipway-fuzz-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Tries every mutation; each has to be answered in time, whatever the answer is. */
async function expectAnswers(mutations: fc.Arbitrary<Buffer>, answer: (bytes: Buffer) => unknown): Promise<void> {
  const property = fc.asyncProperty(mutations, async (bytes) => {
    const startMs = performance.now();
    await answer(bytes);
    expect(performance.now() - startMs).toBeLessThan(BOUND_MS);
  });
  await fc.assert(property, { numRuns: Math.ceil(FUZZ / FILES) });
}

/** The kinds of files below, among which the mutations are shared out. */
const FILES = 10;
const LONG = { timeout: TIMEOUT_MS };

function json(value: unknown): fc.Arbitrary<Buffer> {
  const text = fc.constant(`${JSON.stringify(value, null, 2)}\n`);
  return fc.oneof(mutated(text), mutatedDocument(text, 'json'));
}

/** Puts the bytes at a path of the project dir. */
function put(path: string, bytes: Buffer): string {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), bytes);
  return join(root, path);
}

/** A finding that names the file it is about. */
function expectNamed(found: readonly Diagnostic[], file: string): void {
  for (const { code, message, ...place } of found) {
    expect(code).toMatch(/^[a-z][a-z-]+$/);
    expect(message).not.toBe('');
    expect(place.file).toBe(file);
  }
}

test('the state file', LONG, async () => {
  const service = { status: 'completed' as const, run: RUN, at: '2026-02-04T14:00:00Z', image: imageId('1'), code: null };
  const services = ['a', 'b', 'web/c'].map((name) => ({ service: name, ...service }));
  const state = { phase: 'phase1', run: RUN, outcome: 'done' as const, updated: '2026-02-04T14:00:00Z', services };
  const text = fc.constant(renderStateFile(state));
  await expectAnswers(fc.oneof(mutated(text), mutatedDocument(text, 'json')), (bytes) => {
    const read = parseStateFile(bytes.toString('utf8'));
    if (read.ok) expect(renderStateFile(read.value)).toMatch(/^\{"version":1,/);
    else expect(read.error).not.toBe('');
  });
});

const FLEET = fleetOf({ web: { needs: ['db'] }, db: {}, job: { kind: 'one-shot' } });
const PLAN = planOf(FLEET, { options: { force: true } });

test('a plan that is to be executed: what was changed is refused', LONG, async () => {
  const text = fc.constant(planToJson(PLAN));
  await expectAnswers(fc.oneof(mutated(text), mutatedDocument(text, 'json')), (bytes) => {
    const read = planFromJson(bytes.toString('utf8'));
    if (read.ok) expect(read.value.plan).toBe(PLAN.plan);
    else expect(read.error).toMatchObject({ code: 'plan-unreadable', remedy: expect.any(String) });
  });
});

test('the plan of a run that is to be continued', LONG, async () => {
  const folder = { run: RUN, dir: join(root, '.slipway/runs', RUN) };
  await expectAnswers(json(PLAN), async (bytes) => {
    const file = put(`.slipway/runs/${RUN}/plan.json`, bytes);
    const read = await readPlan(nodeDisk, folder);
    if (!read.ok) return expectNamed([read.error], file);
    planToText(read.value, { columns: 80, nowMs: 0 });
  });
});

test('a journal', LONG, async () => {
  const bodies = [started(['a', 'b']), ...wholeService('a'), settled('b', 'failed'), finished('failed')];
  const text = fc.constant(journalText(eventsOf(bodies)));
  const lines = journalText(eventsOf(bodies)).trimEnd().split('\n');
  const otherValues = fc
    .nat(lines.length - 1)
    .chain((at) =>
      mutatedDocument(fc.constant(lines[at]!), 'json').map((line) =>
        Buffer.from(`${lines.with(at, JSON.stringify(parsed(line))).join('\n')}\n`),
      ),
    );
  await expectAnswers(fc.oneof(mutated(text), otherValues), async (bytes) => {
    const file = put(`.slipway/runs/${RUN}/journal.ndjson`, bytes);
    const { runs, diagnostics } = await loadRuns(nodeDisk, root, 'phase1');
    expect(runs.length + diagnostics.length).toBeLessThanOrEqual(1);
    expectNamed(diagnostics, file);
    for (const found of diagnostics.filter((d) => d.code === 'journal-damaged')) expect(found.line).toBeGreaterThan(0);
  });
});

/** Text that is no JSON any more stands for itself. */
function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return bytes.toString('utf8');
  }
}

test('the lock file', LONG, async () => {
  const texts = { start: '1', bootId: 'b', pidNamespace: 'p', machineId: 'm', host: 'h', startedAt: '', command: 'c', root: '/' };
  await expectAnswers(json({ version: 1, pid: '7', ...texts }), async (bytes) => {
    put('.slipway/lock', bytes);
    const view = await viewLockFile(nodeDisk, root);
    if (view.kind === 'held') expect(Object.values(view.holder).every((v) => typeof v === 'string' || v > 0)).toBe(true);
    else expect(view.kind).toBe('unreadable');
  });
});

test("a release's record", LONG, async () => {
  const service = {
    project: 'p',
    name: 'a',
    image: imageId('1'),
    tag: 'p-a:latest',
    inputs: 'i',
    config: 'c',
    status: 'completed',
  };
  const one = { ...service, healthy: true, configuration: 'files', files: { '/etc/a': null } };
  const record = { version: 2, release: RUN, phase: 'phase1', at: '2026-02-04T14:00:00Z', origin: 'run', services: { a: one } };
  await expectAnswers(json(record), async (bytes) => {
    const file = put(`.slipway/releases/${RUN}/release.json`, bytes);
    const { releases, diagnostics } = await listReleases(nodeDisk, root);
    expect(releases.length + diagnostics.length).toBe(1);
    expectNamed(diagnostics, file);
  });
});

test("a backup's record and its checksums", LONG, async () => {
  const record = {
    ...{ version: 1, backup: 'b', phase: 'phase1', at: '2026-02-04T14:00:00Z', slipway: '1', root: '/x' },
    engine: { docker: '26', compose: '2', buildx: '0' },
    images: [{ id: imageId('a'), tags: ['a:1'], sizeBytes: 1 }],
    services: { a: { project: 'p', name: 'a', tag: 'a:1', image: imageId('a'), state: 'running', kind: 'service' } },
    projects: [{ name: 'p', directory: '/x', files: [], envFiles: [], profiles: [], model: 'm.json', environment: null }],
    ...{ volumes: [], files: [], notSaved: [], contents: [{ path: 'm.json', bytes: 1 }] },
  };
  await expectAnswers(json(record), async (bytes) => {
    const file = put('backups/b/backup.json', bytes);
    const read = await readRecord(dirname(file));
    if (!read.ok) expectNamed([read.error], file);
  });
  await expectAnswers(mutated(fc.constant(`${'0'.repeat(64)}  m.json\n${'a'.repeat(64)}  x y\n`)), (bytes) => {
    const sums = parseSums(bytes.toString('utf8'));
    expect(sums?.every(({ sha256 }) => sha256.length === 64) ?? true).toBe(true);
  });
});

test('the note of what was stopped', LONG, async () => {
  const stopped = [{ container: 'c1', name: 'p-a-1', service: 'a' }];
  const inspect = async () => null;
  const engine = { start: unexpected, stop: unexpected, inspect };
  await expectAnswers(json({ version: 1, why: 'backup b', stopped, halfway: [] }), async (bytes) => {
    put('.slipway/stopped.json', bytes);
    for (const { code, message } of await startWhatWasStopped({ root, disk: nodeDisk, engine })) {
      expect(code).toMatch(/^[a-z-]+$/);
      expect(message).not.toMatch(/undefined|\[object/);
    }
  });
});

function unexpected(): never {
  throw new Error('nothing is to be started: the engine knows no such container');
}

test("the operators' status file", LONG, async () => {
  const text = [
    ...[
      '# Status 🚀',
      '',
      '| **Phase 0:** COMPLETE | **Phase 1:** 🔄 IN PROGRESS |',
      '',
      '## 📋 Phase 1: Batch rebuild - PENDING',
      '',
    ],
    ...['Phase 1: batch ⏳ [###       ] 30% RUNNING', '- [ ] Phase 1: rebuild', '| Phase 1 | 40 | Pending |', ''],
  ].join('\n');
  await expectAnswers(mutated(fc.constant(text)), (bytes) => {
    const before = bytes.toString('utf8');
    const { text: after, what } = completeInStatusFile(before, 'phase1', 'done');
    if (what === 'unchanged') expect(after).toBe(before);
    if (what === 'appended') expect(after.startsWith(before)).toBe(true);
    if (what === 'marked') expect(after.split(/\r\n|\n|\r/)).toHaveLength(before.split(/\r\n|\n|\r/).length);
    expect(completeInStatusFile(after, 'phase1', 'done').what).not.toBe('appended');
  });
});
