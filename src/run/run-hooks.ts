import { runChild } from '../docker/process.ts';
import type { Fleet, HookName } from '../fleet/types.ts';
import type { Record } from './context.ts';
import type { RunHooks } from './hooks.ts';

/** Longer is no hook but a step of its own. */
const HOOK_TIMEOUT_MS = 120_000;

/** The configured hooks of a fleet, run in the project dir. */
export function makeHooks(fleet: Fleet, env: Readonly<{ [name: string]: string | undefined }>, record: Record): RunHooks {
  return async (hook: HookName, { run, service }) => {
    const commands = fleet.settings.hooks[hook];
    if (commands.length === 0) return null;
    for (const command of commands) {
      const [program, ...args] = command;
      if (!program) continue;
      const { end, stdout, stderr } = await runChild({
        argv: [program, ...args],
        env: { ...defined(env), SLIPWAY_RUN: run, SLIPWAY_HOOK: hook, SLIPWAY_SERVICE: service ?? '' },
        cwd: fleet.root,
        timeoutMs: HOOK_TIMEOUT_MS,
        maxOutputBytes: 1 << 20,
      });
      const exitCode = end.kind === 'exited' ? end.code : null;
      await record({ type: 'hook-finished', hook, service, exitCode });
      if (exitCode === 0) continue;
      const notStarted = end.kind === 'not-started' ? [end.message] : [];
      return {
        command,
        exitCode,
        lastLogLines: [...`${stdout}${stderr}`.trimEnd().split('\n').slice(-10), ...notStarted].filter((l) => l !== ''),
      };
    }
    return 'passed';
  };
}

function defined(env: Readonly<{ [name: string]: string | undefined }>): { [name: string]: string } {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
