import { appendFile, mkdir, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EventBody } from '../../src/journal/events.ts';
import { journalPath } from '../../src/journal/file-journal.ts';
import { runFolder } from '../../src/journal/runs.ts';
import type { PhaseNews } from '../../src/journal/watch-phase.ts';
import type { RunId } from '../../src/model/ids.ts';
import { eventsOf, finished, journalText, notice, resumed, scratchFolder, started } from '../support/journal.ts';
import { WatchedPhase } from '../support/watched-phase.ts';

/**
 * What may happen to the journals of a phase between two looks of a watcher. `write`: some events, the last bytes of which come later.
 * `crash`: the process dies, and what it has written so far may be torn, with garbage behind it; the next process cuts that off.
 */
type Happening =
  | { readonly kind: 'write'; readonly events: number; readonly heldBack: number }
  | { readonly kind: 'crash'; readonly garbage: string }
  | { readonly kind: 'resume' }
  | { readonly kind: 'new-run' }
  | { readonly kind: 'other-phase' }
  | { readonly kind: 'look' };

const write = fc.record({ kind: fc.constant('write' as const), events: fc.integer({ min: 1, max: 5 }), heldBack: fc.nat(300) });
const crash = fc.record({ kind: fc.constant('crash' as const), garbage: fc.constantFrom('', '\0\0\0', '\0\0\n', '{"v":1,\n') });
const plain = (kind: 'resume' | 'new-run' | 'other-phase' | 'look') => fc.constant({ kind });
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 6, arbitrary: write },
  { weight: 2, arbitrary: crash },
  { weight: 2, arbitrary: plain('resume') },
  { weight: 1, arbitrary: plain('new-run') },
  { weight: 1, arbitrary: plain('other-phase') },
  { weight: 6, arbitrary: plain('look') },
);

/** A journal as its processes write it. */
class Journal {
  readonly run: RunId;
  readonly #path: string;
  /** All lines that were ever meant to be in it, and how many of their bytes are in the file. */
  #lines = Buffer.alloc(0);
  #inFile = 0;
  #crashed = false;

  constructor(root: string, run: RunId) {
    this.run = run;
    this.#path = journalPath(runFolder(root, run));
  }

  get isCrashed(): boolean {
    return this.#crashed;
  }

  get count(): number {
    return this.#lines.toString('utf8').split('\n').length - 1;
  }

  async write(bodies: readonly EventBody[], heldBack = 0): Promise<void> {
    const events = eventsOf(bodies, this.run, this.count + 1);
    this.#lines = Buffer.concat([this.#lines, Buffer.from(journalText(events))]);
    const until = Math.max(this.#inFile, this.#lines.length - heldBack);
    await this.#append(this.#lines.subarray(this.#inFile, until));
    this.#inFile = until;
  }

  async crash(garbage: string): Promise<void> {
    this.#crashed = true;
    await this.#append(Buffer.from(garbage));
  }

  /** As the next process does before it goes on. */
  async cutOff(): Promise<void> {
    if (!this.#crashed) return;
    this.#lines = this.#lines.subarray(0, this.#lines.lastIndexOf(10, this.#inFile - 1) + 1);
    this.#inFile = this.#lines.length;
    this.#crashed = false;
    await truncate(this.#path, this.#inFile);
  }

  async #append(bytes: Buffer): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true });
    await appendFile(this.#path, bytes);
  }
}

/** The journals of a project dir. */
class Journals {
  readonly #root: string;
  readonly all: Journal[] = [];
  #runs = 0;

  constructor(root: string) {
    this.#root = root;
  }

  get last(): Journal | undefined {
    return this.all.at(-1);
  }

  async happen(what: Exclude<Happening, { kind: 'look' }>): Promise<void> {
    const { last } = this;
    switch (what.kind) {
      case 'write': {
        // More than ASCII, so that a cut may fall into a character.
        const bodies = Array.from({ length: what.events }, () => notice('é—𝄞'));
        if (last && !last.isCrashed) await last.write(bodies, what.heldBack);
        return;
      }
      case 'crash':
        if (last && !last.isCrashed) await last.crash(what.garbage);
        return;
      case 'resume':
        return this.goOn(resumed(['a']));
      case 'new-run':
        await this.goOn(finished('abandoned'));
        this.all.push(new Journal(this.#root, this.#nextId()));
        return this.last?.write([started(['a'])]);
      case 'other-phase':
        return new Journal(this.#root, this.#nextId()).write([started(['z'], 'phase2')]);
    }
  }

  /** All that was held back, and one event more. */
  async goOn(body: EventBody): Promise<void> {
    await this.last?.cutOff();
    await this.last?.write([body]);
  }

  #nextId(): RunId {
    this.#runs += 1;
    return `20260204_${String(100_000 + this.#runs)}`;
  }
}

/** The runs that were told, each with the numbers of its events. */
function told(news: readonly PhaseNews[]): { readonly run: RunId; readonly seqs: number[] }[] {
  const runs: { readonly run: RunId; readonly seqs: number[] }[] = [];
  for (const item of news) {
    if (item.type === 'run') runs.push({ run: item.run, seqs: [] });
    if (item.type === 'events') runs.at(-1)!.seqs.push(...item.events.map((event) => event.seq));
  }
  return runs;
}

test('whatever happens to the journals, a watcher is told each event of a run once and in order, and the newest run to its end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 1, maxLength: 40 }), async (happenings) => {
      const root = await scratchFolder();
      const journals = new Journals(root);
      const watched = new WatchedPhase(root);
      const news = [...(await watched.first())];
      for (const what of happenings) {
        if (what.kind === 'look') news.push(...(await watched.look()));
        else await journals.happen(what);
      }
      await journals.goOn(notice('the end'));
      news.push(...(await watched.look()));
      await watched.end();
      const counts = new Map(journals.all.map(({ run, count }) => [run, count]));
      const runs = told(news);
      for (const { run, seqs } of runs) expect(seqs).toEqual(Array.from({ length: counts.get(run)! }, (_, i) => i + 1));
      expect(runs.at(-1)?.run).toBe(journals.last?.run);
      expect(new Set(runs.map(({ run }) => run)).size).toBe(runs.length);
      expect(news.filter((item) => item.type === 'problem')).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
