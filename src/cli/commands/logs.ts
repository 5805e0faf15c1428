import { err } from '../../model/result.ts';
import { EXIT, type ExitCode } from '../../model/status.ts';
import type { Call } from '../command.ts';
import { printContainerLogs } from '../container-logs.ts';
import { findLog } from '../find-log.ts';
import { locateHistory } from '../fleet-history.ts';
import { openFleetWatch } from '../fleet-watch.ts';
import { printFile } from '../follow-file.ts';
import { complain } from '../look.ts';
import { logContradictions } from '../options/combinations.ts';
import { loadRequest } from '../options/request.ts';
import type { LOGS_FLAGS } from '../options/views.ts';

/** As many as the option's text says. */
const DEFAULT_TAIL_LINES = 200;

type LogsCall = Call<typeof LOGS_FLAGS>;

/** `slipway logs` */
export async function runLogs(call: LogsCall): Promise<ExitCode> {
  const { values, world } = call;
  const misuse = logContradictions(values);
  complain(world, misuse, values);
  if (misuse.length > 0) return EXIT.couldNotStart;
  return values.container ? showContainers(call) : showFile(call);
}

async function showContainers({ args, values, world }: LogsCall): Promise<ExitCode> {
  const watch = openFleetWatch(loadRequest({ ...values, envFile: [], profile: [] }, world.cwd), world);
  const mode = values.follow ? 'follow' : 'once';
  const request = { service: args[0]!, tailLines: values.tail ?? DEFAULT_TAIL_LINES, mode } as const;
  const printed = await printContainerLogs(request, watch, world);
  if (printed.ok) return EXIT.done;
  complain(world, [printed.error], values);
  return EXIT.couldNotStart;
}

async function showFile(call: LogsCall): Promise<ExitCode> {
  const { values, world } = call;
  const place = await locateHistory(values, world);
  const found = place.ok ? await findLog(call, place.value) : err(place.error);
  if (!found.ok) {
    complain(world, found.error, values);
    return EXIT.couldNotStart;
  }
  await printFile(found.value.path, world, values.follow ? found.value.isOver : null);
  return EXIT.done;
}
