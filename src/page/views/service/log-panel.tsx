import { useMemo, useState } from 'preact/hooks';
import type { ServiceRow } from '../../../report/facts/service-row.ts';
import { plainText } from '../../parts/ansi.ts';
import { linesWith } from '../../state/log-lines.ts';
import { LogLinesView } from './log-lines-view.tsx';
import { type LogKind, type ShownLog, useLog } from './use-log.ts';

const KINDS: readonly { readonly kind: LogKind; readonly name: string }[] = [
  { kind: 'build', name: 'Build log' },
  { kind: 'test', name: 'Test log' },
  { kind: 'container', name: 'Container log' },
];

/** A service's logs, followed live, and searched in. */
export function LogPanel({ run, row }: { readonly run: string; readonly row: ServiceRow }) {
  const [kind, setKind] = useState<LogKind>(() => firstKind(row));
  return (
    <section class="panel log-panel" aria-label="Logs">
      <div class="tools">
        <div class="choice" role="tablist" aria-label="Which log">
          {KINDS.map((tab) => (
            <button
              key={tab.kind}
              type="button"
              role="tab"
              id={`tab-${tab.kind}`}
              aria-selected={kind === tab.kind}
              aria-controls="log"
              onClick={() => setKind(tab.kind)}
            >
              {tab.name}
            </button>
          ))}
        </div>
        <Log key={kind} run={run} service={row.service} kind={kind} />
      </div>
    </section>
  );
}

function Log({ run, service, kind }: { readonly run: string; readonly service: string; readonly kind: LogKind }) {
  const shown = useLog({ run, service, kind });
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const { lines, dropped } = shown.log;
  const found = useMemo(() => linesWith(lines, text, plainText), [lines, text]);
  const current = found.length === 0 ? null : found[at % found.length]!;
  const turn = (by: number) => setAt((before) => (before + by + found.length) % Math.max(1, found.length));
  return (
    <>
      <input
        type="search"
        placeholder="Search in the log  /"
        aria-label="Search in the log"
        autocomplete="off"
        spellcheck={false}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') turn(event.shiftKey ? -1 : 1);
        }}
      />
      {text !== '' && (
        <span class="figures dim" role="status">
          {found.length === 0 ? 'not found' : `${(at % found.length) + 1} of ${found.length}`}
        </span>
      )}
      <span class="dim shown" role="status">
        {stateText(shown)}
      </span>
      <div id="log" class="log-box" role="tabpanel" aria-labelledby={`tab-${kind}`}>
        {dropped && <p class="dim log-note">Earlier lines are not shown here: slipway logs {service}</p>}
        <LogLinesView lines={lines} search={text} current={current} />
      </div>
    </>
  );
}

function stateText({ state, problem, log }: ShownLog): string {
  if (problem !== null) return problem;
  if (state === 'asking') return 'asking …';
  if (log.lines.length === 0) return state === 'over' ? 'there is none' : 'nothing yet';
  return `${log.lines.length} lines${state === 'followed' ? ', followed' : ''}`;
}

/** The log that one comes for: of a failed test that one, of what was put in place and fell the container's. */
function firstKind({ failureCode, step }: ServiceRow): LogKind {
  if (step === 'test' || failureCode?.startsWith('test-')) return 'test';
  if (step === 'verify' || step === 'rollback' || failureCode === 'bad-verdict') return 'container';
  return 'build';
}
