import { logicalLines } from './dockerfile-lines.ts';

/** One instruction; `rest` is what follows keyword and flags, lines joined; `raw` is all of it as written, heredocs included. */
export interface Instruction {
  readonly keyword: string;
  readonly flags: readonly { readonly name: string; readonly value: string }[];
  readonly rest: string;
  readonly raw: string;
}

/** A build stage; `base` as written, `name` in lower case. */
export interface Stage {
  readonly index: number;
  readonly name: string | null;
  readonly base: string;
  readonly from: Instruction;
  readonly instructions: readonly Instruction[];
}

/** A Dockerfile as far as its inputs depend on it. */
export interface Dockerfile {
  /** The `# syntax=` directive. */
  readonly syntax: string | null;
  /** ARG instructions before the first FROM. */
  readonly globals: readonly Instruction[];
  readonly stages: readonly Stage[];
}

/**
 * Reads a Dockerfile (docs.docker.com/reference/dockerfile). Our own reader: all that is needed is stages, flags and sources, and the
 * library for it weighs 86 kB in the bundle and knows neither overridden arguments nor mounts. What it does not understand
 * makes the inputs wider, never narrower.
 */
export function parseDockerfile(text: string): Dockerfile {
  const { directives, lines } = logicalLines(text);
  const instructions = lines.map(({ joined, raw }) => parseInstruction(joined, raw));
  const firstFrom = instructions.findIndex(({ keyword }) => keyword === 'FROM');
  const globals = firstFrom < 0 ? instructions : instructions.slice(0, firstFrom);
  const stages: { from: Instruction; instructions: Instruction[] }[] = [];
  for (const instruction of firstFrom < 0 ? [] : instructions.slice(firstFrom)) {
    if (instruction.keyword === 'FROM') stages.push({ from: instruction, instructions: [] });
    else stages.at(-1)!.instructions.push(instruction);
  }
  return { syntax: directives.get('syntax') ?? null, globals, stages: stages.map(stage) };
}

function stage({ from, instructions }: { from: Instruction; instructions: Instruction[] }, index: number): Stage {
  const [base = '', as, name] = from.rest.split(/\s+/);
  return { index, name: as?.toLowerCase() === 'as' && name ? name.toLowerCase() : null, base, from, instructions };
}

function parseInstruction(joined: string, raw: string): Instruction {
  const [, keyword = '', after = ''] = /^\s*(\S+)\s*([\s\S]*)$/.exec(joined) ?? [];
  const flags: { name: string; value: string }[] = [];
  let rest = after;
  for (let match = FLAG.exec(rest); match; match = FLAG.exec(rest)) {
    flags.push({ name: match[1]!.toLowerCase(), value: match[2] ?? '' });
    rest = rest.slice(match[0].length);
  }
  return { keyword: keyword.toUpperCase(), flags, rest: rest.trim(), raw };
}

const FLAG = /^--([A-Za-z-]+)(?:=((?:"[^"]*"|'[^']*'|[^\s"'])*))?(?:\s+|$)/;
