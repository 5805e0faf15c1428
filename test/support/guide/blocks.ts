/** A shell block of a Markdown page, and what its mark says of how it is run. */
export interface GuideBlock {
  /** `page.md:LINE`, for messages. */
  readonly at: string;
  readonly code: string;
  /** A situation that is prepared for it. */
  readonly situation: string | null;
  /** The situation that the blocks before it left, and that it counts on. */
  readonly still: string | null;
  /** How the block ends. */
  readonly exitCode: number;
  /** Each has to be in what it prints. */
  readonly shows: readonly string[];
  /** It does not end by itself: Ctrl-C is pressed once it has printed this. */
  readonly ctrlCAfter: string | null;
  /** It goes on in a terminal of its own until the page is at its end; then `keys` are pressed. */
  readonly staysOpen: { readonly keys: string } | null;
  /** It needs the network of this machine, which the test's engine is not on. */
  readonly needsNetwork: boolean;
  /** What has to hold after it. */
  readonly check: string | null;
}

const SHELLS = ['bash', 'sh'];
/** Languages of blocks that are not for a shell. */
const OTHERS = ['', 'yaml', 'json', 'text'];
const MARK = /^<!-- run: (.*) -->$/;

/**
 * The shell blocks of a page in order. A mark is a comment in the line before the block: `<!-- run: in: port-taken; exit: 2 -->`. A mark
 * that is not understood, or that no block follows, is an error: nothing may be left out by a slip of the pen.
 */
export function shellBlocks(page: string, text: string): readonly GuideBlock[] {
  const blocks: GuideBlock[] = [];
  const lines = text.split('\n');
  let mark: { readonly text: string; readonly line: number } | null = null;
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i]!;
    const at = `${page}:${i + 1}`;
    const language = /^```(.*)$/.exec(line)?.[1];
    if (language === undefined) {
      if (mark !== null && line !== '') throw new Error(`${page}:${mark.line}: no block follows this mark`);
      if (/^<!--\s*run/.test(line)) mark = { text: marked(line, at), line: i + 1 };
      continue;
    }
    const end = lines.indexOf('```', i + 1);
    if (end === -1) throw new Error(`${at}: the block has no end`);
    const code = lines.slice(i + 1, end).join('\n');
    if (SHELLS.includes(language)) blocks.push(blockOf({ at, code }, mark?.text ?? ''));
    else if (!OTHERS.includes(language) || mark !== null)
      throw new Error(`${at}: a block in ${language || 'no language'} is not run`);
    mark = null;
    i = end;
  }
  if (mark !== null) throw new Error(`${page}:${mark.line}: no block follows this mark`);
  return blocks;
}

function marked(line: string, at: string): string {
  const text = MARK.exec(line)?.[1];
  if (text === undefined) throw new Error(`${at}: not a mark: ${line}`);
  return text;
}

function blockOf({ at, code }: Pick<GuideBlock, 'at' | 'code'>, mark: string): GuideBlock {
  let block: GuideBlock = {
    ...{ at, code, situation: null, still: null, exitCode: 0, shows: [], ctrlCAfter: null },
    ...{ staysOpen: null, needsNetwork: false, check: null },
  };
  for (const part of mark.split('; ').filter(Boolean)) block = { ...block, ...meaningOf(part, block) };
  if (block.staysOpen?.keys === '') throw new Error(`${at}: what stays open needs keys that end it`);
  return block;
}

function meaningOf(part: string, block: GuideBlock): Partial<GuideBlock> {
  const [key = '', value = ''] = part.split(/: (.*)/s);
  switch (key) {
    case 'in':
      return { situation: value };
    case 'still':
      return { still: value };
    case 'exit':
      return { exitCode: Number(value) };
    case 'shows':
      return { shows: [...block.shows, value] };
    case 'ctrl-c after':
      return { ctrlCAfter: value };
    case 'stays-open':
      return { staysOpen: { keys: '' } };
    case 'keys':
      return { staysOpen: { keys: value } };
    case 'network':
      return { needsNetwork: true };
    case 'check':
      return { check: value };
    default:
      throw new Error(`${block.at}: the mark has no ${key}`);
  }
}
