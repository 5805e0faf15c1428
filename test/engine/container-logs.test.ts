import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { bundle, cliEnv, slipway } from '../support/cli.ts';
import { BUSYBOX, composeProject } from '../support/compose-project.ts';
import { eventually } from '../support/eventually.ts';
import { WrittenRun } from '../support/journal-writer.ts';
import { slipwayIn } from '../support/terminal.ts';

/** The project's name is Compose's to say: the folder's, here with another one in the file. */
const yaml = (name: string, word: string) => `
name: ${name}
services:
  clock:
    image: ${BUSYBOX}
    init: true
    command: [sh, -c, 'for i in 1 2 3; do echo ${word} $$i; done; printf "\\033]0;title\\007\\n"; sleep 600']
    stop_grace_period: 0s
  pair: { image: ${BUSYBOX}, command: [echo, hello], scale: 2 }
`;

test('slipway logs --container prints what containers write, and follows a service across a replacement', async () => {
  const project = await composeProject('container-logs', 'services: {}');
  onTestFinished(() => project.remove());
  const cwd = project.folder;
  const up = async (word: string) => {
    await execa('docker', ['compose', '-f', '-', '--project-directory', cwd, 'up', '-d'], {
      cwd,
      input: yaml(project.name, word),
    });
    await execa('tee', ['docker-compose.yml'], { cwd, input: yaml(project.name, word) });
  };
  await up('before');
  const logs = (...args: readonly string[]) => slipway(['logs', ...args], { cwd });
  const whole = await eventually('the clock has written', async () => {
    const result = await logs('clock', '--container');
    return result.stdout.includes('before 3') && result;
  });
  // Not a terminal: what a container writes goes on as it is.
  expect(whole).toEqual({ code: 0, stdout: 'before 1\nbefore 2\nbefore 3\n\x1b]0;title\x07\n', stderr: '' });
  expect((await logs('clock', '--container', '--tail', '2')).stdout).toBe('before 3\n\x1b]0;title\x07\n');
  const pair = await logs('pair', '--container');
  expect(pair.stdout).toBe(`${project.name}-pair-1 | hello\n${project.name}-pair-2 | hello\n`);
  expect(await logs('clokc', '--container')).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean clock?') });
  expect(await logs('clock', '--container', '--test')).toMatchObject({ code: 2, stdout: '' });
  expect(await logs('clock', '--container', '--run', '1', '-f')).toMatchObject({ code: 2, stdout: '' });
  expect(await logs('clock', '--container', '--run', '1')).toMatchObject({ code: 2, stderr: expect.stringContaining('run 1') });

  const terminal = slipwayIn({ columns: 80, rows: 10 }, ['logs', 'clock', '--container'], { cwd });
  await terminal.ended;
  expect(terminal.screen()).toContain('·]0;title·');

  const following = spawn(process.execPath, [bundle(), 'logs', 'clock', '--container', '-f', '--tail', '2'], {
    cwd,
    env: cliEnv(),
  });
  let text = '';
  following.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const ended = new Promise((resolve) => following.on('close', (_, signal) => resolve(signal)));
  await eventually('its last line', () => text.startsWith('before 3\n'));
  await up('after');
  await eventually('lines of the container in its place', () => text.includes('after 3\n'));
  expect(text).toContain('after 1\nafter 2\nafter 3\n');
  following.kill('SIGINT');
  expect(await ended).toBe('SIGINT');
});

test('without an engine it says so', async () => {
  const project = await composeProject('no-container-logs', yaml('sw-no-container-logs', 'x'));
  onTestFinished(() => project.remove());
  const env = { DOCKER_HOST: `unix://${project.folder}/none.sock` };
  const result = await slipway(['logs', 'clock', '--container'], { cwd: project.folder, env });
  expect(result).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('no Docker engine answers') });
});

test('of a run, slipway logs --container prints what was written since it began', async () => {
  const project = await composeProject('container-logs-run', 'services: {}');
  onTestFinished(() => project.remove());
  const cwd = project.folder;
  await execa('tee', ['docker-compose.yml'], { cwd, input: yaml(project.name, 'word') });
  await execa('docker', ['compose', 'up', '-d'], { cwd });
  const written = await eventually('the clock has written', async () => {
    const { stdout } = await slipway(['logs', 'clock', '--container'], { cwd });
    return stdout.includes('word 3') && stdout;
  });
  const [earlier, later] = [new WrittenRun(cwd, [], Date.now() - 600_000), new WrittenRun(cwd, [], Date.now() + 600_000)];
  // It writes files of a project of its own beside its journal.
  await execa('tee', ['docker-compose.yml'], { cwd, input: yaml(project.name, 'word') });
  rmSync(join(cwd, 'compose.yaml'));
  rmSync(join(cwd, 'slipway.yaml'));
  const ofRun = (run: string) => slipway(['logs', 'clock', '--container', '--run', run], { cwd });
  expect(await ofRun(earlier.run)).toMatchObject({ code: 0, stdout: written });
  expect(await ofRun(later.run)).toMatchObject({ code: 0, stdout: '' });
});
