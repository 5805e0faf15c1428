/** What a health check calls: a program alone, or a line that a shell reads. */
export interface HealthCommand {
  /** Null = no shell takes part. */
  readonly shell: string | null;
  /**
   * Programs by alternative: the check works when all of one alternative are there (`curl … || wget …`). Only what can be told for sure.
   */
  readonly alternatives: readonly (readonly string[])[];
}

/** The shell's own words, and what every image without a shell lacks as well. */
const SHELL_WORDS = new Set(
  'if then else elif fi for while until do done case esac in ! { } ( ) [ [[ test exit true false : echo printf cd kill read set export unset local return shift eval exec trap type command wait umask ulimit break continue source . time let declare'.split(
    ' ',
  ),
);
/** Alternatives that only say how the check ends. */
const ENDS = /^\s*(exit|false|true|:|kill|echo|printf)\b/;

/** Reads a health check as Compose renders it, `$$` for `$`; null = it is switched off or empty. `shell` = the image's own, if it has one. */
export function readHealthCommand(test: readonly string[], shell: string | null): HealthCommand | null {
  const [form, ...words] = test;
  if (form === undefined || form === 'NONE' || words.length === 0) return null;
  if (form === 'CMD') return { shell: null, alternatives: isCertain(words[0]!) ? [[words[0]!]] : [] };
  if (form !== 'CMD-SHELL') return null;
  return { shell: shell ?? '/bin/sh', alternatives: readLine(words.join(' ')) };
}

/** The programs that a line of shell calls. Quoted text is no program, but what is in `$(…)` is called too, wherever it stands. */
function readLine(line: string): readonly (readonly string[])[] {
  const called = [...line.matchAll(/\$\(([^()]*)\)|`([^`]*)`/g)].map(([, inner, ticked]) => inner ?? ticked ?? '');
  const inner = called.flatMap((text) => programsOf(withoutQuotes(text).split('||')[0]!));
  const bare = withoutQuotes(line.replaceAll('\\\n', ' ').replace(/\$*\$\([^()]*\)|`[^`]*`/g, ' _ '));
  const alternatives = bare.split('||').filter((part) => !ENDS.test(part));
  return alternatives.map((part) => [...new Set([...programsOf(part), ...inner])]).filter((names) => names.length > 0);
}

/** Quoted text is an argument, or a name that cannot be told from here. */
function withoutQuotes(text: string): string {
  return text.replace(/"(?:\\.|[^"\\])*"|'[^']*'/g, ' _ ');
}

function programsOf(text: string): string[] {
  return text.split(/&&|[;|&\n]/).flatMap(programOf);
}

/** The first word of a simple command behind assignments, keywords and brackets. */
function programOf(command: string): string[] {
  const words = command
    .replace(/^[\s(){!]+/, '')
    .split(/\s+/)
    .filter(Boolean);
  while (
    words[0] !== undefined &&
    (/^[A-Za-z_]\w*=/.test(words[0]) ||
      ['if', 'then', 'else', 'elif', 'while', 'until', 'do', 'exec', '!', '{'].includes(words[0]))
  ) {
    words.shift();
  }
  const [first] = words;
  return first !== undefined && isProgram(first) ? [first] : [];
}

function isProgram(word: string): boolean {
  return isCertain(word) && !SHELL_WORDS.has(word) && word !== '_';
}

/** A word that the shell would not change. */
function isCertain(word: string): boolean {
  return /^[\w./+-]+$/.test(word) && !/^\d*$/.test(word);
}
