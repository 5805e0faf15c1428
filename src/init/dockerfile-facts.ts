import { type Dockerfile, type Instruction, parseDockerfile, type Stage } from '../fleet/fingerprint/dockerfile.ts';
import { copySources } from '../fleet/fingerprint/sources.ts';
import { declare, expand, type Variables } from '../fleet/fingerprint/variables.ts';

/** What a Dockerfile says of the image that a service runs. */
export interface DockerfileFacts {
  /** The external image that the final stage is built upon, variables filled in; null = not known. */
  readonly base: string | null;
  /** ENTRYPOINT and CMD, as words. */
  readonly command: readonly string[];
  /** Words of HEALTHCHECK's command, as Compose writes a `test`; null = there is none. */
  readonly healthcheck: readonly string[] | null;
  /** Names of all stages. */
  readonly stages: readonly string[];
  /** What the final image copies, as written. */
  readonly copies: readonly string[];
}

/** Reads a Dockerfile for one target (null = the last stage); null when it has no such stage. */
export function readDockerfileFacts(
  text: string,
  { target, args }: { readonly target: string | null; readonly args: Variables },
): DockerfileFacts | null {
  const dockerfile = parseDockerfile(text);
  const { stages } = dockerfile;
  const final = target === null ? stages.at(-1) : stages.find(({ name }) => name === target.toLowerCase());
  if (!final) return null;
  const { chain, base } = lineage(dockerfile, final, args);
  const instructions = chain.flatMap((stage) => stage.instructions);
  const last = (keyword: string) => instructions.findLast((one) => one.keyword === keyword);
  return {
    base,
    command: [...words(last('ENTRYPOINT')), ...words(last('CMD'))],
    healthcheck: healthcheckWords(last('HEALTHCHECK')),
    stages: stages.flatMap(({ name }) => (name === null ? [] : [name])),
    copies: instructions.filter(({ keyword }) => keyword === 'COPY' || keyword === 'ADD').flatMap(copySources),
  };
}

/** The stage with those that it is built upon, the first one first, and the external image below them. */
function lineage(
  { globals, stages }: Dockerfile,
  final: Stage,
  args: Variables,
): { readonly chain: readonly Stage[]; readonly base: string | null } {
  const none: Variables = new Map();
  const known = globals.reduce((scope, arg) => declare(arg, scope, { overrides: args, globals: none }), none);
  const chain = [final];
  for (;;) {
    const here = chain[0]!;
    const base = expand(here.base, known);
    const parent = stages.slice(0, here.index).findLast(({ name }) => name !== null && name === base?.toLowerCase());
    if (!parent) return { chain, base };
    chain.unshift(parent);
  }
}

/** `CMD ["node", "server.js"]` or `CMD node server.js`. */
function words(instruction: Instruction | undefined): readonly string[] {
  const rest = instruction?.rest ?? '';
  return jsonWords(rest) ?? rest.split(/\s+/).filter(Boolean);
}

function healthcheckWords(instruction: Instruction | undefined): readonly string[] | null {
  const [, rest] = /^CMD\s+([\s\S]+)$/i.exec(instruction?.rest ?? '') ?? [];
  if (rest === undefined) return null;
  const list = jsonWords(rest);
  return list === null ? ['CMD-SHELL', rest] : ['CMD', ...list];
}

function jsonWords(text: string): readonly string[] | null {
  if (!text.startsWith('[')) return null;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((word) => typeof word === 'string') ? value : null;
  } catch {
    return null;
  }
}
