import type { Plan } from '../../../plan/types.ts';
import type { ServiceRow } from '../../../report/facts/service-row.ts';
import { useHref } from '../../parts/context.ts';
import { StatusMark } from '../../parts/status-mark.tsx';
import { Panel } from '../run/panel.tsx';

interface DependenciesProps {
  readonly service: string;
  readonly plan: Plan | null;
  readonly rows: readonly ServiceRow[];
}

/** What the service needs within this run, and what needs it. */
export function DependenciesPanel({ service, plan, rows }: DependenciesProps) {
  if (plan === null) return null;
  const needs = plan.services.find((one) => one.service === service)?.requires ?? [];
  const needed = plan.services.filter((one) => one.requires.includes(service)).map((one) => one.service);
  if (needs.length === 0 && needed.length === 0) return null;
  return (
    <Panel title="Dependencies">
      <Services title="Needs" services={needs} rows={rows} />
      <Services title="Is needed by" services={needed} rows={rows} />
    </Panel>
  );
}

function Services({ title, services, rows }: { title: string; services: readonly string[]; rows: readonly ServiceRow[] }) {
  const href = useHref();
  if (services.length === 0) return null;
  return (
    <div class="needs">
      <h3>{title}</h3>
      <ul>
        {services.map((service) => (
          <li key={service}>
            <a href={href({ kind: 'service', service })}>{service}</a>
            <StatusMark status={rows.find((row) => row.service === service)?.status ?? 'waiting'} />
          </li>
        ))}
      </ul>
    </div>
  );
}
