import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** How often the peak of a child's resident memory is read, milliseconds; the kernel keeps it, so only its last growth can be missed. */
const MEMORY_EVERY_MS = 20;

/** Clock ticks a second in /proc (`getconf CLK_TCK`): 100 on every Linux that Docker runs on. */
const TICKS = 100;

/** How long a program that is interrupted may take, milliseconds: Slipway finishes what it has begun. */
const GRACE_MS = 15_000;

let running = null;

/** Ends the program that runs and all that it started; its `run` then throws. */
export function interrupt() {
  const child = running;
  if (child === null) return;
  process.kill(-child.pid, 'SIGTERM');
  const timer = setTimeout(() => process.kill(-child.pid, 'SIGKILL'), GRACE_MS);
  child.once('close', () => clearTimeout(timer));
}

/**
 * Runs a program to its end, no other beside it. Gives its output, its wall time, the CPU time of it and all that it started, and the
 * peak of its own resident memory in MB (the last two null where there is no /proc). Throws with the end of its output when it fails.
 */
export async function run(argv, { cwd, env } = {}) {
  const started = performance.now();
  const cpuBefore = childrenCpuSeconds();
  const child = spawn(argv[0], argv.slice(1), {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  running = child;
  let peak = null;
  const watch = setInterval(() => {
    peak = peakMegabytes(child.pid) ?? peak;
  }, MEMORY_EVERY_MS);
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    child[name].on('data', (chunk) => {
      output[name] += chunk;
    });
  }
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).finally(() => {
    clearInterval(watch);
    running = null;
  });
  const seconds = (performance.now() - started) / 1000;
  const cpu = cpuBefore === null ? null : childrenCpuSeconds() - cpuBefore;
  if (code !== 0) {
    const end = `${output.stdout}\n${output.stderr}`.trim().split('\n').slice(-25).join('\n');
    throw new Error(`${argv.join(' ')} ended with ${code}:\n${end}`);
  }
  return { ...output, seconds, cpu, peak };
}

/** CPU time of all ended children and theirs; null where there is no /proc. */
function childrenCpuSeconds() {
  try {
    // The name of the program, in parentheses, may hold anything.
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1).split(' ');
    return (Number(fields[13]) + Number(fields[14])) / TICKS;
  } catch {
    return null;
  }
}

function peakMegabytes(pid) {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? null : (Number(kilobytes) * 1024) / 1e6;
  } catch {
    return null;
  }
}

/** First line of what a program prints, or why there is none. */
export async function firstLine(...argv) {
  try {
    return (await run(argv)).stdout.trim().split('\n')[0];
  } catch (error) {
    return `not known: ${error.message.split('\n')[0]}`;
  }
}
