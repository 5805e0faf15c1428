import type { ContainerInspectInfo } from 'dockerode';
import { err, ok, type Result } from '../../model/result.ts';
import { helperLabels, helperName, newSuffix } from '../labels.ts';
import type { StepFailure, StepIo, TestFacts, TestRequest } from '../port.ts';
import { EngineRefusal, problemOf } from '../problem.ts';
import type { EngineApi } from './client.ts';
import { discardContainer } from './containers.ts';
import { readOutput, TailLines } from './output.ts';
import { testContainer } from './test-container.ts';
import { readTestOutput } from './test-output.ts';

/** A runner's summary is at the end of its output. */
const KEPT_LINES = 400;
const LAST_LINES = 20;

/**
 * Runs a test command in a container of its own, made from the image id, and streams what it writes. The container is gone afterwards,
 * however the call ends; a time-out and the signal kill it.
 */
export async function runTestContainer(
  api: EngineApi,
  request: TestRequest,
  io: StepIo,
): Promise<Result<TestFacts, StepFailure>> {
  if (io.signal.aborted) return err({ failure: { code: 'interrupted' }, transient: false });
  const name = helperName({ role: 'test', ...request }, newSuffix());
  try {
    await api.call({
      method: 'POST',
      path: '/containers/create',
      query: { name },
      body: testContainer(request, helperLabels({ role: 'test', ...request })),
    });
    return await startAndWait(api, { name, request, io });
  } catch (error) {
    return err({ failure: { code: 'engine-error', message: problemOf(error).message }, transient: false });
  } finally {
    await discardContainer(api, name);
  }
}

interface TestRun {
  readonly name: string;
  readonly request: TestRequest;
  readonly io: StepIo;
}

async function startAndWait(api: EngineApi, { name, request, io }: TestRun): Promise<Result<TestFacts, StepFailure>> {
  const tail = new TailLines(KEPT_LINES);
  const attach = { stream: true, stdout: true, stderr: true };
  const output = await api.stream({ method: 'POST', path: `/containers/${name}/attach`, query: attach });
  const written = readOutput(output, (text) => {
    tail.add(text);
    io.log(text);
    reportLine(io, text);
  });
  try {
    await api.call({ method: 'POST', path: `/containers/${name}/start` });
  } catch (error) {
    output.destroy();
    return neverStarted(error, request);
  }
  const end = await untilDone(api, { name, written, timeoutMs: request.timeoutMs, signal: io.signal });
  const lastLogLines = tail.lines.slice(-LAST_LINES);
  if (end === 'aborted') return err({ failure: { code: 'interrupted' }, transient: false });
  if (end === 'timeout')
    return err({ failure: { code: 'test-timeout', afterMs: request.timeoutMs, lastLogLines }, transient: false });
  const { State: state } = await api.call<ContainerInspectInfo>({ method: 'GET', path: `/containers/${name}/json` });
  if (state.OOMKilled && state.ExitCode !== 0) {
    return err({
      failure: { code: 'test-out-of-memory', limit: memoryText(request.memoryBytes), lastLogLines },
      transient: false,
    });
  }
  return ok({ exitCode: state.ExitCode, ...readTestOutput(tail.lines.join('\n'), state.ExitCode) });
}

interface Waiting {
  readonly name: string;
  readonly written: Promise<void>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Waits for the container's end, killing it when time is up or nobody wants it any more. */
async function untilDone(api: EngineApi, waiting: Waiting): Promise<'ended' | 'timeout' | 'aborted'> {
  const { name, written, timeoutMs, signal } = waiting;
  const ended = api
    .call({ method: 'POST', path: `/containers/${name}/wait`, timeoutMs: timeoutMs + 60_000 })
    .then(() => 'ended' as const);
  // Rejected by an engine that dies, maybe after something else has decided the wait.
  ended.catch(() => {});
  let end: 'ended' | 'timeout' | 'aborted';
  const stopper = new AbortController();
  try {
    end = await Promise.race([ended, after(timeoutMs, stopper.signal), aborted(signal, stopper.signal)]);
  } finally {
    stopper.abort();
  }
  if (end !== 'ended') {
    await api.call({ method: 'POST', path: `/containers/${name}/kill` }).catch(ignoreRefusal);
    await ended;
  }
  // What it wrote last may still be under way; a process that left the container behind may hold the stream open.
  await Promise.race([written, after(2000, AbortSignal.timeout(2000))]);
  return end;
}

function after(ms: number, stop: AbortSignal): Promise<'timeout'> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve('timeout'), ms);
    stop.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
}

function aborted(signal: AbortSignal, stop: AbortSignal): Promise<'aborted'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('aborted');
    signal.addEventListener('abort', () => resolve('aborted'), { once: true, signal: stop });
  });
}

/** A command that ended by itself just before cannot be killed: that is as well. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof EngineRefusal)) throw error;
}

/** Without an init process in the way the engine itself finds out that there is no such program. */
function neverStarted(error: unknown, request: TestRequest): Result<TestFacts, StepFailure> {
  if (
    error instanceof EngineRefusal &&
    /executable file not found|no such file or directory|permission denied/i.test(error.message)
  ) {
    return ok({ exitCode: 127, tests: null, missing: `${request.command[0]} is not in the image` });
  }
  throw error;
}

function memoryText(bytes: number | null): string {
  return bytes === null ? 'the memory of the engine' : `${Math.round(bytes / 2 ** 20)} MiB`;
}

function reportLine(io: StepIo, text: string): void {
  const line = text.trimEnd().split('\n').at(-1)?.trim();
  if (line) io.progress({ kind: 'test', line: line.slice(0, 200) });
}
