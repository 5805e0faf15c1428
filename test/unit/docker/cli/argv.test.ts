import { describe, expect, it } from 'vitest';
import {
  bakeArgv,
  composeArgv,
  configArgv,
  printBakeArgv,
  pullArgv,
  remoteDigestArgv,
  upArgv,
} from '../../../../src/docker/cli/argv.ts';

const project = {
  name: 'shop',
  directory: '/srv/shop',
  files: ['/srv/shop/compose.yml', '/srv/shop/extra.yml'],
  envFiles: ['/srv/shop/.env'],
  profiles: ['day'],
};
const compose = composeArgv(['docker', 'compose'], project, 'files');

describe('composeArgv', () => {
  it('names project, folder, files and env files, with all profiles on', () => {
    expect(compose.join(' ')).toBe(
      'docker compose --ansi=never --progress=plain -p shop --project-directory /srv/shop ' +
        '-f /srv/shop/compose.yml -f /srv/shop/extra.yml --env-file /srv/shop/.env --profile *',
    );
  });

  it('reads a stored model from stdin only', () => {
    expect(composeArgv(['/plugins/docker-compose'], project, 'stdin').join(' ')).toBe(
      '/plugins/docker-compose --ansi=never --progress=plain -p shop --project-directory /srv/shop -f - --profile *',
    );
  });

  it('puts an override on stdin after the files', () => {
    const argv = composeArgv(['docker', 'compose'], project, 'files-and-stdin');
    expect(argv.filter((_, at) => argv[at - 1] === '-f')).toEqual(['/srv/shop/compose.yml', '/srv/shop/extra.yml', '-']);
  });
});

describe('the commands', () => {
  const tail = (argv: readonly string[]) => argv.slice(compose.length).join(' ');

  it('renders', () => {
    expect(tail(configArgv(compose, 'rendered'))).toBe('config --format json');
    expect(tail(configArgv(compose, 'uninterpolated'))).toBe('config --format json --no-interpolate');
    expect(tail(printBakeArgv(compose))).toBe('build --print');
  });

  it('replaces one service and nothing else', () => {
    const up = 'up --detach --no-deps --no-build --pull never --no-color';
    expect(tail(upArgv(compose, { service: 'web', mode: 'converge', scale: null }))).toBe(`${up} web`);
    expect(tail(upArgv(compose, { service: 'web', mode: 'recreate', scale: 3 }))).toBe(
      `${up} --force-recreate --scale web=3 web`,
    );
    expect(tail(upArgv(compose, { service: 'web', mode: 'beside', scale: 2 }))).toBe(`${up} --no-recreate --scale web=2 web`);
  });

  it.each(['converge', 'recreate', 'beside'] as const)('never destroys with %s', (mode) => {
    const argv = upArgv(compose, { service: 'web', mode, scale: 2 });
    const forbidden = ['-y', '--yes', '-t', '--timeout', '-V', '--renew-anon-volumes', '--remove-orphans', '--build'];
    expect(argv.filter((word) => forbidden.includes(word))).toEqual([]);
  });

  it('builds from stdin', () => {
    expect(bakeArgv(['docker-buildx'], { target: 'a_b', builder: 'default', allow: ['network.host'] }).join(' ')).toBe(
      'docker-buildx bake -f - --progress=rawjson --builder default --allow=network.host a_b',
    );
  });

  it('pulls', () => {
    expect(remoteDigestArgv(['docker', 'buildx'], 'redis:7').join(' ')).toBe('docker buildx imagetools inspect redis:7');
    expect(pullArgv(['docker'], 'redis:7').join(' ')).toBe('docker pull redis:7');
  });
});
