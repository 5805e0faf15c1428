import type { ServiceState } from '../../../journal/service-state.ts';
import type { HealthSample } from '../../../report/facts/samples.ts';
import { epochMsOf } from '../../../util/instant.ts';
import { printable } from '../../../util/printable.ts';
import { Icon } from '../../parts/icon.tsx';
import { clockTime } from '../../parts/times.ts';
import { Panel } from '../run/panel.tsx';

/** How its health was judged: the verdict, and the looks that it rests on, the newest first. */
export function HealthPanel({ state, samples }: { readonly state: ServiceState; readonly samples: readonly HealthSample[] }) {
  const verdict = verdictOf(state);
  return (
    <Panel title="Health" note={verdict ?? undefined}>
      {samples.length === 0 && <p class="empty">It has not been looked at in this run.</p>}
      <ol class="samples">
        {[...samples].reverse().map((sample, i) => (
          <li key={`${sample.at} ${samples.length - i}`} class={sample.good ? 'good-text' : 'bad-text'}>
            <time class="figures dim" dateTime={sample.at}>
              {clockTime(epochMsOf(sample.at))}
            </time>
            <Icon name={sample.good ? 'check' : 'cross'} />
            <span>
              <span class="unseen">{sample.good ? 'good: ' : 'bad: '}</span>
              {printable(sample.text)}
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

/** The verdict of the last verify step in words; the failure's own text says the rest of a bad one. */
function verdictOf({ steps, phase }: ServiceState): string | null {
  if (phase.kind === 'soaking') return 'healthy, watched on';
  const outcome = steps.find(({ kind }) => kind === 'verify')?.outcome;
  if (outcome?.status === 'done' && outcome.facts.kind === 'verify') return outcome.facts.verdict.kind;
  if (outcome?.status === 'failed' && outcome.failure.code === 'bad-verdict') return outcome.failure.verdict.kind;
  return null;
}
