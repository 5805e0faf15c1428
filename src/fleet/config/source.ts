import { LineCounter } from 'yaml';
import type { Diagnostic, Place, Severity } from '../../model/diagnostic.ts';
import { maskAddresses } from '../../util/mask-addresses.ts';
import { excerpt } from '../excerpt.ts';

/** A span of the text, in characters from its start. */
export type Span = readonly [start: number, end: number];

/** A problem or remark before it has a place. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly remedy?: string | undefined;
  /** Default `error`. */
  readonly severity?: Severity;
  readonly related?: readonly { readonly span: Span; readonly message: string }[];
}

/** A configuration's text, able to say where a span of it lies. */
export class Source {
  readonly text: string;
  readonly file: string;
  readonly lineCounter = new LineCounter();

  constructor(text: string, file: string | null) {
    this.text = text;
    this.file = file ?? 'configuration';
  }

  /** Only after the text was parsed: the parser is what counts the lines. */
  placeOf(span: Span): Required<Place> {
    const { line, col } = this.lineCounter.linePos(span[0]);
    return { file: this.file, line: Math.max(1, line), column: Math.max(1, col) };
  }

  /** The diagnostic for a problem at a span, with the excerpt as evidence. */
  diagnose(span: Span, problem: Problem): Diagnostic {
    const place = this.placeOf(span);
    const lineStart = span[0] - (place.column - 1);
    const lineEnd = (this.lineCounter.lineStarts[place.line] ?? this.text.length + 1) - 1;
    const mark = {
      lineText: maskAddresses(this.text.slice(lineStart, lineEnd)),
      line: place.line,
      column: place.column,
      length: Math.min(span[1], lineEnd) - span[0],
    };
    const related = problem.related?.map((r) => ({ ...this.placeOf(r.span), message: r.message }));
    return {
      code: problem.code,
      severity: problem.severity ?? 'error',
      message: maskAddresses(problem.message),
      ...place,
      evidence: excerpt(mark),
      ...(problem.remedy === undefined ? {} : { remedy: maskAddresses(problem.remedy) }),
      ...(related ? { related } : {}),
    };
  }
}
