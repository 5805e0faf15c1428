import { EXIT, type ExitCode } from '../../model/status.ts';
import { type MonitorEnd, runMonitor } from '../../tui/app.ts';
import { makeLook } from '../../tui/look.ts';
import { lookOnce } from '../../tui/once.ts';
import { assertNever } from '../../util/assert.ts';
import type { Call } from '../command.ts';
import { locateHistory } from '../fleet-history.ts';
import { openFleetWatch } from '../fleet-watch.ts';
import { complain, isUnicode, outputMode, wantsColour } from '../look.ts';
import { type MonitorSource, missingRun, monitorSources } from '../monitor-deps.ts';
import type { MONITOR_FLAGS } from '../options/monitor.ts';
import { loadRequest } from '../options/request.ts';
import { processTerminal } from '../terminal.ts';

type MonitorCall = Call<typeof MONITOR_FLAGS>;

const PLAIN_COLUMNS = 80;
/** Between the two looks that the use of CPU is told from. */
const ONCE_MS = 1000;

/** `slipway monitor` */
export async function runMonitorCommand(call: MonitorCall): Promise<ExitCode> {
  const { values, world } = call;
  const place = await locateHistory(values, world);
  if (!place.ok) {
    complain(world, place.error, values);
    return EXIT.couldNotStart;
  }
  const missing = await missingRun(place.value.root, values.run);
  if (missing) {
    complain(world, [missing], values);
    return EXIT.couldNotStart;
  }
  const source: MonitorSource = {
    place: place.value,
    fleet: openFleetWatch(loadRequest(values, world.cwd), world),
    run: values.run,
    everyMs: values.refresh ?? place.value.settings.monitoring.refreshIntervalMs,
  };
  if (values.once) return showOnce(call, source);
  if (outputMode(values, world) === 'tty' && world.out.isTty && world.input.isTTY) return showLive(call, source);
  const exitCode = await showOnce(call, source);
  world.err.write('This was one look: on a terminal that can draw, slipway monitor goes on by itself\n');
  return exitCode;
}

function lookOf({ values, world }: MonitorCall) {
  const colour = wantsColour(world.out, world.env, values) ? 'on' : 'off';
  return makeLook({ colour, glyphs: isUnicode(world.env) ? 'unicode' : 'ascii' });
}

async function showLive(call: MonitorCall, source: MonitorSource): Promise<ExitCode> {
  const { world } = call;
  const deps = { ...monitorSources(source, world), terminal: processTerminal(world), look: lookOf(call) };
  return exitCodeOf(await runMonitor(deps));
}

async function showOnce(call: MonitorCall, source: MonitorSource): Promise<ExitCode> {
  const { values, world } = call;
  const columns = world.out.size().columns || PLAIN_COLUMNS;
  const { text, problems } = await lookOnce(monitorSources({ ...source, everyMs: ONCE_MS }, world), {
    columns,
    look: lookOf(call),
  });
  if (values.output !== 'quiet') world.out.write(text);
  complain(world, problems, values);
  return problems.length > 0 ? EXIT.couldNotStart : EXIT.done;
}

function exitCodeOf(end: MonitorEnd): ExitCode {
  switch (end) {
    case 'quit':
      return EXIT.done;
    case 'SIGINT':
      return EXIT.interrupted;
    case 'SIGTERM':
    case 'SIGHUP':
      return EXIT.terminated;
    default:
      return assertNever(end);
  }
}
