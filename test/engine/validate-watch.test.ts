import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Baseline } from '../../src/validate/baseline/baseline.ts';
import { bundle, cliEnv } from '../support/cli.ts';
import { docker } from '../support/engine-facts.ts';
import { EngineProxy } from '../support/engine-proxy.ts';
import { eventually } from '../support/eventually.ts';
import { FleetFolder, freePort } from '../support/fleet-folder.ts';
import { folderWith } from '../support/folder.ts';
import { slipwayIn } from '../support/terminal.ts';
import { validated } from '../support/validated.ts';

/** Answers after as long as a file says. */
const CGI = String.raw`RUN mkdir -p /www/cgi-bin && printf '#!/bin/sh\nsleep $(cat /delay)\nprintf "Content-Type: text/plain\\r\\n\\r\\nok"\n' > /www/cgi-bin/health && chmod +x /www/cgi-bin/health && echo 0 > /delay`;

const fleet = new FleetFolder();
const ports = { steady: 0, slower: 0, lost: 0 };

const container = (service: string) => `${fleet.name}-${service}-1`;
const exec = (service: string, script: string) => docker('exec', container(service), 'sh', '-c', script);

async function writeFleet(version: string): Promise<void> {
  const built = (name: keyof typeof ports) =>
    fleet.tiny(name, { version, port: ports[name], dockerfile: [CGI, `RUN sleep 3 && echo ${version}`] });
  const sleeps = { image: await fleet.busybox(), command: ['sleep', '600'], init: true, stop_grace_period: '0s' };
  await fleet.compose({
    steady: await built('steady'),
    slower: await built('slower'),
    lost: await built('lost'),
    noisy: { ...sleeps, environment: { VERSION: version } },
    faller: { ...sleeps, environment: { VERSION: version } },
  });
}

/** A `slipway` that the test ends, with what it has printed so far. */
function startSlipway(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [bundle(), ...args], { cwd: fleet.root, env: cliEnv(env) });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = new Promise((resolve) => child.on('close', (code) => resolve(code)));
  return { process: child, ended, text: () => text };
}

/** How many lines of looks there are. */
function looksIn(text: string): number {
  return text.match(/^\d\d:\d\d:\d\d /gm)?.length ?? 0;
}

async function configure(watch: object = {}): Promise<void> {
  const answers = (name: keyof typeof ports) => ({ name, port: ports[name], health: '/cgi-bin/health' });
  const services = [answers('steady'), answers('slower'), answers('lost'), { name: 'noisy' }, { name: 'faller' }];
  // A busy machine makes everybody slower: what is meant here is slower by far.
  await fleet.config({ categories: { kitchen: { services } }, validation: { watch: { latency_factor: 8, ...watch } } });
}

const baselineFile = () => join(fleet.root, '.slipway/runs', fleet.runs().at(-1)!, 'baseline.json');

async function rebuild(version: string): Promise<void> {
  await writeFleet(version);
  const { exitCode, text } = await fleet.rebuild('--skip-tests');
  expect(exitCode, text).toBe(0);
}

beforeAll(async () => {
  for (const name of Object.keys(ports) as (keyof typeof ports)[]) ports[name] = await freePort();
  await configure();
  await rebuild('v1');
}, 120_000);
afterAll(() => fleet.remove(), 60_000);

test('a first rebuild has nothing to note, and watching says so', async () => {
  expect(() => statSync(baselineFile())).toThrow('ENOENT');
  const found = await validated(fleet, '--watch', '600ms', '--interval', '200ms');
  expect(found.codes).toEqual({ 'no-baseline': ['-'] });
  expect(found.exitCode).toBe(0);
  expect(found.window).toMatchObject({ ended: 'whole', wantedMs: 600, intervalMs: 200, blindLooks: 0 });
  expect(found.window!.looks).toBeGreaterThan(1);
});

test('a rebuild notes how its services do before it, in a file of its owner; watching compares with it and is quiet', async () => {
  await exec('noisy', 'echo "ERROR: an old one" > /proc/1/fd/1');
  await rebuild('v2');
  expect(statSync(baselineFile()).mode & 0o777).toBe(0o600);
  const baseline = JSON.parse(readFileSync(baselineFile(), 'utf8')) as Baseline;
  expect(Object.keys(baseline.services).sort()).toEqual(['faller', 'lost', 'noisy', 'slower', 'steady']);
  const { steady, noisy } = baseline.services;
  expect(steady!.answers!.good).toBeGreaterThan(0);
  expect(steady!.answers!.good).toBe(steady!.answers!.asked);
  expect(noisy).toMatchObject({ answers: null, logged: { errors: 1, crashes: 0 } });
  const found = await validated(fleet, '--watch', '2s', '--interval', '300ms');
  expect(found.codes).toEqual({});
  const watched = Object.fromEntries(found.window!.services.map((service) => [service.service, service]));
  expect(watched.steady!.before).toEqual({ answers: steady!.answers, logged: steady!.logged });
  expect(watched.steady!.answers!.asked).toBeGreaterThan(2);
  expect(watched.noisy!.answers).toBeNull();
});

