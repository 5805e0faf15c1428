import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { journalPath, openJournal } from '../../../src/journal/file-journal.ts';
import { tryLockFile } from '../../../src/journal/lock.ts';
import { openRunLogs } from '../../../src/journal/logs.ts';
import { JournalError } from '../../../src/journal/problems.ts';
import { emptyRun } from '../../../src/journal/projection.ts';
import { readJournal } from '../../../src/journal/read-journal.ts';
import { createRedactor } from '../../../src/journal/redact.ts';
import { createRun } from '../../../src/journal/runs.ts';
import { openStateFile } from '../../../src/journal/state-file.ts';
import type { Diagnostic } from '../../../src/model/diagnostic.ts';
import { writeRelease } from '../../../src/release/store.ts';
import { nodeDisk } from '../../../src/util/node-disk.ts';
import { HandClock, intent, must, mustFail, notice, RUN, scratchFolder } from '../../support/journal.ts';
import { fakeHost, holderAt } from '../../support/lock.ts';

/** Mounting needs root: elsewhere these tests fail with what mount says, as nothing else shows what they show. */
function mountSmall(dir: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', dir], { stdio: 'pipe' });
}

/** Lazily: a file that a failed test left open must not keep it mounted. */
function unmount(dir: string): void {
  execFileSync('umount', ['-l', dir], { stdio: 'pipe' });
}

async function smallDisk(): Promise<string> {
  const dir = join(await scratchFolder(), 'disk');
  mkdirSync(dir);
  mountSmall(dir);
  onTestFinished(() => unmount(dir));
  return dir;
}

describe('on a full disk', () => {
  test('the append that does not fit rejects, nothing can be appended after it, and what was confirmed is whole', async () => {
    const disk = await smallDisk();
    const journal = must(await openJournal(nodeDisk, { dir: join(disk, RUN), run: RUN }, new HandClock()));
    let confirmed = 0;
    const failure = await (async () => {
      for (;;) confirmed = (await journal.append(notice('x'.repeat(1000)), { sync: true })).seq;
    })().catch((error) => error);
    expect(failure).toBeInstanceOf(JournalError);
    expect(failure.diagnostic).toMatchObject({ code: 'disk-full', remedy: expect.stringContaining('free some space') });
    expect(journal.broken.aborted).toBe(true);
    await expect(journal.append(intent('a', 'replace'))).rejects.toBe(failure);
    await journal.close();
    expect(must(await readJournal(nodeDisk, journal.path)).lastSeq).toBe(confirmed);
    expect(confirmed).toBeGreaterThan(10);
  });

  test('space that comes back later does not revive the writer; a new one goes on where the record ends', async () => {
    const disk = await smallDisk();
    writeFileSync(join(disk, 'ballast'), Buffer.alloc(40_000));
    const journal = must(await openJournal(nodeDisk, { dir: join(disk, RUN), run: RUN }, new HandClock()));
    const all = Array.from({ length: 100 }, () =>
      journal.append(notice('y'.repeat(500))).then(
        () => 'ok',
        () => 'no',
      ),
    );
    expect(await Promise.all(all)).toContain('no');
    await rm(join(disk, 'ballast'));
    await expect(journal.append(notice('small'))).rejects.toBeInstanceOf(JournalError);
    await journal.close();
    const again = must(await openJournal(nodeDisk, { dir: join(disk, RUN), run: RUN }, new HandClock()));
    const event = await again.append(notice('small'));
    await again.close();
    expect(must(await readJournal(nodeDisk, journalPath(join(disk, RUN)))).lastSeq).toBe(event.seq);
  });

  test('a state file that cannot be written is told once, keeps its old content and leaves no other file', async () => {
    const disk = await smallDisk();
    const path = join(disk, 'state.json');
    writeFileSync(path, 'old\n');
    writeFileSync(join(disk, 'ballast'), Buffer.alloc(56_000));
    const problems: Diagnostic[] = [];
    const configured = Array.from({ length: 500 }, (_, i) => `service-${i}`);
    const file = await openStateFile({
      disk: nodeDisk,
      path,
      phase: 'p',
      configured,
      earlier: [],
      run: emptyRun(RUN),
      clock: new HandClock(),
      onProblem: (problem) => problems.push(problem),
    });
    await file.close();
    await file.close();
    expect(problems.map((p) => [p.code, p.severity])).toEqual([['disk-full', 'warning']]);
    expect(readdirSync(disk).sort()).toEqual(['ballast', 'state.json']);
    expect(readFileSync(path, 'utf8')).toBe('old\n');
  });

  test('logs that cannot be written are told once and do not stop the run', async () => {
    const disk = await smallDisk();
    const problems: Diagnostic[] = [];
    const logs = openRunLogs(
      nodeDisk,
      { directory: join(disk, 'logs', 'p_builds'), phase: 'p', run: RUN },
      { services: ['a', 'b'], redactor: createRedactor([]), onProblem: (problem) => problems.push(problem) },
    );
    for (let i = 0; i < 200; i += 1) for (const service of ['a', 'b']) logs.build(service, `${'z'.repeat(1000)}\n`);
    await logs.close();
    expect(problems.map((p) => p.code)).toEqual(['disk-full']);
  });
});

describe('in a read-only folder', () => {
  test('run, lock, journal and release are refused with the reason', async () => {
    const disk = await smallDisk();
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    const clock = new HandClock();
    const release = {
      version: 2,
      origin: 'run',
      release: RUN,
      phase: 'p',
      at: '2026-02-04T14:00:00.000Z',
      services: {},
    } as const;
    const place = { configHome: await scratchFolder(), keyFile: null };
    const lock = mustFail(await tryLockFile(nodeDisk, disk, holderAt(1), fakeHost({})));
    const problems = [
      mustFail(await createRun(nodeDisk, disk, clock)),
      mustFail(await openJournal(nodeDisk, { dir: join(disk, RUN), run: RUN }, clock)),
      mustFail(await writeRelease(nodeDisk, disk, place, { release, projects: {} })),
      lock.kind === 'unusable' ? lock.problem : null,
    ];
    expect(problems.map((p) => p?.code)).toEqual(Array(4).fill('read-only-folder'));
  });
});
