import type { Diagnostic } from '../model/diagnostic.ts';
import { EXIT, type ExitCode } from '../model/status.ts';
import { printable } from '../util/printable.ts';
import type { World } from './world.ts';

/**
 * Says what was thrown and gives its exit code: 2 when the engine or the disk failed, which is thrown where a result has no place for it,
 * else 70. The stack is printed with SLIPWAY_DEBUG=1 only.
 */
export function reportBug(thrown: unknown, { err, env }: Pick<World, 'err' | 'env'>): ExitCode {
  const stack = env.SLIPWAY_DEBUG === '1' && thrown instanceof Error ? `${thrown.stack}\n` : '';
  const known = knownProblem(thrown);
  if (known) {
    err.write(
      `error  ${known.code}  ${printable(known.message)}\n${known.remedy ? `  ${printable(known.remedy)}\n` : ''}${stack}`,
    );
    return EXIT.couldNotStart;
  }
  const message = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  const lines = [
    `Internal error  ${printable(message)}`,
    '  This is a bug in Slipway. Nothing that is recorded is lost: `slipway rebuild --continue` goes on.',
    ...(stack ? [] : ['  Please report it with what SLIPWAY_DEBUG=1 prints.']),
  ];
  err.write(`${lines.join('\n')}\n${stack}`);
  return EXIT.bug;
}

/** EngineUnavailable carries a `problem`, JournalError a `diagnostic`; told by shape so that neither has to be loaded here. */
function knownProblem(thrown: unknown): Pick<Diagnostic, 'code' | 'message' | 'remedy'> | null {
  if (!(thrown instanceof Error)) return null;
  const { problem, diagnostic } = thrown as { problem?: unknown; diagnostic?: unknown };
  const carried = (problem ?? diagnostic) as Partial<Diagnostic> | null | undefined;
  return typeof carried?.code === 'string' && typeof carried.message === 'string' ? (carried as Diagnostic) : null;
}
