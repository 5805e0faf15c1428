import { spawn } from 'node:child_process';

/**
 * Runs a command to its end and returns `{ code, stdout, stderr }`; a command that does not exist is code 127.
 * Never throws: what a failure means is for the caller to say. `timeoutMs` kills the child.
 */
export function run(argv, { cwd, env, timeoutMs } = {}) {
  return new Promise((resolve) => {
    const child = spawn(argv[0], argv.slice(1), {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // Not spawn's own time-out: that keeps this process waiting after a command that does not exist.
      signal: timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs),
      killSignal: 'SIGKILL',
    });
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      output.stderr += text;
    });
    child.on('error', (error) => resolve({ code: error.code === 'ENOENT' ? 127 : 126, ...output, stderr: error.message }));
    child.on('close', (code, signal) => resolve({ code: code ?? (signal ? 128 : 1), ...output }));
  });
}

/**
 * Runs a command on the terminal of this process and returns `{ code, interrupted }`. Ctrl-C reaches the child from the
 * terminal, so this process only takes note of it and waits for the child to end in its own way.
 */
export function runVisibly(argv, { cwd, env } = {}) {
  return new Promise((resolve) => {
    const child = spawn(argv[0], argv.slice(1), { cwd, env: { ...process.env, ...env }, stdio: 'inherit' });
    let interrupted = false;
    const onInterrupt = () => {
      interrupted = true;
    };
    const onTerminate = () => child.kill('SIGTERM');
    process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate);
    const end = (code) => {
      process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate);
      resolve({ code, interrupted });
    };
    child.on('error', () => end(127));
    child.on('close', (code, signal) => end(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}

/**
 * Runs `producer | consumer` without a shell and returns `{ code, stdout, stderr }`: the consumer's output,
 * the first non-zero code, and what both wrote on stderr.
 */
export async function pipe(producer, consumer) {
  const source = spawn(producer[0], producer.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] });
  const sink = spawn(consumer[0], consumer.slice(1), { stdio: ['pipe', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  for (const stream of [source.stderr, sink.stderr]) stream.setEncoding('utf8').on('data', (text) => (stderr += text));
  sink.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
  // A sink that dies early closes the pipe: its exit code tells why, EPIPE would only hide it.
  sink.stdin.on('error', () => source.kill());
  source.stdout.pipe(sink.stdin);
  const codes = await Promise.all([exitCode(source), exitCode(sink)]);
  return { code: codes.find((code) => code !== 0) ?? 0, stdout, stderr };
}

function exitCode(child) {
  return new Promise((resolve) => {
    child.on('error', () => resolve(127));
    child.on('close', (code) => resolve(code ?? 1));
  });
}
