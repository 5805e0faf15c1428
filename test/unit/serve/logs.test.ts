import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { serviceLogPath } from '../../../src/journal/logs.ts';
import { err, ok } from '../../../src/model/result.ts';
import type { FleetSample, WatchedContainer } from '../../../src/model/usage.ts';
import { MAX_PART_BYTES, readLogPart } from '../../../src/serve/log-part.ts';
import { eventsOf, finished, RUN, scratchFolder, started, wholeService } from '../../support/journal.ts';
import { EMPTY_SAMPLE, ServedPhase } from '../../support/served-phase.ts';

const NASTY = '<script>alert(1)</script>\u001b[31mred\u001b[0m\u0007 ünï 🚢 \u202eback\r\n';

interface Part {
  readonly text: string;
  readonly nextOffset: number;
  readonly size: number;
  readonly over: boolean;
}

/** A phase with one finished run of these services. */
async function phaseOf(services: readonly string[], ended = true): Promise<ServedPhase> {
  const phase = await ServedPhase.start();
  const last = ended ? [...services.flatMap(wholeService), finished('done')] : [];
  await phase.record(eventsOf([started(services), ...last]));
  return phase;
}

async function writeLog(
  phase: ServedPhase,
  service: string,
  text: string | Buffer,
  kind: 'build' | 'test' = 'build',
): Promise<string> {
  const place = { directory: join(phase.root, 'logs'), phase: 'phase1', run: RUN };
  const path = serviceLogPath(place, { service, kind }, new Set([service]));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  return path;
}

function logUrl(service: string, query: Record<string, string> = {}): string {
  return `/api/runs/${RUN}/logs?${new URLSearchParams({ service, ...query })}`;
}