test('a later run of another service leaves what was noted before the run that replaced it; a run in the window is said', async () => {
  const noted = JSON.parse(readFileSync(baselineFile(), 'utf8')) as Baseline;
  const child = startSlipway(['validate', '--watch', '10m', '--interval', '300ms']);
  await eventually('a look', () => looksIn(child.text()) > 0);
  const { exitCode, text } = await fleet.rebuild('noisy', '--force');
  expect(exitCode, text).toBe(0);
  child.process.kill('SIGINT');
  expect(await child.ended).toBe(130);
  expect(child.text()).toContain('run-in-window');
  expect(child.text()).not.toContain('fell-in-window');
  const found = await validated(fleet, '--watch', '600ms', '--interval', '200ms');
  expect(found.codes['no-baseline']).toBeUndefined();
  expect(found.window!.services.find(({ service }) => service === 'steady')?.before?.answers).toEqual(
    noted.services.steady!.answers,
  );
});

test('what is worse than before the rebuild is told as it goes, and whoever ends the window gets the verdict so far', async () => {
  const child = startSlipway(['validate', '--watch', '10m', '--interval', '300ms']);
  await eventually('two quiet looks', () => (child.text().match(/no errors$/gm)?.length ?? 0) >= 2);
  await exec('slower', 'echo 0.9 > /delay');
  await exec('lost', 'rm /www/cgi-bin/health');
  await docker('restart', '-t', '0', container('faller'));
  await exec('noisy', 'for i in $(seq 80); do echo "ERROR: no $i" > /proc/1/fd/1; done');
  await eventually('trouble', () => / 80 errors {2}look at /.test(child.text()));
  const before = looksIn(child.text());
  await eventually('enough slow answers', () => looksIn(child.text()) > before * 2 + 8);
  child.process.kill('SIGINT');
  expect(await child.ended).toBe(130);
  const text = child.text();
  for (const [code, service] of [
    ['answers-slower', 'slower answers in '],
    ['answers-lost', 'lost answered '],
    ['errors-rose', 'noisy logged 80 errors in the window'],
    ['fell-in-window', 'faller was started again 1 time'],
    ['window-cut-short', 'You ended the window after '],
  ])
    expect(text).toMatch(new RegExp(`${code}\\n\\s+${service}`));
  expect(text).toContain('> (80 times) ERROR: no 1');
  expect(text).not.toContain('an old one');
  expect(text).toMatch(/^watched, ended early 5 services: /m);
  const table = text.slice(text.indexOf('watched, ended early'));
  expect(table).toMatch(/^. steady +(\d+)\/\1 +\d+ ms +\d+ ms +0 +0 +0$/m);
});

test('an engine that goes away for a while is told, and a few errors are no rate', async () => {
  const folder = folderWith();
  const proxy = await EngineProxy.start(folder);
  const args = ['validate', 'noisy', '--watch', '10m', '--interval', '200ms'];
  const child = startSlipway(args, { DOCKER_HOST: proxy.host });
  await eventually('a look', () => looksIn(child.text()) > 0);
  await exec('noisy', 'echo "ERROR: just one" > /proc/1/fd/1');
  await eventually('the error', () => / 1 error {2}look at noisy/.test(child.text()));
  await proxy.close();
  const seen = looksIn(child.text());
  await eventually('looks without an engine', () => looksIn(child.text()) > seen + 2);
  const back = await EngineProxy.start(folder);
  onTestFinished(() => back.close());
  child.process.kill('SIGTERM');
  expect(await child.ended).toBe(143);
  expect(child.text()).toMatch(/warning {2}window-blind\n +The engine did not answer at \d+ of \d+ looks/);
  expect(child.text()).toMatch(/warning {2}errors-in-window\n +noisy logged 1 error in the window/);
});

test('on a terminal the table is redrawn in place, and the result stands where it was', async () => {
  await exec('slower', 'echo 0 > /delay');
  const terminal = slipwayIn({ columns: 80, rows: 24 }, ['validate', 'steady', '--watch', '3s', '--interval', '300ms'], {
    cwd: fleet.root,
  });
  await terminal.until('the table', ({ screen }) => screen().some((line) => line.startsWith('watching 1 service')));
  expect(terminal.cursorIsVisible()).toBe(false);
  await terminal.ended;
  expect(terminal.cursorIsVisible()).toBe(true);
  const lines = terminal.history();
  expect(lines.filter((line) => line.startsWith('watching'))).toEqual([]);
  expect(lines.filter((line) => line.startsWith('watched 1 service: '))).toHaveLength(1);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
});

test('a rebuild notes nothing when it is told so; an interval needs a window, and a name behind --watch is told from a duration', async () => {
  await configure({ baseline: false });
  await rebuild('v3');
  expect(() => statSync(baselineFile())).toThrow('ENOENT');
  expect(await fleet.slipway(['validate', '--interval', '1s'])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('--interval needs --watch'),
  });
  expect(await fleet.slipway(['validate', '--watch', 'steady'])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('--watch=10m steady'),
  });
});
