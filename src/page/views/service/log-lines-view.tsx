import { useLayoutEffect, useRef } from 'preact/hooks';
import { parseAnsi, plainText } from '../../parts/ansi.ts';
import { memo } from '../../parts/memo.tsx';
import { bringIntoSight, useRowWindow } from '../../parts/row-window.ts';

const LINE_PX = 18;
/** So near to the end one reads along. */
const NEAR_PX = 30;

interface LinesProps {
  readonly lines: readonly string[];
  readonly search: string;
  /** The found line that is looked at. */
  readonly current: number | null;
}

/** The lines in sight, as texts and never as markup. Stays at the end while that is what is looked at. */
export function LogLinesView({ lines, search, current }: LinesProps) {
  const box = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const { from, to } = useRowWindow(list, lines.length, LINE_PX);
  useLayoutEffect(() => {
    if (atEnd.current && box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  }, [lines]);
  useLayoutEffect(() => {
    if (current === null || list.current === null) return;
    atEnd.current = false;
    bringIntoSight(list.current, current, LINE_PX);
  }, [current]);
  return (
    <section
      class="log"
      aria-label="Log"
      data-scroll
      tabIndex={0}
      ref={box}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        atEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_PX;
      }}
    >
      <div class="log-lines" ref={list} style={`height: ${lines.length * LINE_PX}px`}>
        <div class="log-sight" style={`transform: translateY(${from * LINE_PX}px)`}>
          {lines.slice(from, to).map((line, i) => (
            <LogLine
              key={from + i}
              line={line}
              number={from + i + 1}
              found={search !== '' && plainText(line).toLowerCase().includes(search.toLowerCase())}
              current={current === from + i}
            />
          ))}
        </div>
      </div>
    </section>
  );
}

interface LineProps {
  readonly line: string;
  readonly number: number;
  readonly found: boolean;
  readonly current: boolean;
}

const LogLine = memo(function LogLine({ line, number, found, current }: LineProps) {
  return (
    <div class={`log-line ${found ? 'found' : ''} ${current ? 'current' : ''}`}>
      <span class="log-number">{number}</span>
      {parseAnsi(line).map(({ text, style }, i) => (
        <span key={i} class={style}>
          {text}
        </span>
      ))}
    </div>
  );
});
