import { holderText } from '../../journal/holder.ts';
import type { PhaseState } from '../../journal/phase-state.ts';
import { EXIT, type ExitCode, type ServiceStatus } from '../../model/status.ts';
import { renderStatus } from '../../report/status-text.ts';
import { readHostIdentity } from '../../util/host-identity.ts';
import type { Call } from '../command.ts';
import { locateHistory } from '../fleet-history.ts';
import { complain, paintFor } from '../look.ts';
import type { STATUS_FLAGS } from '../options/views.ts';
import { followingCommand } from '../output/last-words.ts';
import { loadPhaseHistory, type PhaseHistory } from '../phase-history.ts';

/** Lines that the screen needs for all but the services. */
const OTHER_ROWS = 9;

/** `slipway status` */
export async function runStatus({ values, world }: Call<typeof STATUS_FLAGS>): Promise<ExitCode> {
  const place = await locateHistory(values, world);
  if (!place.ok) {
    complain(world, place.error, values);
    return EXIT.couldNotStart;
  }
  const history = await loadPhaseHistory(place.value, await readHostIdentity(world.pid));
  complain(world, history.diagnostics, values);
  if (values.json || values.output === 'json') {
    world.out.write(`${JSON.stringify(statusDocument(history), null, 2)}\n`);
    return EXIT.done;
  }
  const { phase, runsOldestFirst, holder } = history;
  const input = {
    phase,
    runsOldestFirst,
    holder: holder && holderText(holder),
    nowMs: world.clock.now(),
    rows: Math.max(3, (world.out.size().rows || 24) - OTHER_ROWS),
    command: followingCommand(world, values),
  };
  if (values.output !== 'quiet') world.out.write(renderStatus(input, paintFor(world.out, world.env, values)));
  return EXIT.done;
}

/** The state for scripts; `services` is a list in the order of the configuration. */
function statusDocument({ phase, holder, runsOldestFirst }: PhaseHistory): object {
  const { services, ...head } = phase;
  const paused = phase.outcome === 'running' && runsOldestFirst.at(-1)?.paused === true;
  return { version: 1, ...head, paused, holder, counts: countStatuses(phase), services };
}

/** Every status has its number, so that a script need not tell none from zero. */
function countStatuses({ services }: PhaseState): Readonly<Record<ServiceStatus | 'total', number>> {
  const count = (status: ServiceStatus) => services.filter((service) => service.status === status).length;
  return {
    total: services.length,
    pending: count('pending'),
    running: count('running'),
    completed: count('completed'),
    failed: count('failed'),
    skipped: count('skipped'),
    'rolled-back': count('rolled-back'),
  };
}
