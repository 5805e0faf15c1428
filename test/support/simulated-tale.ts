import type { Event } from '../../src/journal/events.ts';
import { journalPath } from '../../src/journal/file-journal.ts';
import { readJournal } from '../../src/journal/read-journal.ts';
import { runFolder } from '../../src/journal/runs.ts';
import { checkEnd, checkExit, checkLeftovers, checkLock, checkRecord, checkStandings } from './simulated-checks.ts';
import { type Chapter, SimulatedMachine } from './simulated-machine.ts';
import { checkOnce, type Excuse } from './simulated-once.ts';
import { checkOrder } from './simulated-order.ts';
import { checkPaused } from './simulated-pause.ts';
import { CONTINUED, type Start, type Story, storyOf } from './simulated-story.ts';

/** A story as it went. */
export interface Tale {
  readonly story: Story;
  readonly chapters: readonly Chapter[];
  /** What is wrong, each with the start at which it was seen; empty = all is well. */
  readonly problems: readonly string[];
  /** Everything that is on the disk at the end, but for what is encrypted. */
  readonly files: ReadonlyMap<string, string>;
}

/** So often a story is continued without trouble before it has to be over. */
const QUIET_STARTS = 3;

/** Plays the story of a seed to its end and checks it all the way. */
export async function tell(seed: number): Promise<Tale> {
  return play(storyOf(seed));
}

/** Plays a story to its end and checks it all the way. */
async function play(story: Story): Promise<Tale> {
  const machine = new SimulatedMachine(story);
  const chapters: Chapter[] = [];
  const problems: string[] = [];
  const next = async (start: Start) => {
    const at = `start ${chapters.length + 1} (${describe(start)})`;
    const chapter = await machine.start(start);
    chapters.push(chapter);
    await check(machine, chapter, (what) => problems.push(`${at}: ${what}`));
    return chapter;
  };
  try {
    for (const start of story.starts) await next(start);
    for (let i = 0; i < QUIET_STARTS; i += 1) {
      const { result } = await next(CONTINUED);
      if (result?.kind === 'nothing' || (result?.kind === 'ran' && result.state.outcome === 'done')) break;
    }
    await checkEnd(machine, chapters, (what) => problems.push(what));
    await checkRuns(machine, chapters, (what) => problems.push(what));
  } catch (error) {
    problems.push(`start ${chapters.length + 1}: thrown: ${error instanceof Error ? error.stack : error}`);
  }
  return { story, chapters, problems, files: filesOf(machine) };
}

async function check(machine: SimulatedMachine, chapter: Chapter, complain: (what: string) => void): Promise<void> {
  checkOrder(chapter, complain);
  checkPaused(chapter, complain);
  const { result } = chapter;
  // Who is refused may be so because another holds the lock; here only one that is gone does.
  if (result && !chapter.outage && chapter.start.diskBytes === null) checkLock(machine, chapter, complain);
  if (result?.kind !== 'ran') return;
  checkStandings(chapter, result, complain);
  checkExit(chapter, result, complain);
  await checkRecord(machine, chapter, result, complain);
  if (result.state.outcome === 'done' && !chapter.outage) checkLeftovers(machine, complain);
}

/** What can only be seen over all parts of a run. */
async function checkRuns(
  machine: SimulatedMachine,
  chapters: readonly Chapter[],
  complain: (what: string) => void,
): Promise<void> {
  const runs = new Set(chapters.flatMap((c) => c.events.map((e) => e.run)));
  for (const run of runs) {
    const read = await readJournal(machine.disk, journalPath(runFolder(machine.fleet.root, run)));
    if (read.ok) checkOnce(read.value.events, excuseFrom(chapters), (what) => complain(`run ${run}: ${what}`));
  }
}

/** Edits since then, of whichever service; and for a replace that the service was down, or hangs on one that is replaced now. */
function excuseFrom(chapters: readonly Chapter[]): Excuse {
  return (again, succeeded) => {
    // An event that its process did not live to hear of is in the journal alone: it is of the chapter of the events before it.
    const chapterOf = ({ run, seq }: Pick<Event, 'run' | 'seq'>) =>
      chapters.findLastIndex((c) => c.events.some((e) => e.run === run && e.seq <= seq));
    const [now, since] = [chapterOf(again), chapterOf(succeeded)];
    const meanwhile = chapters.slice(since + 1, now + 1);
    if (meanwhile.some(({ start }) => start.edits.length + start.reconfigures.length > 0)) return true;
    const chapter = chapters[now];
    if (again.intent.kind !== 'replace' || !chapter) return false;
    const isDown = chapter.before.get(again.service)!.containers.some((c) => c.state !== 'running');
    return isDown || again.intent.action !== 'up';
  };
}

function filesOf({ disk }: SimulatedMachine): Map<string, string> {
  const open = [...disk.files()].filter(([path]) => !path.endsWith('.enc') && !path.endsWith('.key'));
  return new Map(open.map(([path, content]) => [path, content.toString('utf8')]));
}

function describe({ command, crash, signals, asked, diskBytes, faults }: Start): string {
  const said = [
    command,
    crash && `${crash.how} at ${JSON.stringify(crash.when)}`,
    signals.length > 0 && `signals at ${signals.map((s) => s.ms).join(', ')} ms`,
    asked.length > 0 && asked.map(({ action, ms }) => `${action} at ${ms} ms`).join(', '),
    diskBytes !== null && `disk full after ${diskBytes} bytes`,
    ...faults.map((f) => JSON.stringify(f)),
  ];
  return said.filter(Boolean).join('; ');
}
