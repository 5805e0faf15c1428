import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { spawn as spawnInTerminal } from '@lydell/node-pty';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { findBrowser } from '../scripts/setup/test-tools.mjs';
import { table } from './lib/numbers.mjs';

const HELP = `Writes a busy run's journal and measures what shows it: the terminal dashboard, the web server and the page.

node bench/dashboards.mjs [--services 1000] [--events 100] [--seconds 60] [--json FILE]

It needs dist/slipway.mjs (npm run build) and Chromium (node scripts/setup.mjs --for chromium). First slipway monitor looks on alone in a
terminal of 120x40, then slipway serve with one page open, each for so many seconds. CPU is in percent of one core. Frames are those that the
browser draws (requestAnimationFrame; it draws 60 a second at most), on the list of all services.`;

const { values } = parseArgs({
  options: {
    services: { type: 'string', default: '1000' },
    events: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '60' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const WANTED = {
  'terminal, % of a core': '< 15',
  'page, frames a second': '>= 50',
  'server, peak MB': '< 120',
};
const SLIPWAY = fileURLToPath(new URL('../dist/slipway.mjs', import.meta.url));
/** Clock ticks a second in /proc (`getconf CLK_TCK`): 100 on every Linux that Docker runs on. */
const TICKS = 100;
const BROWSER_FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

async function main(folder) {
  const writer = join(folder, 'journal-traffic.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('journal-traffic.ts', import.meta.url))],
    outfile: writer,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  const figures = { ...(await measureTerminal(folder, writer)), ...(await measureServer(folder, writer)) };
  const rows = Object.entries(figures).map(([what, value]) => [what, String(value), WANTED[what] ?? '']);
  process.stdout.write(`${table([['', 'measured', 'wanted'], ...rows])}\n`);
  process.stdout.write(
    `\n${cpus()[0]?.model ?? 'CPU'}, ${availableParallelism()} cores, load ${loadavg()[0].toFixed(1)}, Node ${process.version}\n`,
  );
  if (values.json) await writeFile(values.json, `${JSON.stringify({ ...values, figures }, null, 2)}\n`);
}

/** Writes the journal of a run in a folder of its own; `over` resolves to the number of its events. */
async function startTraffic(folder, writer, name) {
  const root = join(folder, name);
  const child = spawn(process.execPath, [writer, root, values.services, values.events, values.seconds], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async () => (await lines.next()).value ?? '';
  if ((await line()) !== 'ready') throw new Error('the writer of the journal did not begin');
  return { root, over: line().then((text) => Number(text.replace('done ', ''))) };
}

async function measureTerminal(folder, writer) {
  const { root, over } = await startTraffic(folder, writer, 'terminal');
  const terminal = spawnInTerminal(process.execPath, [SLIPWAY, 'monitor'], {
    cols: 120,
    rows: 40,
    cwd: root,
    env: { ...process.env, TERM: 'xterm-256color', LANG: 'C.UTF-8' },
  });
  let bytes = 0;
  terminal.onData((data) => {
    bytes += data.length;
  });
  const ended = new Promise((resolve) => terminal.onExit(resolve));
  const startMs = performance.now();
  await over;
  const cpu = cpuSeconds(terminal.pid);
  const seconds = (performance.now() - startMs) / 1000;
  const peak = peakMegabytes(terminal.pid);
  terminal.write('q');
  await ended;
  return {
    'terminal, % of a core': round((cpu / seconds) * 100),
    'terminal, peak MB': round(peak),
    'terminal, kB a second': round(bytes / 1000 / seconds),
  };
}

async function measureServer(folder, writer) {
  const { root, over } = await startTraffic(folder, writer, 'server');
  const server = spawn(process.execPath, [SLIPWAY, 'serve', '--port', '0'], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  const startMs = performance.now();
  const browser = await chromium.launch({ executablePath: findBrowser(), args: BROWSER_FLAGS });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(await addressOf(server));
    await page.locator('[data-service]').first().waitFor();
    const frames = page.evaluate(countFrames, (Number(values.seconds) - (performance.now() - startMs) / 1000 - 1) * 1000);
    const events = await over;
    const { perSecond, slowest, longest } = await frames;
    const cpu = cpuSeconds(server.pid);
    const seconds = (performance.now() - startMs) / 1000;
    await page
      .locator('#event-count')
      .filter({ hasText: digits(events) })
      .waitFor();
    return {
      'page, frames a second': round(perSecond),
      'page, slowest second, frames': slowest,
      'page, longest frame, ms': round(longest),
      'server, peak MB': round(peakMegabytes(server.pid)),
      'server, % of a core': round((cpu / seconds) * 100),
      'events, on the page too': events,
    };
  } finally {
    await browser.close();
    server.kill('SIGTERM');
    await once(server, 'exit');
  }
}

/** A count as the page may write it, with or without marks between the thousands. */
function digits(count) {
  return new RegExp(String(count).split('').join('\\D?'));
}

/** Runs in the page: frames a second for so many milliseconds, those of the slowest whole second, and the longest gap. */
function countFrames(forMs) {
  return new Promise((resolve) => {
    const start = performance.now();
    let last = start;
    let frames = 0;
    let longest = 0;
    const bySecond = [];
    const tick = (now) => {
      frames += 1;
      longest = Math.max(longest, now - last);
      last = now;
      const second = Math.floor((now - start) / 1000);
      bySecond[second] = (bySecond[second] ?? 0) + 1;
      if (now - start < forMs) requestAnimationFrame(tick);
      else resolve({ perSecond: (frames / (now - start)) * 1000, slowest: Math.min(...bySecond.slice(0, -1)), longest });
    };
    requestAnimationFrame(tick);
  });
}

async function addressOf(server) {
  for await (const line of createInterface({ input: server.stdout })) {
    const address = /http:\/\/\S+/.exec(line)?.[0];
    if (address) return address;
  }
  throw new Error('the server said no address');
}

function cpuSeconds(pid) {
  // The name of the program, in parentheses, may hold anything.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

function peakMegabytes(pid) {
  return (Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024) / 1e6;
}

function round(value) {
  return Math.round(value * 10) / 10;
}

if (values.help) process.stdout.write(`${HELP}\n`);
else {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-'));
  try {
    await main(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
