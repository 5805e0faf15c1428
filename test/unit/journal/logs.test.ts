import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openRunLogs, runLogPath, serviceLogPath } from '../../../src/journal/logs.ts';
import { createRedactor } from '../../../src/journal/redact.ts';
import { nodeDisk } from '../../../src/util/node-disk.ts';
import { RUN, scratchFolder } from '../../support/journal.ts';

async function logs(services: readonly string[]) {
  const root = await scratchFolder();
  const place = { directory: join(root, 'logs', 'phase1_builds'), phase: 'phase1', run: RUN };
  const init = {
    services,
    redactor: createRedactor([], ['hunter22']),
    onProblem: (p: unknown) => expect.unreachable(JSON.stringify(p)),
  };
  const read = (path: string) => readFile(join(root, 'logs', path), 'utf8');
  return { root, place, read, logs: openRunLogs(nodeDisk, place, init) };
}

test('logs are where the contract says, complete, private and without secrets', async () => {
  const { logs: l, read, root } = await logs(['api']);
  l.build('api', 'step 1\nlogin hun');
  l.test('api', 'passed\n');
  l.build('api', 'ter22\nlast line without end');
  l.note('run began\n');
  await l.close();
  expect(await read(`phase1_builds/${RUN}/api.log`)).toBe('step 1\nlogin ***\nlast line without end');
  expect(await read(`phase1_builds/${RUN}/api_test.log`)).toBe('passed\n');
  expect(await read(`phase1_batch_rebuild_${RUN}.log`)).toBe('run began\n');
  expect((await stat(join(root, 'logs', 'phase1_builds', RUN, 'api.log'))).mode & 0o777).toBe(0o600);
});

test('in a fleet of several projects a log lies in its project’s folder', async () => {
  const { logs: l, read } = await logs(['core/api', 'web/api']);
  l.build('core/api', 'core');
  l.build('web/api', 'web');
  await l.close();
  expect([await read(`phase1_builds/${RUN}/core/api.log`), await read(`phase1_builds/${RUN}/web/api.log`)]).toEqual([
    'core',
    'web',
  ]);
});

test('a finished log goes on when there is more, as after a retry', async () => {
  const { logs: l, read } = await logs(['api']);
  l.build('api', 'first\n');
  await l.finish('api');
  expect(await read(`phase1_builds/${RUN}/api.log`)).toBe('first\n');
  l.build('api', 'second\n');
  await l.close();
  expect(await read(`phase1_builds/${RUN}/api.log`)).toBe('first\nsecond\n');
});

test('no name leads out of the folder, and no two logs share a file', async () => {
  const services = ['..', '.', 'a', 'a_test', '../../etc/x', '/abs', '.hidden'];
  const { place, root, logs: l } = await logs(services);
  const paths = services.flatMap((service) =>
    (['build', 'test'] as const).map((kind) => serviceLogPath(place, { service, kind }, new Set(services))),
  );
  for (const path of paths) expect(path.startsWith(`${join(place.directory, RUN)}/`)).toBe(true);
  expect(new Set(paths).size).toBe(paths.length);
  for (const service of services) l.build(service, 'x');
  await l.close();
  expect(await readdir(root)).toEqual(['logs']);
  expect(runLogPath({ ...place, phase: '../x' })).toBe(join(root, 'logs', `_._x_batch_rebuild_${RUN}.log`));
});