describe("a service's log", () => {
  test('comes as it is, as JSON that no browser takes for a page', async () => {
    const phase = await phaseOf(['a']);
    await writeLog(phase, 'a', NASTY);
    const answer = await phase.ask(logUrl('a'));
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
    const bytes = Buffer.byteLength(NASTY);
    expect(answer.json).toEqual({ text: NASTY, nextOffset: bytes, size: bytes, over: true });
  });

  test('of a test is another, and one that is not there is empty', async () => {
    const phase = await phaseOf(['a']);
    await writeLog(phase, 'a', 'tested\n', 'test');
    expect((await phase.ask(logUrl('a', { kind: 'test' }))).json).toMatchObject({ text: 'tested\n' });
    expect((await phase.ask(logUrl('a'))).json).toEqual({ text: '', nextOffset: 0, size: 0, over: true });
  });

  test('is not over while its service has not settled and somebody executes the run', async () => {
    const phase = await phaseOf(['a'], false);
    await writeLog(phase, 'a', 'more follows\n');
    expect((await phase.ask(logUrl('a'))).json).toMatchObject({ over: true });
    await phase.hold();
    expect((await phase.ask(logUrl('a'))).json).toMatchObject({ text: 'more follows\n', over: false });
  });

  test('is read piece by piece without tearing a character', async () => {
    const folder = await scratchFolder();
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 7 }), fc.constantFrom('🚢', 'ü', '€', 'a'), async (shift, sign) => {
        const path = join(folder, `${shift}-${sign}`);
        const text = 'x'.repeat(shift) + sign.repeat(MAX_PART_BYTES / 2);
        await writeFile(path, text);
        let read = '';
        let offset = 0;
        for (;;) {
          const part = await readLogPart(path, offset);
          read += part.text;
          if (part.nextOffset === offset) break;
          offset = part.nextOffset;
        }
        expect(read === text).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  test('of half a megabyte comes in parts, and from the end in whole lines', async () => {
    const phase = await phaseOf(['a']);
    const text = Array.from({ length: 40_000 }, (_, i) => `line ${i} 🚢\n`).join('');
    await writeLog(phase, 'a', text);
    const first = (await phase.ask(logUrl('a'))).json as Part;
    expect([first.text.length > 200_000, first.over, Buffer.byteLength(first.text) <= MAX_PART_BYTES]).toEqual([
      true,
      false,
      true,
    ]);
    let all = '';
    for (let part = first; ; part = (await phase.ask(logUrl('a', { offset: String(part.nextOffset) }))).json as Part) {
      all += part.text;
      if (part.over) break;
    }
    expect(all).toBe(text);
    const end = (await phase.ask(logUrl('a', { offset: '-40' }))).json as Part;
    expect(end.text).toBe('line 39998 🚢\nline 39999 🚢\n');
    expect(end.over).toBe(true);
    const far = (await phase.ask(logUrl('a', { offset: '999999999999' }))).json as Part;
    expect(far).toMatchObject({ text: '', nextOffset: Buffer.byteLength(text), over: true });
  });

  test('takes bytes that are no UTF-8', async () => {
    const phase = await phaseOf(['a']);
    await writeLog(phase, 'a', Buffer.from([0x41, 0xff, 0xfe, 0x80, 0x0a]));
    expect((await phase.ask(logUrl('a'))).json).toMatchObject({ nextOffset: 5, over: true });
  });

  test.each([
    '..',
    '../../etc/passwd',
    '/etc/passwd',
    '..%2f..%2fetc%2fpasswd',
    'a/../../b',
    'a\u0000',
    'A',
    '',
    '__proto__',
    'constructor',
  ])('of %j, which is no service of the run, is not there', async (service) => {
    const phase = await phaseOf(['a']);
    expect(await phase.ask(logUrl(service))).toMatchObject({ status: 404, json: { code: 'unknown-service' } });
  });

  test.each(['..', '%2e%2e', '..%2f..', '20200101_000000', `${RUN}%00`, `${RUN}%2f..`])(
    'of a run %s is not there',
    async (run) => {
      const phase = await phaseOf(['a']);
      expect((await phase.ask(`/api/runs/${run}/logs?service=a`)).status).toBe(404);
    },
  );

  test('of a service that is called like a way out stays in its folder', async () => {
    const phase = await phaseOf(['..']);
    await writeFile(join(phase.root, 'secret.log'), 'secret');
    await writeLog(phase, '..', 'its own\n');
    expect((await phase.ask(logUrl('..'))).json).toMatchObject({ text: 'its own\n' });
  });

  test('is not read through a link', async () => {
    const phase = await phaseOf(['a']);
    await writeFile(join(phase.root, 'secret'), 'secret');
    const path = await writeLog(phase, 'b', '');
    await symlink(join(phase.root, 'secret'), join(dirname(path), 'a.log'));
    expect((await phase.ask(logUrl('a'))).json).toMatchObject({ text: '', size: 0 });
  });

  test.each([{ kind: 'run' }, { kind: '../x' }, { offset: 'x' }, { offset: '1e3' }, { offset: '99999999999999999999' }])(
    'asked for with %j is refused',
    async (query) => {
      const phase = await phaseOf(['a']);
      expect(await phase.ask(logUrl('a', query))).toMatchObject({ status: 400, json: { code: 'bad-request' } });
    },
  );
});

describe("a container's log", () => {
  const container = (service: string, number: number): WatchedContainer => ({
    id: `${service}${number}`,
    name: `p-${service}-${number}`,
    service,
    number,
    image: 'sha256:1',
    state: 'running',
    health: 'none',
    restartCount: 0,
    exitCode: 0,
    startedAt: null,
  });
  const sample: FleetSample = { ...EMPTY_SAMPLE, containers: [container('a', 1), container('b', 1), container('b', 2)] };

  test('is what its containers wrote last, all of them by name', async () => {
    const watch = {
      sample: async () => sample,
      readLog: async (id: string, lines: number) => ok([`${id} ${lines}`, NASTY.trim()]),
    };
    const phase = await ServedPhase.start({ watch });
    await phase.record(eventsOf([started(['a', 'b', 'c'])]));
    const log = async (query: string) => ((await phase.ask(`/api/containers/log?${query}`)).json as { text: string }).text;
    expect(await log('service=a&tail=7')).toBe(`a1 7\n${NASTY.trim()}\n`);
    expect(await log('service=b')).toBe(`── p-b-1\nb1 200\n${NASTY.trim()}\n── p-b-2\nb2 200\n${NASTY.trim()}\n`);
    expect(await log('service=c')).toBe('');
    for (const query of ['service=d', 'service=', ''])
      expect(await phase.ask(`/api/containers/log?${query}`)).toMatchObject({ status: 404, json: { code: 'unknown-service' } });
    for (const tail of ['0', '-1', 'x', '5001', '1e3'])
      expect(await phase.ask(`/api/containers/log?service=a&tail=${tail}`)).toMatchObject({ status: 400 });
  });

  test('that the engine does not give is a problem of the engine', async () => {
    const problem = { code: 'no-engine', message: 'The engine is away', remedy: 'Start it' } as const;
    const phase = await ServedPhase.start({ watch: { sample: async () => sample, readLog: async () => err(problem) } });
    await phase.record(eventsOf([started(['a'])]));
    expect(await phase.ask('/api/containers/log?service=a')).toMatchObject({ status: 503, json: { ok: false, ...problem } });
  });
});
