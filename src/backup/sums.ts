/** A file and the SHA-256 of its content, hex. */
export interface Sum {
  readonly path: string;
  readonly sha256: string;
}

/** The lines that `sha256sum -c` reads; a path with a backslash or a line break is written as GNU does, with a backslash in front. */
export function sumsText(sums: readonly Sum[]): string {
  return sums
    .map(({ path, sha256 }) => {
      const escaped = path.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
      return `${escaped === path ? '' : '\\'}${sha256}  ${escaped}\n`;
    })
    .join('');
}

/** Reads such lines; null when one is none. */
export function parseSums(text: string): readonly Sum[] | null {
  const sums: Sum[] = [];
  for (const line of text.split('\n').filter((l) => l !== '')) {
    const match = /^(\\?)([0-9a-f]{64}) [ *]([^\n]+)$/.exec(line);
    if (!match) return null;
    const path = match[1] === '' ? match[3]! : match[3]!.replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c));
    sums.push({ path, sha256: match[2]! });
  }
  return sums;
}
