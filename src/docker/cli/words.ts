import { stripVTControlCharacters } from 'node:util';

/** What a docker tool wrote on stderr: its warnings, and the rest as it stands without colours and log prefixes. */
export interface Said {
  readonly warnings: readonly string[];
  readonly lines: readonly string[];
}

/** Takes a tool's stderr apart; logrus lines (`time=… level=… msg="…"`) are reduced to their message. */
export function readWords(stderr: string): Said {
  const lines = stripVTControlCharacters(stderr)
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
  const logged = lines.map(logrus);
  return {
    warnings: unique(logged.filter((l) => l.level === 'warning').map((l) => l.message)),
    lines: logged.filter((l) => l.level !== 'warning').map((l) => l.message),
  };
}

/** The tool's own sentence about its failure: what it said besides warnings, or the fallback. */
export function failureSentence(stderr: string, fallback: string): string {
  return readWords(stderr).lines.join('\n') || fallback;
}

function logrus(line: string): { readonly level: string; readonly message: string } {
  const match = /^time="[^"]*" level=(\w+) msg=("(?:[^"\\]|\\.)*"|\S+)/.exec(line);
  if (!match) return /^WARNING: /.test(line) ? { level: 'warning', message: line.slice(9) } : { level: '', message: line };
  return { level: match[1]!, message: unquoted(match[2]!) };
}

/** Go quotes nearly as JSON does; what it does otherwise stays as written. */
function unquoted(text: string): string {
  if (!text.startsWith('"')) return text;
  try {
    return JSON.parse(text) as string;
  } catch {
    return text.slice(1, -1);
  }
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
