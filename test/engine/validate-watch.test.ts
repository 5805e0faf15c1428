import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Baseline } from '../../src/validate/baseline/baseline.ts';
import { bundle, cliEnv } from '../support/cli.ts';
import { BUSYBOX } from '../support/compose-project.ts';
import { docker } from '../support/engine-facts.ts';
import { eventually } from '../support/eventually.ts';
import { FleetFolder, freePort } from '../support/fleet-folder.ts';
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
    fleet.tiny(name, { version, port: ports[name], dockerfile: [CGI, `RUN sleep 2 && echo ${version}`] });
  await fleet.compose({
    steady: await built('steady'),
    slower: await built('slower'),
    lost: await built('lost'),
    noisy: { image: BUSYBOX, command: ['sleep', '600'], init: true, stop_grace_period: '0s', environment: { VERSION: version } },
    faller: { image: BUSYBOX, command: ['sleep', '600'], init: true, stop_grace_period: '0s', environment: { VERSION: version } },
  });
}

async function configure(watch: object = {}): Promise<void> {
  const answers = (name: keyof typeof ports) => ({ name, port: ports[name], health: '/cgi-bin/health' });
  const services = [answers('steady'), answers('slower'), answers('lost'), { name: 'noisy' }, { name: 'faller' }];
  await fleet.config({ categories: { kitchen: { services } }, validation: { watch } });
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

test('what is worse than before the rebuild is told as it goes, and whoever ends the window gets the verdict so far', async () => {
  const child = spawn(process.execPath, [bundle(), 'validate', '--watch', '10m', '--interval', '300ms'], {
    cwd: fleet.root,
    env: cliEnv(),
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const ended = new Promise((resolve) => child.on('close', (code) => resolve(code)));
  onTestFinished(() => void child.kill('SIGKILL'));
  await eventually('two quiet looks', () => (text.match(/no errors$/gm)?.length ?? 0) >= 2);
  await exec('slower', 'echo 0.9 > /delay');
  await exec('lost', 'rm /www/cgi-bin/health');
  await docker('restart', '-t', '0', container('faller'));
  await exec('noisy', 'for i in 1 2 3 4 5 6 7 8; do echo "ERROR: no $i" > /proc/1/fd/1; done');
  await eventually('trouble', () => / 8 errors {2}look at /.test(text));
  const looks = () => text.match(/^\d\d:\d\d:\d\d /gm)?.length ?? 0;
  const before = looks();
  await eventually('enough slow answers', () => looks() > before * 2 + 8);
  child.kill('SIGINT');
  expect(await ended).toBe(130);
  for (const [code, service] of [
    ['answers-slower', 'slower answers in '],
    ['answers-lost', 'lost answered '],
    ['errors-rose', 'noisy logged 8 errors in the window'],
    ['fell-in-window', 'faller was started again 1 time'],
    ['window-cut-short', 'You ended the window after '],
  ])
    expect(text).toMatch(new RegExp(`${code}\\n\\s+${service}`));
  expect(text).toContain('> (8 times) ERROR: no 1');
  expect(text).not.toContain('an old one');
  expect(text).toMatch(/^watched, ended early 5 services: /m);
  const table = text.slice(text.indexOf('watched, ended early'));
  expect(table).toMatch(/^. steady +(\d+)\/\1 +\d+ ms +\d+ ms +0 +0 +0$/m);
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
