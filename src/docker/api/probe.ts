import { get } from 'node:http';
import { connect } from 'node:net';
import type { Probe } from '../../fleet/types.ts';
import type { ContainerId } from '../../model/ids.ts';
import { assertNever } from '../../util/assert.ts';
import type { ProbeSample } from '../port.ts';
import { EngineRefusal } from '../problem.ts';
import type { EngineApi } from './client.ts';
import { readOutput, TailLines } from './output.ts';

/** Asks a service once whether it is well, within `timeoutMs`. Never throws but for a dead engine. */
export function probeOnce(api: EngineApi, probe: Probe, container: ContainerId, timeoutMs: number): Promise<ProbeSample> {
  switch (probe.kind) {
    case 'http':
      return probeHttp(probe, timeoutMs);
    case 'tcp':
      return probeTcp(probe, timeoutMs);
    case 'command':
      return probeCommand(api, { command: probe.command, container, timeoutMs });
    case 'none':
      return Promise.resolve({ good: false, answered: false, text: 'no probe is configured' });
    default:
      return assertNever(probe);
  }
}

/**
 * Any 2xx or 3xx is good, redirects are not followed and the body is not read. A time-out counts as no answer: the port's forwarder
 * accepts connections before the service listens.
 */
function probeHttp(probe: Extract<Probe, { kind: 'http' }>, timeoutMs: number): Promise<ProbeSample> {
  const what = `GET ${probe.path}`;
  return new Promise((resolve) => {
    const headers = { 'user-agent': 'slipway-probe', accept: '*/*' };
    const { host, port, path } = probe;
    const request = get({ host, port, path, headers, agent: false }, (response) => {
      const status = response.statusCode ?? 0;
      resolve({ good: status >= 200 && status < 400, answered: true, text: `${what}: ${status}` });
      finish();
    });
    const timer = setTimeout(() => {
      resolve({ good: false, answered: false, text: `${what}: no answer in ${timeoutMs} ms` });
      finish();
    }, timeoutMs);
    const finish = () => {
      clearTimeout(timer);
      request.destroy();
    };
    request.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      // HPE_*: something answered, but not in HTTP.
      resolve({ good: false, answered: error.code?.startsWith('HPE_') ?? false, text: `${what}: ${error.message}` });
    });
  });
}

/** A forwarder in front of a container that does not listen accepts and closes at once: a connection must live this long to count. */
const TCP_HOLD_MS = 150;

function probeTcp(probe: Extract<Probe, { kind: 'tcp' }>, timeoutMs: number): Promise<ProbeSample> {
  const what = `connect to port ${probe.port}`;
  return new Promise((resolve) => {
    const socket = connect({ host: probe.host, port: probe.port });
    const answer = (sample: ProbeSample) => {
      clearTimeout(timer);
      clearTimeout(hold);
      socket.destroy();
      resolve(sample);
    };
    const bad = (text: string) => answer({ good: false, answered: false, text: `${what}: ${text}` });
    const good = () => answer({ good: true, answered: true, text: `${what}: open` });
    const timer = setTimeout(() => bad(`no answer in ${timeoutMs} ms`), timeoutMs);
    let hold: NodeJS.Timeout | undefined;
    socket.on('connect', () => {
      hold = setTimeout(good, Math.min(TCP_HOLD_MS, timeoutMs / 2));
    });
    socket.on('data', good);
    socket.on('end', () => bad('closed at once'));
    socket.on('error', (error) => bad(error.message));
  });
}

interface CommandProbe {
  readonly command: readonly string[];
  readonly container: ContainerId;
  readonly timeoutMs: number;
}

/** Runs the command inside the container; exit 126 and 127 mean that it cannot be run at all. The engine cannot stop one that hangs. */
async function probeCommand(api: EngineApi, { command, container, timeoutMs }: CommandProbe): Promise<ProbeSample> {
  const what = command.join(' ').slice(0, 200);
  const tail = new TailLines(3, 200);
  const body = { AttachStdout: true, AttachStderr: true, Cmd: command };
  try {
    const { Id } = await api.call<{ Id: string }>({ method: 'POST', path: `/containers/${container}/exec`, body });
    const signal = AbortSignal.timeout(timeoutMs);
    const start = { method: 'POST', path: `/exec/${Id}/start`, body: { Detach: false, Tty: false }, signal } as const;
    await readOutput(await api.stream(start), (text) => tail.add(text));
    if (signal.aborted) return { good: false, answered: false, text: `${what}: not done in ${timeoutMs} ms` };
    const { ExitCode } = await api.call<{ ExitCode: number | null }>({ method: 'GET', path: `/exec/${Id}/json` });
    const answered = ExitCode !== null && ExitCode !== 126 && ExitCode !== 127;
    return { good: ExitCode === 0, answered, text: [`${what}: exit ${ExitCode}`, ...tail.lines].join('\n') };
  } catch (error) {
    if (error instanceof EngineRefusal) return { good: false, answered: false, text: `${what}: ${error.message}` };
    throw error;
  }
}
