import { execa } from 'execa';
import { expect, test } from 'vitest';
import { bundle, slipway } from '../support/cli.ts';
import { folderWith } from '../support/folder.ts';

/** What a person takes for at once, of processor time. */
const AT_ONCE_MS = 200;
const TRIES = 3;

/** A fleet as large as any, as its operators write it. */
function fleetOf(count: number): string {
  const services = Array.from({ length: count }, (_, i) => `service-${i}`);
  const compose = services.map(
    (name, i) =>
      `  ${name}:\n    build:\n      context: .\n      dockerfile: services/${i}/Dockerfile\n    ports: ["${10_000 + i}:80"]\n    environment:\n      DATABASE_URL: postgres://db/${i}\n      LOG_LEVEL: \${LOG_LEVEL:-info}\n    depends_on: [service-0]\n    healthcheck:\n      test: [CMD, curl, -f, http://localhost]\n      interval: 30s\n`,
  );
  const config = services.map(
    (name, i) => `      - name: ${name}\n        stack: python\n        port: ${10_000 + i}\n        health: /health\n`,
  );
  return folderWith({
    'compose.yaml': `services:\n${compose.join('')}`,
    'slipway.yaml': `categories:\n  all:\n    services:\n${config.join('')}`,
  });
}

/** Processor time of a command and what it printed; unlike time on the wall it tells the same on a busy machine. */
async function measured(argv: readonly string[], cwd: string): Promise<{ readonly ms: number; readonly stdout: string }> {
  const { stdout } = await execa('sh', ['-c', '"$@"; times', 'sh', ...argv], { cwd, stdin: 'ignore' });
  const lines = stdout.split('\n');
  const [user = '', system = ''] = lines.at(-1)!.split(' ');
  return { ms: msOf(user) + msOf(system), stdout: lines.slice(0, -2).join('\n') };
}

/** `0m0.123s`, as `times` prints it (POSIX). */
function msOf(text: string): number {
  const [, minutes, seconds] = /^(\d+)m([\d.]+)s$/.exec(text)!;
  return Number(minutes) * 60_000 + Number(seconds) * 1000;
}

test('what completion asks for is there at once, for five hundred services and without Docker', async () => {
  const cwd = fleetOf(500);
  const argv = [process.execPath, bundle(), '__complete', '--', 'rebuild', 'service-4'];
  const times: number[] = [];
  for (let i = 0; i < TRIES; i += 1) {
    const { ms, stdout } = await measured(['env', '-u', 'PATH', ...argv], cwd);
    times.push(ms);
    expect(stdout.split('\n')).toEqual(expect.arrayContaining(['words', 'service-4\tall', 'service-499\tall']));
    expect(stdout.split('\n')).toHaveLength(112);
  }
  expect(Math.min(...times)).toBeLessThan(AT_ONCE_MS);
});

test.each([
  ['a configuration that is cut off', { 'slipway.yaml': 'categories:\n  a: {', 'compose.yaml': 'services:\n  web: {' }],
  ['no project', {}],
  ['files that are none', { 'slipway.yaml/x': '', 'compose.yaml/x': '', '.slipway/runs': 'a file' }],
])('never fails and says nothing else: %s', async (_, files) => {
  const cwd = folderWith(files);
  for (const words of [
    ['rebuild', ''],
    ['report', ''],
    ['--config', 'gone.yaml', 'logs', ''],
    ['logs', '--run', ''],
    ['nothing', '-'],
    [''],
  ]) {
    const { code, stdout, stderr } = await slipway(['__complete', '--', ...words], { cwd });
    expect({ code, stderr }, words.join(' ')).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^words\n/);
  }
});

test('another shell is refused with those that there are', async () => {
  const { code, stdout, stderr } = await slipway(['completion', 'tcsh'], { cwd: folderWith() });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('bash, zsh, fish');
});
