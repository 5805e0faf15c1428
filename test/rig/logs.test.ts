import { expect, test } from 'vitest';
import { slipway } from '../support/cli.ts';
import { folderWith } from '../support/folder.ts';
import { WrittenRun } from '../support/journal-writer.ts';

function runOf(...services: readonly string[]): WrittenRun {
  const made = services.map((service) => ({ service, category: 'core' }));
  return new WrittenRun(folderWith(), made, Date.UTC(2026, 1, 4, 14));
}

test('a log of a run is printed to its last byte, or only its last lines', async () => {
  const run = runOf('web');
  const long = Array.from({ length: 30_000 }, (_, i) => `line ${i} of the build`);
  run.log('web', `${long.join('\n')}\nand half a line, as a crash leaves it`);
  const cwd = run.root;
  expect((await slipway(['logs', 'web'], { cwd })).stdout).toBe(`${long.join('\n')}\nand half a line, as a crash leaves it`);
  expect((await slipway(['logs', 'web', '--tail', '2'], { cwd })).stdout).toBe(
    `${long.at(-1)}\nand half a line, as a crash leaves it`,
  );
  expect((await slipway(['logs', 'web', '-n', '20000'], { cwd })).stdout.split('\n')).toHaveLength(20_000);
  expect((await slipway(['logs', 'web', '-f', '-n', '1'], { cwd })).stdout).toBe('and half a line, as a crash leaves it');
  run.log('web', 'tests\nend\n', 'test');
  expect((await slipway(['logs', 'web', '--test', '--tail', '1', '--run', run.run], { cwd })).stdout).toBe('end\n');
  expect((await slipway(['logs', 'web', '--test', '--tail', '100'], { cwd })).stdout).toBe('tests\nend\n');
});

test('in a fleet of several projects the bare name of a service will do when only one has it', async () => {
  const run = runOf('web/ui', 'web/api', 'core/api');
  run.log('web/ui', 'built\n');
  const cwd = run.root;
  expect(await slipway(['logs', 'ui'], { cwd })).toMatchObject({ code: 0, stdout: 'built\n' });
  expect(await slipway(['logs', 'web/ui'], { cwd })).toMatchObject({ code: 0, stdout: 'built\n' });
  expect(await slipway(['logs', 'api'], { cwd })).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('web/api'),
  });
});
