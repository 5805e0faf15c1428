import { execa } from 'execa';
import { viewLockFile } from '../journal/lock.ts';
import { listRuns } from '../journal/runs.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { RunId } from '../model/ids.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { RollBack } from '../serve/context.ts';
import { nodeDisk } from '../util/node-disk.ts';
import { OUTLIVING } from './outliving.ts';
import type { World } from './world.ts';

/** How often to look whether a rollback has begun its run, milliseconds. */
const POLL_MS = 100;

/** How long it may take to begin; it goes on after that, only nobody waits for it any more. */
const BEGIN_LIMIT_MS = 60_000;

/** The most of what a refusal says, characters. */
const MAX_SAID = 64 << 10;

/** Where a rollback is done: options that say which fleet, and its root. */
export interface RollbackPlace {
  readonly root: string;
  readonly options: readonly string[];
}

/**
 * Rolls back in a process of its own, in a process group of its own: it goes on whatever becomes of who started it. What it may say is only
 * why it did not begin; its run is in its journal.
 */
export function rollBackIn(
  { root, options }: RollbackPlace,
  { clock, cwd, env }: Pick<World, 'clock' | 'cwd' | 'env'>,
): RollBack {
  return async (services) => {
    const before = new Set(await runIds(root));
    // `--`: Node would take our options for its own, and a service may be called like an option.
    const argv = ['--', process.argv[1]!, 'rollback', ...options, '--yes', '--no-color', '--output', 'quiet', '--', ...services];
    const child = execa(process.execPath, argv, {
      cwd,
      env,
      ...OUTLIVING,
      stdin: 'ignore',
      stdout: 'ignore',
      stderr: 'pipe',
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = `${said}${text}`.slice(0, MAX_SAID);
    });
    const end = child.then(({ exitCode }) => ({ exitCode: exitCode ?? null }));
    const ended = new AbortController();
    void end.then(() => ended.abort());
    const until = clock.now() + BEGIN_LIMIT_MS;
    while (!ended.signal.aborted && clock.now() < until) {
      const run = await runOf(child.pid, { root, before });
      if (run !== null) return ok({ run });
      await clock.sleep(POLL_MS, ended.signal);
    }
    if (!ended.signal.aborted) return ok({ run: null });
    return outcomeOf((await end).exitCode, { said, run: (await runIds(root)).find((run) => !before.has(run)) ?? null });
  };
}

async function runIds(root: string): Promise<readonly RunId[]> {
  const listed = await listRuns(nodeDisk, root);
  return listed.ok ? listed.value.map(({ run }) => run) : [];
}

/** The run that a process has begun: it holds the lock, and there is a run that was not there before. */
async function runOf(
  pid: number | undefined,
  { root, before }: { root: string; before: ReadonlySet<RunId> },
): Promise<RunId | null> {
  const lock = await viewLockFile(nodeDisk, root);
  if (lock.kind !== 'held' || lock.holder.pid !== pid) return null;
  return (await runIds(root)).find((run) => !before.has(run)) ?? null;
}

/** What a rollback that has ended already came to. */
function outcomeOf(
  exitCode: number | null,
  { said, run }: { readonly said: string; readonly run: RunId | null },
): Result<{ readonly run: RunId | null }, Diagnostic> {
  if (run !== null || exitCode === 0) return ok({ run });
  return err(
    refusalIn(said) ?? { code: 'rollback-refused', severity: 'error', message: `The rollback ended with exit code ${exitCode}` },
  );
}

/** The first error of diagnostics as text: `[place  ]error  code  message`, wrapped, then what to do. */
function refusalIn(said: string): Diagnostic | null {
  const block = said.split('\n\n').find((text) => /(^| {2})error {2}[a-z-]+/m.test(text));
  const match = /(?:^| {2})error {2}([a-z-]+)\s+([\s\S]*)/m.exec(block ?? '');
  if (!match) return null;
  const message = match[2]!.replaceAll(/\s*\n\s*/g, ' ').trim();
  return { code: match[1]!, severity: 'error', message };
}
