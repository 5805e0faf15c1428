/** A comment line that stands over several services of a Compose file, such as `# --- Frontend ---`. */
export interface Heading {
  readonly text: string;
  readonly services: readonly string[];
}

/**
 * The headings under `services:`. A heading is a short comment at the level of the service names that begins a paragraph, is no sentence, and is no
 * name of the one service below it. They count only where two of them, and half of all, stand over two services or more: else comments are about single services.
 */
export function readHeadings(text: string): readonly Heading[] {
  const found: { text: string; services: string[] }[] = [];
  let over: { text: string; services: string[] } | null = null;
  for (const block of blocksOf(text)) {
    const heading = headingIn(block.comments, block.name);
    if (heading !== null) {
      over = { text: heading, services: [] };
      found.push(over);
    }
    over?.services.push(block.name);
  }
  const grouping = found.filter(({ services }) => services.length > 1);
  return grouping.length > 1 && grouping.length * 2 >= found.length ? found : [];
}

interface Block {
  readonly name: string;
  /** Paragraphs of comments between the service before and this one. */
  readonly comments: readonly (readonly string[])[];
}

/** The services with the comments above them, by indentation: no more of YAML is needed for that. */
function blocksOf(text: string): Block[] {
  const lines = text.split(/\r?\n/);
  const start = lines.findIndex((line) => /^services:\s*(?:#.*)?$/.test(line));
  if (start < 0) return [];
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => /^[^\s#]/.test(line));
  const body = end < 0 ? rest : rest.slice(0, end);
  const indent = body.map((line) => /^(\s+)[^\s#]/.exec(line)?.[1]).find((one) => one !== undefined);
  if (indent === undefined) return [];
  const blocks: Block[] = [];
  let paragraphs: string[][] = [[]];
  for (const line of body) {
    const comment = new RegExp(`^(?:${indent})?#(.*)$`).exec(line)?.[1];
    const name = new RegExp(`^${indent}["']?([\\w.-]+)["']?:`).exec(line)?.[1];
    if (comment !== undefined) paragraphs.at(-1)!.push(comment);
    else if (line.trim() === '') paragraphs.push([]);
    else {
      if (name !== undefined) blocks.push({ name, comments: paragraphs.filter((one) => one.length > 0) });
      paragraphs = [[]];
    }
  }
  return blocks;
}

/** The last paragraph that reads as a heading; rules of dashes above and below it are no text. */
function headingIn(paragraphs: readonly (readonly string[])[], service: string): string | null {
  const titles = paragraphs
    .map((lines) => lines.map((line) => line.replace(/^[\s#=*~_+|-]+|[\s#=*~_+|:-]+$/g, '')).filter((line) => line !== ''))
    .filter((lines) => lines.length === 1)
    .map(([line]) => line!)
    .filter((line) => isTitle(line) && !namesOnly(line, service));
  return titles.at(-1) ?? null;
}

/** At most four words, no sentence, nothing that was code. */
function isTitle(line: string): boolean {
  const words = line.split(/\s+/);
  return words.length <= 4 && /^[\p{L}\p{N} &/,+()-]+$/u.test(line) && /\p{L}/u.test(line) && !/[a-z]:\s*\S/.test(line);
}

/** `# Postgres` over `postgres`, `# Redis cache` over `redis`: about that one service. `# Devices` over `device-monitor` is not. */
function namesOnly(line: string, service: string): boolean {
  const words = line.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  return service
    .toLowerCase()
    .split(/[-_.]/)
    .every((part) => words.includes(part));
}
