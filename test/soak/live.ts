import { setTimeout as wait } from 'node:timers/promises';
import type { CrashFleet } from '../support/crash-fleet.ts';
import { docker } from '../support/engine-facts.ts';
import { eventually } from '../support/eventually.ts';
import { startedRuns } from '../support/run-starts.ts';
import type { Running } from '../support/running.ts';
import type { Life, Meddling, Story } from './story.ts';

/** How a process of Slipway ended. */
export interface End {
  readonly how: string;
  /** Null = killed. */
  readonly code: number | null;
  readonly text: string;
}

/** Lets one process of the story run until it dies or ends: a continuation when its run has begun. */
export async function live(
  fleet: CrashFleet,
  { story, life, bundle, known }: { story: Story; life: Life; bundle: string; known: number },
): Promise<End> {
  const { death } = life;
  const goesOn = startedRuns(fleet).length > known;
  if (death?.by === 'append') {
    const args = [String(death.nth), goesOn ? 'continue' : 'new', JSON.stringify(story.options)];
    return endOf(fleet.start(args, { direct: true, bundle }), `append ${death.nth}`);
  }
  const run = fleet.start(goesOn ? ['rebuild', '--continue'] : ['rebuild', ...flagsOf(story)], { direct: true });
  let over = false;
  void run.ended.then(() => {
    over = true;
  });
  const after = (events: number) => eventually(`${events} events`, () => over || run.events.length >= events, 300_000);
  const meddled = life.meddling && after(life.meddling.events).then(() => meddle(fleet, life.meddling!));
  if (death) {
    await after(death.events);
    await wait(death.laterMs);
    run.signal(death.by);
  }
  const end = await endOf(run, death ? `${death.by} after ${death.events} events` : 'its own end');
  await meddled;
  return end;
}

async function endOf(run: Running, how: string): Promise<End> {
  const { code, text } = await run.ended;
  return { how, code, text: briefly(text) };
}

/** What an operator would look at in the output: the failures, and what is no event. */
export function briefly(text: string): string {
  const lines = text
    .split('\n')
    .filter((line) => !line.startsWith('{"v":') || /"status":"failed"|"type":"(notice|leftover|run-)/.test(line));
  return lines
    .map((line) => line.slice(0, 600))
    .join('\n')
    .slice(-4000);
}

function flagsOf({ options: { batchSize, rollbackOnFail, rollbackScope } }: Story): string[] {
  return [
    ...(batchSize === null ? [] : ['--batch-size', String(batchSize)]),
    ...(rollbackOnFail ? ['--rollback-on-fail'] : []),
    ...['--rollback-scope', rollbackScope],
  ];
}

/** Does what somebody else does; a container that is not there just then cannot be meddled with. */
async function meddle({ folder }: CrashFleet, { what, service }: Meddling): Promise<void> {
  const ids = (await folder.containers())[service] ?? [];
  const verb = what === 'killed' ? ['kill'] : ['rm', '-f'];
  await docker(...verb, ...ids).catch(() => {});
  if (what === 'replaced') await folder.dockerCompose('up', '--detach', '--no-deps', '--no-build', service).catch(() => {});
}
