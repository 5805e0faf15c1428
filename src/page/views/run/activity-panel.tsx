import type { Event } from '../../../journal/events.ts';
import { eventLine } from '../../../report/event-line.ts';
import { epochMsOf } from '../../../util/instant.ts';
import { useHref } from '../../parts/context.ts';
import { memo } from '../../parts/memo.tsx';
import { clockTime } from '../../parts/times.ts';
import { Panel } from './panel.tsx';

/** What happened last, the newest first. */
export const ActivityPanel = memo(function ActivityPanel({ activity }: { readonly activity: readonly Event[] }) {
  const lines = [...activity].reverse().flatMap((event) => {
    const line = eventLine(event);
    return line === null ? [] : [{ event, line }];
  });
  return (
    <Panel title="Activity" name="activity-panel">
      <ol class="activity" tabIndex={0} aria-label="What happened, the newest first">
        {lines.map(({ event, line }) => (
          <ActivityLine key={event.seq} event={event} service={line.service} text={line.text} tone={line.tone} />
        ))}
      </ol>
      {lines.length === 0 && <p class="empty">Nothing has happened yet.</p>}
    </Panel>
  );
});

const ActivityLine = memo(function ActivityLine(line: { event: Event; service: string; text: string; tone: string }) {
  const { event, service, text, tone } = line;
  const href = useHref();
  return (
    <li>
      <time class="figures dim" dateTime={event.at}>
        {clockTime(epochMsOf(event.at))}
      </time>
      <span>
        {service !== '' && <a href={href({ kind: 'service', service })}>{service}</a>} <span class={`say-${tone}`}>{text}</span>
      </span>
    </li>
  );
});
