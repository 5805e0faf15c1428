import type { ServiceRow } from '../../../report/facts/service-row.ts';
import { humanDuration } from '../../../util/human.ts';
import { printable } from '../../../util/printable.ts';
import { useHref } from '../../parts/context.ts';
import { Icon } from '../../parts/icon.tsx';
import { StatusMark } from '../../parts/status-mark.tsx';
import type { Snapshot } from '../../state/snapshot.ts';
import { ActionButton } from '../actions/run-actions.tsx';

/** Which service this is, how it stands, and why it is in the plan. */
export function ServiceHead({ snapshot: { run, live }, row }: { readonly snapshot: Snapshot; readonly row: ServiceRow }) {
  const href = useHref();
  const { service, status, category, risk, critical, wave, doing, sinceMs, detail, cause, durationMs, estimateMs } = row;
  return (
    <header class="service-head">
      <div class="service-title">
        <a class="back" href={href({ kind: 'services' })}>
          <Icon name="left" />
          All services
        </a>
        <h2>{service}</h2>
        <StatusMark status={status} />
        {sinceMs !== null && (
          <span class="figures">
            {doing} {humanDuration(sinceMs)}
          </span>
        )}
        {sinceMs !== null && <span class="clip dim">{printable(detail)}</span>}
        {!live && run !== null && (
          <span class="actions">
            <ActionButton action="rollback" icon="back" run={run} name="Roll back this service" services={[service]} />
          </span>
        )}
      </div>
      <dl class="facts">
        <Fact name="Category">
          {category} {risk !== '' && <span class={`risk risk-${risk}`}>{risk} risk</span>}
        </Fact>
        {critical && <Fact name="Critical">yes, it goes back when it fails</Fact>}
        <Fact name="Wave">{wave}</Fact>
        <Fact name="Took">{durationMs === null ? 'not begun' : humanDuration(durationMs)}</Fact>
        <Fact name="Usual">{estimateMs === null ? 'never seen before' : humanDuration(estimateMs)}</Fact>
        {row.downtimeMs !== null && <Fact name="Was down">{humanDuration(row.downtimeMs)}</Fact>}
        {cause !== '' && <Fact name="Why">{printable(cause)}</Fact>}
      </dl>
    </header>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="figures">{children}</dd>
    </div>
  );
}
