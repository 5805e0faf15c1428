import { err, ok } from '../../model/result.ts';
import { EXIT, type ExitCode } from '../../model/status.ts';
import type { Call } from '../command.ts';
import { printContainerLogs } from '../container-logs.ts';
import { findLog, startOfRun } from '../find-log.ts';
import { locateHistory } from '../fleet-history.ts';
import { openFleetWatch } from '../fleet-watch.ts';
import { printFile } from '../follow-file.ts';
import { complain } from '../look.ts';
import { logContradictions } from '../options/combinations.ts';
import { loadRequest } from '../options/request.ts';
import { MAX_LINES } from '../options/values.ts';
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
  const since = values.run === null ? ok(null) : await startOfRun(values.run, values, world);
  if (!since.ok) {
    complain(world, since.error, values);
    return EXIT.couldNotStart;
  }
  const watch = openFleetWatch(loadRequest({ ...values, envFile: [], profile: [] }, world.cwd), world);
  const mode = values.follow ? 'follow' : 'once';
  const tailLines = values.tail ?? (values.run === null ? DEFAULT_TAIL_LINES : MAX_LINES);
  const request = { service: args[0]!, tailLines, mode, since: since.value } as const;
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
  const printed = { path: found.value.path, tailLines: values.tail };
  await printFile(printed, world, values.follow ? found.value.isOver : null);
  return EXIT.done;
}
