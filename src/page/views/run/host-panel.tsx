import type { FleetSample } from '../../../model/usage.ts';
import { counted, humanBytes } from '../../../util/human.ts';
import { printable } from '../../../util/printable.ts';
import { Panel } from './panel.tsx';

/** What the fleet's containers use of the engine's host. */
export function HostPanel({ sample }: { readonly sample: FleetSample | null }) {
  if (sample === null) return null;
  const { host, problem } = sample;
  return (
    <Panel
      title="Host"
      note={host === null ? undefined : `${counted(host.containers, 'container')}, ${counted(host.cpus, 'core')}`}
    >
      {problem !== null && <p class="warn-text">{printable(problem)}</p>}
      {host !== null && (
        <dl class="meters">
          <Meter name="CPU" share={(host.cpuPercent ?? 0) / (100 * host.cpus)} text={cpuText(host.cpuPercent)} />
          <Meter
            name="Memory"
            share={host.usedBytes / host.memoryBytes}
            text={`${humanBytes(host.usedBytes)} of ${humanBytes(host.memoryBytes)}`}
          />
        </dl>
      )}
    </Panel>
  );
}

function cpuText(percent: number | null): string {
  return percent === null ? 'not known yet' : `${(percent / 100).toFixed(percent < 995 ? 1 : 0)} cores`;
}

function Meter({ name, share, text }: { readonly name: string; readonly share: number; readonly text: string }) {
  const percent = Math.round(Math.min(1, share) * 100);
  return (
    <div>
      <dt>{name}</dt>
      <dd class="figures">{text}</dd>
      <dd class="bar-place">
        <div
          class={`meter ${percent > 90 ? 'high' : ''}`}
          role="meter"
          aria-label={name}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={percent}
          aria-valuetext={text}
        >
          <i style={`width: ${percent}%`} />
        </div>
      </dd>
    </div>
  );
}
