import type { Instruction } from './dockerfile.ts';

export type Variables = ReadonlyMap<string, string>;

const REFERENCE = /\\\$|\$(?:(\w+)|\{(\w+)(?:(:?[-+])([^${}]*))?\}|.?)/g;

/** A Dockerfile word with its variables filled in; null when one is not known, or is written in a way not read here. */
export function expand(text: string, variables: Variables): string | null {
  let known = true;
  const expanded = text.replace(REFERENCE, (whole, bare?: string, braced?: string, operator?: string, word = '') => {
    if (whole === '\\$') return '$';
    const value = substitute(variables.get(bare ?? braced ?? ''), operator, word);
    if (value === null) known = false;
    return value ?? '';
  });
  return known ? expanded.replace(/^(["'])(.*)\1$/, '$2') : null;
}

function substitute(value: string | undefined, operator: string | undefined, word: string): string | null {
  const set = operator?.startsWith(':') ? value !== undefined && value !== '' : value !== undefined;
  if (operator?.endsWith('-')) return set ? value! : word;
  if (operator?.endsWith('+')) return set ? word : '';
  return value ?? null;
}

/** The variables after an ARG or ENV; `overrides` are the build's own arguments, `globals` those declared before the first FROM. */
export function declare(
  instruction: Instruction,
  variables: Variables,
  { overrides, globals }: { readonly overrides: Variables; readonly globals: Variables },
): Variables {
  const next = new Map(variables);
  for (const [name, written] of assignments(instruction)) {
    const value = written === null ? null : expand(written, next);
    const known = instruction.keyword === 'ARG' ? (overrides.get(name) ?? value ?? globals.get(name)) : value;
    if (known === undefined || known === null) next.delete(name);
    else next.set(name, known);
  }
  return next;
}

/** `A=1 B="two words"`, a bare `A`, or the old `ENV A two words`. */
function assignments({ keyword, rest }: Instruction): [name: string, value: string | null][] {
  const old = /^([^\s=]+)\s+([^=].*)$/.exec(rest);
  if (keyword === 'ENV' && old && !/^[^\s=]+=/.test(rest)) return [[old[1]!, old[2]!]];
  return [...rest.matchAll(/([^\s=]+)(?:=("(?:[^"\\]|\\.)*"|'[^']*'|\S*))?/g)].map(([, name, value]) => [name!, value ?? null]);
}
