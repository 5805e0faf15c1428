import type { Diagnostic } from '../model/diagnostic.ts';
import { maskPasswords } from '../util/mask-passwords.ts';
import { excerpt } from './excerpt.ts';

/** Adds the excerpt to each diagnostic that has a place but no evidence yet; `texts` are the known files by path. */
export function withEvidence(diagnostics: readonly Diagnostic[], texts: ReadonlyMap<string, string>): Diagnostic[] {
  return diagnostics.map((diagnostic) => {
    const { file, line, column = 1, evidence } = diagnostic;
    const lineText = file === undefined || line === undefined ? undefined : texts.get(file)?.split('\n')[line - 1];
    if (evidence !== undefined || line === undefined || lineText === undefined) return diagnostic;
    const length = /^("[^"]*"|'[^']*'|[^\s:,\]}]+)/.exec(lineText.slice(column - 1))?.[0].length ?? 1;
    return { ...diagnostic, evidence: excerpt({ lineText: maskPasswords(lineText), line, column, length }) };
  });
}
