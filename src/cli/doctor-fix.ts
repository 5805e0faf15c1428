import { EngineUnavailable } from '../docker/port.ts';
import { lookForRemains } from '../doctor/remains/look.ts';
import type { Remain } from '../doctor/remains/types.ts';
import type { DoctorContext } from '../doctor/types.ts';
import { holderText } from '../journal/holder.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { err, ok, type Result } from '../model/result.ts';
import { wrapWords } from '../plan/text-parts.ts';
import { fixDocument, fixText } from '../report/fix-text.ts';
import { StopController } from '../run/executor/stop.ts';
import { type Fixed, fixRemains } from '../run/fix-remains.ts';
import { engineDiagnostic } from '../run/stock.ts';
import { askOrRefuse } from './ask.ts';
import { typedCommand } from './invocation.ts';
import { complain } from './look.ts';
import { catchSignals } from './signals.ts';
import type { Sink, World } from './world.ts';

/** What `doctor --fix` was asked with. */
export interface FixCall {
  readonly world: World;
  readonly values: { readonly yes: boolean; readonly dryRun: boolean; readonly noColor: boolean };
}

/** What was found, and what came of it; with `--dry-run` nothing did. */
export interface FixOutcome {
  readonly found: readonly Remain[];
  readonly fixed: readonly Fixed[];
}

/** Looks for what can be put right without harm, asks, and does it. An error: nothing was touched. */
export async function fixWhatIsSafe(context: DoctorContext, call: FixCall): Promise<Result<FixOutcome, readonly Diagnostic[]>> {
  const { root } = context;
  if (root === null) return err(context.loadDiagnostics);
  const stop = new StopController();
  const release = catchSignals(stop, () => {});
  try {
    return await lookAskFix({ ...context, root }, { ...call, stop });
  } catch (error) {
    if (!(error instanceof EngineUnavailable)) throw error;
    return err([engineDiagnostic(error.problem)]);
  } finally {
    release();
  }
}

async function lookAskFix(
  context: DoctorContext & { readonly root: string },
  { world, values, stop }: FixCall & { readonly stop: StopController },
): Promise<Result<FixOutcome, readonly Diagnostic[]>> {
  const { heldBy, remains } = await lookForRemains(context, 'as-found');
  const [holder] = heldBy;
  if (holder !== undefined) return err([atWork(holder.holder === null ? 'somebody' : holderText(holder.holder))]);
  if (values.dryRun || remains.length === 0) return ok({ found: remains, fixed: [] });
  if (!values.yes) world.err.write(renderList(remains, readableColumns(world.err)));
  const refusal = await askOrRefuse(`Do ${remains.length === 1 ? 'this' : `these ${remains.length}`}?`, {
    world,
    values,
    command: 'doctor --fix',
  });
  if (refusal) return err([refusal]);
  const say = (diagnostic: Diagnostic) => complain(world, [diagnostic], values);
  const fixed = await fixRemains(context, remains, { ...context, stop, say, command: typedCommand(world) });
  return fixed.ok ? ok({ found: remains, fixed: fixed.value }) : fixed;
}

/** What was found and what came of it, for people. */
export function renderFix({ found, fixed }: FixOutcome, columns: number): string {
  if (found.length === 0) return 'Nothing to fix\n';
  if (fixed.length === 0) return renderList(found, columns);
  const said = fixed.map(({ remain, result }) => {
    if (result === 'done') return `done: ${fixText(remain)}`;
    if (result === 'gone') return `not needed any more: ${fixText(remain)}`;
    return `NOT DONE: ${fixText(remain)}: ${result.message}`;
  });
  return `${['Fixed:', ...said.flatMap((text) => item(text, columns))].join('\n')}\n`;
}

/** The columns of an output, at most as many as a line is read with ease. */
export function readableColumns(out: Sink): number {
  return Math.min(120, out.size().columns || 80);
}

/** The same for scripts. */
export function fixEntries({ found, fixed }: FixOutcome): readonly object[] {
  if (fixed.length === 0) return found.map((remain) => ({ ...fixDocument(remain), result: 'planned' }));
  return fixed.map(({ remain, result }) => ({
    ...fixDocument(remain),
    ...(typeof result === 'string' ? { result } : { result: 'failed', why: result.message }),
  }));
}

function renderList(remains: readonly Remain[], columns: number): string {
  return `${['Would:', ...remains.flatMap((remain) => item(fixText(remain), columns))].join('\n')}\n`;
}

/** Wrapped, with the lines after the first under its text. */
function item(text: string, columns: number): readonly string[] {
  return wrapWords(text, columns, 4).map((line, index) => (index === 0 ? `  - ${line.trimStart()}` : line));
}

function atWork(who: string): Diagnostic {
  return {
    code: 'locked',
    severity: 'error',
    message: `Nothing is fixed while the lock is held by ${who}: what it uses is no leftover`,
    remedy: 'wait for it to end; slipway doctor says what to do about a lock whose holder cannot be seen',
  };
}
