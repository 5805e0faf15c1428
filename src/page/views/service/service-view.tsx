import { useMemo } from 'preact/hooks';
import { humanBytes } from '../../../util/human.ts';
import type { Snapshot } from '../../state/snapshot.ts';
import { ContainersPanel } from './containers-panel.tsx';
import { DependenciesPanel } from './dependencies-panel.tsx';
import { FailurePanel } from './failure-panel.tsx';
import { HealthPanel } from './health-panel.tsx';
import { ImagePanel } from './image-panel.tsx';
import { LogPanel } from './log-panel.tsx';
import { ServiceHead } from './service-head.tsx';
import { StepsPanel } from './steps-panel.tsx';
import { UsagePlot } from './usage-plot.tsx';

/** All that is known of one service in this run. */
export function ServiceView({ snapshot, service }: { readonly snapshot: Snapshot; readonly service: string }) {
  const { rows, state, plan, sample, run, live, nowMs, detailOf } = snapshot;
  const usage = useMemo(() => snapshot.usageOf(service), [sample, service]);
  const row = rows.find((one) => one.service === service);
  const told = state?.services.get(service);
  if (!row || !told || run === null) return <p class="empty">This run has nothing to do with a service {service}.</p>;
  const planned = plan?.services.find((one) => one.service === service);
  const containers = (sample?.containers ?? []).filter((container) => container.service === service);
  return (
    <div class="page-scroll service-view" data-scroll>
      <ServiceHead snapshot={snapshot} row={row} />
      {told.phase.kind === 'settled' && told.phase.failure !== null && <FailurePanel failure={told.phase.failure} />}
      <div class="service-parts">
        <div class="service-column">
          <StepsPanel state={told} planned={planned} live={live} nowMs={nowMs} />
          <ImagePanel row={row} />
          <DependenciesPanel service={service} plan={plan} rows={rows} />
        </div>
        <div class="service-column">
          <section class="panel" aria-label="Use of the machine">
            <h2>
              Use <span class="note">since this page was opened</span>
            </h2>
            <UsagePlot title="CPU" at={usage.at} values={usage.cpuPercent} text={percent} colour="--run-fill" />
            <UsagePlot title="Memory" at={usage.at} values={usage.memoryBytes} text={humanBytes} colour="--soak-fill" />
          </section>
          <ContainersPanel containers={containers} problem={sample?.problem ?? null} />
          <HealthPanel state={told} samples={detailOf(service).samples} />
        </div>
      </div>
      <LogPanel run={run} row={row} />
    </div>
  );
}

function percent(value: number): string {
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)}%`;
}
