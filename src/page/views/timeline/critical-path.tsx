import type { Timeline } from '../../../report/facts/timeline.ts';
import { counted, humanDuration } from '../../../util/human.ts';
import { useHref } from '../../parts/context.ts';

/** The steps that the run could not have been shorter than, in words. */
export function CriticalPath({ timeline: { rows, criticalPath } }: { readonly timeline: Timeline }) {
  const href = useHref();
  if (criticalPath.length === 0) return null;
  const bars = new Map(rows.flatMap(({ service, bars }) => bars.map((bar) => [bar.step, { ...bar, service }] as const)));
  const path = criticalPath.flatMap((step) => bars.get(step) ?? []);
  const sumMs = path.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
  return (
    <details class="critical-path">
      <summary>
        Critical path: {counted(path.length, 'step')}, {humanDuration(sumMs)} of work
      </summary>
      <ol>
        {path.map(({ step, service, kind, startMs, endMs }) => (
          <li key={step}>
            <i class={`kind kind-${kind}`} />
            <a href={href({ kind: 'service', service })}>{service}</a> {kind}
            <span class="figures dim">{humanDuration(endMs - startMs)}</span>
          </li>
        ))}
      </ol>
    </details>
  );
}
