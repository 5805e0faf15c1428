import { shortId } from '../../../model/ids.ts';
import type { WatchedContainer } from '../../../model/usage.ts';
import { counted } from '../../../util/human.ts';
import { epochMsOf } from '../../../util/instant.ts';
import { printable } from '../../../util/printable.ts';
import { dayTime } from '../../parts/times.ts';
import { Panel } from '../run/panel.tsx';

interface ContainersProps {
  readonly containers: readonly WatchedContainer[];
  readonly problem: string | null;
}

/** The service's containers as the engine has them now. */
export function ContainersPanel({ containers, problem }: ContainersProps) {
  return (
    <Panel title="Containers">
      {problem !== null && <p class="empty warn-text">{printable(problem)}</p>}
      {problem === null && containers.length === 0 && <p class="empty">The engine has none.</p>}
      <ul class="containers">
        {containers.map((container) => (
          <ContainerLine key={container.id} container={container} />
        ))}
      </ul>
    </Panel>
  );
}

function ContainerLine({ container }: { readonly container: WatchedContainer }) {
  const { id, name, state, health, restartCount, exitCode, image, startedAt } = container;
  const good = state === 'running' && health !== 'unhealthy';
  return (
    <li>
      <span class="name">{name}</span>
      <span class={good ? 'good-text' : 'bad-text'}>
        {state}
        {health !== 'none' && `, ${health}`}
        {state === 'exited' && ` with ${exitCode}`}
      </span>
      {restartCount > 0 && <span class="warn-text">{counted(restartCount, 'restart')}</span>}
      <span class="dim figures">
        <code>{shortId(id)}</code> of <code>{shortId(image)}</code>
        {startedAt !== null && `, since ${dayTime(epochMsOf(startedAt))}`}
      </span>
    </li>
  );
}
