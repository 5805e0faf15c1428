import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { childMark, endOrphans } from '../../../src/docker/orphans.ts';
import { isAlive } from '../../support/alive.ts';

/** A process with this environment that does not care about TERM when `trap` says so; ready once it has answered. */
async function child(env: Readonly<Record<string, string>>, trap = ''): Promise<ChildProcess> {
  const started = spawn('/bin/sh', ['-c', `${trap} echo ready; while :; do sleep 0.05; done`], {
    env: { PATH: process.env.PATH!, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void started.kill('SIGKILL'));
  await once(started.stdout!, 'data');
  return started;
}

/** The mark as a process that is gone would have made it: of this very process, but started at another time. */
function markOfTheDead(project: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(childMark(project)).map(([name, value]) => [name, value.replace(/ (\d+) (\d+) /, ' $1 1 ')]),
  );
}

const unused = () => `p-${randomBytes(4).toString('hex')}`;

test('a child whose Slipway is gone is ended, also one that ignores TERM, and its program is named', async () => {
  const project = unused();
  const willing = await child(markOfTheDead(project));
  const stubborn = await child(markOfTheDead(project), "trap '' TERM;");
  expect(await endOrphans([project])).toEqual(expect.arrayContaining(['sh', 'sh']));
  expect(isAlive(willing.pid!)).toBe(false);
  expect(isAlive(stubborn.pid!)).toBe(false);
});

test('children of a living Slipway, of another project and of nobody are left alone', async () => {
  const project = unused();
  const others = await Promise.all([child(childMark(project)), child(markOfTheDead(unused())), child({})]);
  expect(await endOrphans([project])).toEqual([]);
  expect(others.map((other) => isAlive(other.pid!))).toEqual([true, true, true]);
});

test('a mark made in another pid namespace says nothing here', async () => {
  const project = unused();
  const foreign = Object.fromEntries(
    Object.entries(markOfTheDead(project)).map(([name, value]) => [name, value.replace(/pid:\[\d+\]/, 'pid:[1]')]),
  );
  const other = await child(foreign);
  expect(await endOrphans([project])).toEqual([]);
  expect(isAlive(other.pid!)).toBe(true);
});
