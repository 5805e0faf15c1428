import { describe, expect, test } from 'vitest';
import { whyNoInstall } from '../../../scripts/setup/apt.mjs';
import { judge } from '../../../scripts/setup/engine.mjs';
import { nodeProblem } from '../../../scripts/setup/set-up.mjs';

const ok = (stdout: string) => ({ code: 0, stdout, stderr: '' });
const good = {
  server: ok('26.1.5+dfsg1\n'),
  compose: ok('2.35.0\n'),
  help: ok('      --print   Print equivalent bake file\n'),
  buildx: ok('github.com/docker/buildx v0.17.0 abc\n'),
};

describe('judge', () => {
  test.each([
    ['the oldest that will do', {}, 'ready'],
    [
      "Debian's version numbers",
      { compose: ok('2.40.3-3'), buildx: ok('github.com/docker/buildx 0.29.1+ds1 0.29.1+ds1-4') },
      'ready',
    ],
    ['a newer major version', { compose: ok('v5.0.0') }, 'ready'],
    ['Compose just too old', { compose: ok('2.34.9') }, 'no-compose'],
    ['Compose without build --print', { help: ok('  --progress string') }, 'no-compose'],
    ['no Compose', { compose: { code: 1, stdout: '', stderr: 'unknown command: docker compose' } }, 'no-compose'],
    ['buildx just too old', { buildx: ok('github.com/docker/buildx v0.16.9 abc') }, 'no-buildx'],
    ['no docker command', { server: { code: 127, stdout: '', stderr: 'spawn docker ENOENT' } }, 'no-client'],
    ['no engine', { server: { code: 1, stdout: '', stderr: 'Cannot connect to the Docker daemon' } }, 'not-answering'],
    [
      'a refusing socket',
      { server: { code: 1, stdout: '', stderr: 'permission denied while trying to connect' } },
      'no-permission',
    ],
  ])('%s', (_, difference, state) => {
    expect(judge({ ...good, ...difference }).state).toBe(state);
  });

  test('tools come before the engine: they are what has to be installed', () => {
    const probes = { ...good, buildx: ok(''), server: { code: 1, stdout: '', stderr: 'Cannot connect' } };
    expect(judge(probes)).toEqual({ state: 'no-buildx', detail: 'buildx is missing' });
  });
});

describe('whyNoInstall', () => {
  const debian = (version?: string) => ({
    ID: 'debian',
    PRETTY_NAME: `Debian ${version}`,
    ...(version && { VERSION_ID: version }),
  });

  test.each([
    ['Debian 12', debian('12'), 0, null],
    ['Debian 13', debian('13'), 0, null],
    ['Debian testing, which has no number', debian(), 0, null],
    ['Debian 11', debian('11'), 0, /this is Debian 11/],
    ['Ubuntu', { ID: 'ubuntu', PRETTY_NAME: 'Ubuntu 24.04' }, 0, /this system is Ubuntu 24\.04/],
    ['an unknown system', {}, 0, /this system is \w+/],
    ['another user', debian('12'), 1000, /needs root/],
  ])('%s', (_, osRelease, uid, reason) => {
    const found = whyNoInstall({ osRelease, uid });
    if (reason === null) expect(found).toBeNull();
    else expect(found).toMatch(reason);
  });
});

test.each([
  ['20.19.0', true],
  ['24.0.0', true],
  ['20.18.3', false],
  ['18.20.4', false],
])('Node.js %s is new enough: %s', (version, enough) => {
  expect(nodeProblem(version) === null).toBe(enough);
});
