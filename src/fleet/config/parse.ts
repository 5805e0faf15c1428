import type { Document, YAMLError } from 'yaml';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { hasErrors } from '../../model/diagnostic.ts';
import { parseYamlDocument } from '../../util/bounded-yaml.ts';
import type { Located } from './located.ts';
import { readTree } from './read-tree.ts';
import { Source } from './source.ts';

const MAX_CHARACTERS = 1024 * 1024;
const MAX_SYNTAX_ERRORS = 20;
const TOO_DEEP = 'the file nests its values too deeply';

/** What parsing gives: the tree unless the text is no single YAML document, and every problem of its form. */
export interface Parsed {
  readonly source: Source;
  /** Null when nothing can be read from the text; the diagnostics say why. */
  readonly tree: Located | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads YAML 1.2 with merge keys. Hostile input (too long, too deep, alias bombs) is refused in linear time. */
export function parseConfig(text: string, file: string | null): Parsed {
  const source = new Source(text.startsWith('\ufeff') ? text.slice(1) : text, file);
  const refusal = refuse(source.text);
  if (refusal) return { source, tree: null, diagnostics: [{ ...refusal, severity: 'error', file: source.file }] };
  const document = compose(source);
  if (!document) return { source, tree: null, diagnostics: [tooDeep(source)] };
  const syntax = syntaxDiagnostics(source, document);
  if (hasErrors(syntax)) return { source, tree: null, diagnostics: syntax };
  const { tree, diagnostics } = readTree(document.contents, source);
  return { source, tree, diagnostics: [...syntax, ...diagnostics] };
}

function refuse(text: string): { code: string; message: string; remedy: string } | null {
  if (text.length > MAX_CHARACTERS) {
    const message = `the file is longer than 1 MiB (${text.length} characters); a configuration of 500 services takes 100 KiB`;
    return { code: 'file-too-large', message, remedy: 'check that this is the file you meant' };
  }
  if (text.includes('\0')) {
    return { code: 'not-text', message: 'the file is not UTF-8 text', remedy: 'save it as UTF-8' };
  }
  return null;
}

/** Duplicate keys are left to `readTree`, which names both places. */
function compose(source: Source): Document.Parsed | null {
  return parseYamlDocument(source.text, { lineCounter: source.lineCounter, uniqueKeys: false, logLevel: 'error' });
}

function tooDeep(source: Source): Diagnostic {
  return { code: 'too-deep', severity: 'error', message: TOO_DEEP, file: source.file };
}

function syntaxDiagnostics(source: Source, document: Document.Parsed): Diagnostic[] {
  const seen = new Set<number>();
  const found: Diagnostic[] = [];
  // One mistake makes the parser stumble several times on its line: the first report is the telling one.
  for (const problem of [...document.errors, ...document.warnings]) {
    const { line } = source.placeOf(problem.pos);
    if (seen.has(line)) continue;
    seen.add(line);
    if (found.length === MAX_SYNTAX_ERRORS) break;
    found.push(source.diagnose(problem.pos, describeSyntax(problem)));
  }
  return found;
}

function describeSyntax(problem: YAMLError) {
  const severity = problem.name === 'YAMLWarning' ? ('warning' as const) : ('error' as const);
  switch (problem.code) {
    case 'TAB_AS_INDENT':
      return { code: 'yaml-tab', severity, message: 'YAML cannot be indented with tabs', remedy: 'indent with spaces' };
    case 'RESOURCE_EXHAUSTION':
      return { code: 'too-deep', severity, message: TOO_DEEP };
    case 'MULTIPLE_DOCS': {
      const message = 'a second YAML document begins here; a configuration is one document';
      return { code: 'several-documents', severity, message, remedy: 'remove the line `---` and what does not belong here' };
    }
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'BAD_INDENT': {
      const remedy = 'check the indentation of this line and of the one before, and that text which holds `: ` is in quotes';
      return { code: 'yaml-syntax', severity, message: sentence(problem.message), remedy };
    }
    default:
      return { code: 'yaml-syntax', severity, message: sentence(problem.message) };
  }
}

function sentence(message: string): string {
  return (message.charAt(0).toLowerCase() + message.slice(1)).split('\n')[0]!.replace(/[.:]$/, '');
}
