import type { Failure } from '../../../model/failure.ts';
import { failureLog, failureText } from '../../../report/failure-text.ts';
import { printable } from '../../../util/printable.ts';
import { parseAnsi } from '../../parts/ansi.ts';

/** What went wrong, with the last that was printed before. */
export function FailurePanel({ failure }: { readonly failure: Failure }) {
  const lines = failureLog(failure);
  return (
    <section class="panel failure" aria-label="What went wrong">
      <h2 class="bad-text">{printable(failureText(failure))}</h2>
      {lines.length > 0 && (
        <pre class="excerpt">
          {lines.map((line, i) => (
            <span key={i}>
              {parseAnsi(line)
                .map(({ text }) => text)
                .join('')}
              {'\n'}
            </span>
          ))}
        </pre>
      )}
    </section>
  );
}
