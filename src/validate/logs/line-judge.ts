import { RE2JS } from 're2js';
import type { LogErrorSettings } from '../../fleet/validation-types.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { type Told, verdictOn } from './line-verdict.ts';

/** What of a line is looked at; a match is linear in it. Characters. */
const LOOKED_AT = 2000;

const COLOUR = /\u001b\[[\d;:]{0,30}[A-Za-z]/g;

/** The line as it is looked at: not longer than need be. */
export function lookedAt(line: string): string {
  return withoutColours(line.slice(0, LOOKED_AT));
}

/** The line without what colours it on a terminal. */
export function withoutColours(line: string): string {
  return line.includes('\u001b') ? line.replace(COLOUR, '') : line;
}

/** Says what lines without colours tell of. */
export interface LineJudge {
  /** Null = nothing. */
  judge(line: string): Told | null;
  /** Whether the configuration says that it tells of nothing. */
  ignores(line: string): boolean;
}

/** Why a pattern cannot be used, in RE2's words. */
export interface BadPattern {
  readonly pattern: string;
  readonly why: string;
}

/** Judges lines by the configuration's patterns, which count as errors, and by Slipway's own. */
export function createLineJudge({ builtin, patterns, ignore }: LogErrorSettings): Result<LineJudge, readonly BadPattern[]> {
  const bad = [...patterns, ...ignore].flatMap((pattern) => troubleWith(pattern) ?? []);
  if (bad.length > 0) return err(bad);
  const wanted = anyOf(patterns);
  const ignored = anyOf(ignore);
  const ignores = (line: string) => ignored?.test(line) ?? false;
  const judge = (line: string): Told | null => {
    const told: Told | null = wanted?.test(line) ? { gravity: 'crash', what: 'pattern' } : builtin ? verdictOn(line) : null;
    return told && !ignores(line) ? told : null;
  };
  return ok({ judge, ignores });
}

function anyOf(patterns: readonly string[]): RE2JS | null {
  return patterns.length === 0 ? null : RE2JS.compile(patterns.map((pattern) => `(?:${pattern})`).join('|'));
}

function troubleWith(pattern: string): BadPattern | null {
  try {
    RE2JS.compile(pattern);
    return null;
  } catch (error) {
    return { pattern, why: (error as Error).message.replace(/^error parsing regexp: /, '') };
  }
}
