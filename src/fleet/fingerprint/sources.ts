import type { Instruction } from './dockerfile.ts';

/** The sources of a COPY or ADD that lie in its context: no heredocs, no URLs. Quoted words are not taken apart: all of the context. */
export function copySources(instruction: Instruction): string[] {
  if (!instruction.rest.startsWith('[') && /["'\\]/.test(instruction.rest)) return ['.'];
  return operands(instruction).filter(
    (source) => !source.startsWith('<<') && !(instruction.keyword === 'ADD' && isRemote(source)),
  );
}

/** What an ADD fetches from the network without a checksum that fixes it; null when nothing. */
export function addedFromNetwork(instruction: Instruction): string | null {
  if (instruction.keyword !== 'ADD' || instruction.flags.some((flag) => flag.name === 'checksum')) return null;
  return operands(instruction).find(isRemote) ?? null;
}

/** What a RUN reads through bind (and cache) mounts; without `from` that is the build context. */
export function mountSources({
  flags,
}: Instruction): { readonly from: string | undefined; readonly sources: readonly string[] }[] {
  return flags
    .filter((flag) => flag.name === 'mount')
    .map((flag) => new Map(flag.value.split(',').map((part) => split(part))))
    .filter((mount) => (mount.get('type') ?? 'bind') === 'bind' || mount.has('from'))
    .map((mount) => ({ from: mount.get('from'), sources: [mount.get('source') ?? mount.get('src') ?? '.'] }));
}

/** All operands but the destination; the JSON form allows spaces in names. */
function operands({ rest }: Instruction): string[] {
  return (jsonList(rest) ?? rest.split(/\s+/)).slice(0, -1);
}

function jsonList(text: string): string[] | null {
  if (!text.startsWith('[')) return null;
  try {
    return (JSON.parse(text) as unknown[]).map(String);
  } catch {
    return null;
  }
}

function isRemote(source: string): boolean {
  return /^(https?:|git:|ssh:|git@|github\.com\/)/.test(source);
}

function split(part: string): [string, string] {
  const [name = '', ...value] = part.split('=');
  return [name.trim().toLowerCase(), value.join('=').replace(/^(["'])(.*)\1$/, '$2')];
}
