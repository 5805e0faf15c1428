import { renderDiagnostics } from '../fleet/diagnostics.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { makePaint, type Paint } from '../report/paint.ts';
import type { CommonValues } from './options/common.ts';
import type { Sink, World } from './world.ts';

type Env = World['env'];

/** Whether to colour what goes to a sink: --no-color and NO_COLOR (no-color.org) first, then what forces colour, then the terminal. */
export function wantsColour(sink: Sink, env: Env, { noColor }: { readonly noColor: boolean }): boolean {
  if (noColor || env.NO_COLOR) return false;
  const forced = env.FORCE_COLOR ?? env.CLICOLOR_FORCE;
  if (forced !== undefined && forced !== '') return !['0', 'false'].includes(forced);
  if (env.FORCE_COLOR === '') return true;
  return sink.isTty && env.TERM !== 'dumb' && env.CLICOLOR !== '0';
}

/** Whether the locale can show more than ASCII: the first of LC_ALL, LC_CTYPE, LANG that is set says so (POSIX). */
export function isUnicode(env: Env): boolean {
  return /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || '');
}

/** The styles for what goes to a sink. */
export function paintFor(sink: Sink, env: Env, values: { readonly noColor: boolean }): Paint {
  return makePaint({ colour: wantsColour(sink, env, values) ? 'on' : 'off', glyphs: isUnicode(env) ? 'unicode' : 'ascii' });
}

/** How to show a run. Live only where frames can be drawn and somebody looks: on a terminal that is neither dumb nor a CI's. */
export function outputMode(
  values: Pick<CommonValues, 'output'>,
  { out, env }: Pick<World, 'out' | 'env'>,
): 'tty' | 'plain' | 'json' | 'quiet' {
  const mode = values.output ?? 'auto';
  if (mode !== 'auto') return mode;
  const ci = env.CI !== undefined && !['', '0', 'false'].includes(env.CI);
  return out.isTty && env.TERM !== 'dumb' && !ci ? 'tty' : 'plain';
}

/** Prints diagnostics on stderr. */
export function complain(world: World, diagnostics: readonly Diagnostic[], values: { readonly noColor: boolean }): void {
  world.err.write(renderDiagnostics(diagnostics, { colour: wantsColour(world.err, world.env, values) }));
}
