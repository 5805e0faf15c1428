/** An instruction's text: continuation lines joined without comments, and all of it as written. */
export interface LogicalLine {
  readonly joined: string;
  readonly raw: string;
}

const DIRECTIVE = /^#\s*([A-Za-z][\w-]*)\s*=\s*(.+?)\s*$/;
const HEREDOC = /(?:^|\s)\d*<<-?(["']?)([A-Za-z_]\w*)\1(?=\s|$|[;|&>)])/g;

/** Splits a Dockerfile into instructions: parser directives, comments, continuations and heredocs as BuildKit reads them. */
export function logicalLines(text: string): {
  readonly directives: ReadonlyMap<string, string>;
  readonly lines: readonly LogicalLine[];
} {
  const physical = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const directives = readDirectives(physical);
  const continued = directives.get('escape') === '`' ? /`[ \t]*$/ : /\\[ \t]*$/;
  const lines: LogicalLine[] = [];
  for (let next = 0; next < physical.length; ) {
    const end = endOfInstruction(physical, next, continued);
    const code = physical.slice(next, end).filter((line) => !isSkipped(line));
    if (code.length > 0) {
      const joined = code.map((line) => line.replace(continued, '')).join('');
      const after = endOfHeredocs(physical, end, joined);
      lines.push({ joined, raw: [...code, ...physical.slice(end, after)].join('\n') });
      next = after;
    } else next = end;
  }
  return { directives, lines };
}

/** Directives stand at the top only; the first line that is none ends them. */
function readDirectives(lines: readonly string[]): Map<string, string> {
  const directives = new Map<string, string>();
  for (const line of lines) {
    const match = DIRECTIVE.exec(line);
    if (!match) break;
    directives.set(match[1]!.toLowerCase(), match[2]!);
  }
  return directives;
}

/** The index after the last line of the instruction that begins at `start`; comments and empty lines do not end it. */
function endOfInstruction(lines: readonly string[], start: number, continued: RegExp): number {
  let end = start;
  let open = true;
  while (open && end < lines.length) {
    const line = lines[end]!;
    if (isSkipped(line)) open = end > start;
    else open = continued.test(line);
    end++;
  }
  return end;
}

function isSkipped(line: string): boolean {
  return /^\s*(#|$)/.test(line);
}

/** The index after the heredocs that an instruction opens; one without an end is no heredoc. */
function endOfHeredocs(lines: readonly string[], start: number, joined: string): number {
  if (!/^\s*(ONBUILD\s+)?(RUN|COPY|ADD)\s/i.test(joined)) return start;
  let end = start;
  for (const [, , name] of joined.matchAll(HEREDOC)) {
    const closing = lines.findIndex((line, index) => index >= end && line.replace(/^\t+/, '') === name);
    if (closing < 0) break;
    end = closing + 1;
  }
  return end;
}
