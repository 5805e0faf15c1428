import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Release } from '../../src/release/types.ts';
import { docker, imageOf, inspect } from '../support/engine-facts.ts';
import { answerOf, type FleetFolder, fleetFolder, freePort } from '../support/fleet-folder.ts';

const CHECKED = { test: ['CMD', 'wget', '-qO-', 'http://127.0.0.1/health'], interval: '500ms', retries: 2 };
const SECRETS = ['env-marker-one', 'secret-marker-two', 'build-marker-three', 'file-marker-four'];

/** Releases on disk, the oldest first. */
function releases(fleet: FleetFolder): Release[] {
  const folder = join(fleet.root, '.slipway/releases');
  const found = readdirSync(folder).map((id) => JSON.parse(readFileSync(join(folder, id, 'release.json'), 'utf8')) as Release);
  return found.sort((a, b) => (a.at < b.at ? -1 : 1));
}

function keepers(fleet: FleetFolder): Promise<string[]> {
  const format = '{{.Label "io.slipway.image"}} {{.State}}';
  const filters = ['--filter', 'label=io.slipway.role=keeper', '--filter', `label=io.slipway.project=${fleet.name}`];
  return docker('ps', '-a', ...filters, '--format', format).then((out) => out.split('\n').filter(Boolean).sort());
}

describe('a fleet that Compose made', () => {
  test('is adopted as it runs: what drifted from its files is said, and nothing of it is changed', async () => {
    const fleet = fleetFolder();
    const write = async (level: string) => {
      await fleet.write({ 'conf/app.conf': 'a=1\n' });
      await fleet.compose({
        app: await fleet.tiny('app', {
          compose: { environment: { LEVEL: level, OTHER: 'x' }, volumes: ['./conf/app.conf:/app.conf', './conf:/conf'] },
        }),
        plain: await fleet.tiny('plain'),
      });
    };
    await write('one');
    await fleet.config();
    await fleet.dockerCompose('up', '-d', '--build');
    const before = await fleet.containers();
    await write('two');

    const adopted = await fleet.slipway(['adopt']);
    expect(adopted.exitCode, adopted.text).toBe(0);
    expect(adopted.stdout).toMatch(/^Recorded 2 services as release adopted_\d{8}_\d{6}\n$/);
    expect(adopted.stderr).toMatch(/app.*environment \(LEVEL\)/s);
    expect(adopted.stderr).not.toMatch(/plain/);
    expect(await fleet.containers()).toEqual(before);
    const [release] = releases(fleet);
    expect(release).toMatchObject({
      version: 2,
      origin: 'adopted',
      services: {
        app: {
          image: await imageOf(before.app![0]!),
          healthy: true,
          configuration: 'container',
          files: { [join(fleet.root, 'conf/app.conf')]: 'fe3209d6d4f51935b391288a43df48d9ddece1a992597ae53387ca16611a9179' },
        },
        plain: { configuration: 'files', files: {} },
      },
    });
    expect(await keepers(fleet)).toHaveLength(2);

    const again = await fleet.slipway(['adopt', '--json']);
    expect(JSON.parse(again.stdout)).toMatchObject({ adopted: false, release: release!.release });
    expect(releases(fleet)).toHaveLength(1);
  });

  test('gets its own environment, port and volumes back when the first run ever fails', async () => {
    const fleet = fleetFolder();
    const ports = { old: await freePort(), next: await freePort() };
    const write = async (version: 'v1' | 'v2') => {
      const port = version === 'v1' ? ports.old : ports.next;
      await fleet.compose(
        {
          vital: await fleet.tiny('vital', {
            version,
            port,
            dockerfile: version === 'v2' ? ['RUN rm /www/health'] : [],
            compose: {
              healthcheck: CHECKED,
              environment: { LEVEL: `level of ${version}` },
              volumes: [`${version}:/data`, '/nameless'],
            },
          }),
        },
        // A network of which the definition changes is the other's way to break a rollback: Compose would make it anew.
        { volumes: { v1: {}, v2: {} }, networks: { default: { labels: { of: version } } } },
      );
      await fleet.config({ categories: { all: { services: [{ name: 'vital', critical: true }] } } });
    };
    await write('v1');
    await fleet.dockerCompose('up', '-d', '--build');
    const old = await fleet.container('vital');
    const image = await imageOf(old);
    await docker('exec', old, 'sh', '-c', 'echo kept > /data/word; echo kept too > /nameless/word');
    await write('v2');

    const run = await fleet.rebuild();
    expect(run.exitCode, run.text).toBe(1);
    expect(fleet.state().vital).toMatchObject({ status: 'rolled-back' });
    expect(run.text).toMatch(/does not run as its files say: .*environment \(LEVEL\)/);
    const back = await fleet.container('vital');
    expect(await imageOf(back)).toBe(image);
    expect(await docker('exec', back, 'env')).toContain('LEVEL=level of v1');
    expect(await docker('exec', back, 'cat', '/data/word', '/nameless/word')).toBe('kept\nkept too');
    expect(await answerOf(ports.old)).toBe('vital v1');
    expect(await inspect(back, '{{json .HostConfig.PortBindings}}')).not.toContain(String(ports.next));
    const [adopted, left] = releases(fleet);
    expect(adopted).toMatchObject({ origin: 'adopted', services: { vital: { image, configuration: 'container' } } });
    expect(left).toMatchObject({
      origin: 'run',
      services: { vital: { image, status: 'rolled-back', config: adopted!.services.vital!.config } },
    });
  });
});

test('a release holds nothing secret in the clear, and its variables come back with a rollback', async () => {
  const fleet = fleetFolder();
  const [inEnv, inSecret, inBuild, inFile] = SECRETS as [string, string, string, string];
  const write = async (version: 'v1' | 'v2') => {
    await fleet.write({ 'secret.txt': `${inFile}\n`, '.env': `FROM_ENV=${inSecret} of ${version}\n` });
    const build = await fleet.tiny('app', {
      version,
      dockerfile: ['ARG TOKEN', ...(version === 'v2' ? ['RUN rm /www/health'] : [])],
    });
    await fleet.compose(
      {
        app: {
          ...build,
          build: { context: './app', args: { TOKEN: inBuild } },
          healthcheck: CHECKED,
          environment: { DB_PASSWORD: `${inEnv} of ${version}` },
          secrets: ['from-env', 'from-file'],
        },
      },
      { secrets: { 'from-env': { environment: 'FROM_ENV' }, 'from-file': { file: './secret.txt' } } },
    );
    await fleet.config({ categories: { all: { services: [{ name: 'app', critical: true }] } } });
  };
  await write('v1');
  const first = await fleet.rebuild();
  expect(first.exitCode, first.text).toBe(0);
  await write('v2');
  const second = await fleet.rebuild();
  expect(second.exitCode, second.text).toBe(1);
  const container = await fleet.container('app');
  expect(await docker('exec', container, 'cat', '/run/secrets/from-env')).toBe(`${inSecret} of v1`);
  expect(await docker('exec', container, 'env')).toContain(`DB_PASSWORD=${inEnv} of v1`);

  const folder = join(fleet.root, '.slipway');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    statSync(join(folder, path)).isFile(),
  );
  expect(files.filter((path) => path.endsWith('model.enc')).length).toBeGreaterThan(1);
  for (const path of files) {
    for (const secret of SECRETS) expect(readFileSync(join(folder, path), 'latin1'), path).not.toContain(secret);
  }
  const [one, other] = releases(fleet);
  const compared = await fleet.slipway(['releases', one!.release, other!.release]);
  expect(compared.exitCode, compared.text).toBe(0);
  for (const secret of SECRETS) expect(compared.text).not.toContain(secret);
});

describe('releases', () => {
  test('are listed, shown, compared and cleaned; what is still needed is never removed', async () => {
    const fleet = fleetFolder();
    const write = async (version: string) => {
      await fleet.compose({
        app: await fleet.tiny('app', { version, compose: { environment: { LEVEL: version } } }),
        still: await fleet.tiny('still'),
      });
      await fleet.config({ rollback: { keep_releases: 2 } });
    };
    for (const version of ['v1', 'v2', 'v3']) {
      await write(version);
      const run = await fleet.rebuild();
      expect(run.exitCode, run.text).toBe(0);
    }
    const ids = releases(fleet).map(({ release }) => release);
    expect(ids).toHaveLength(3);
    const [first, , last] = ids as [string, string, string];

    const listed = JSON.parse((await fleet.slipway(['releases', '--json'])).stdout) as { releases: Record<string, unknown>[] };
    expect(listed.releases.map(({ release, kept }) => [release, kept])).toEqual(ids.toReversed().map((id, at) => [id, at < 2]));
    expect(listed.releases[0]).toMatchObject({ services: 2, healthy: 2, images: 2, keepers: 2 });
    const text = await fleet.slipway(['releases']);
    expect(text.stdout).toMatch(new RegExp(`${last}.*2 well +all there`));
    expect((await fleet.slipway(['releases', last])).stdout).toMatch(/app +[0-9a-f]{12} +well +from the files/);
    const compared = await fleet.slipway(['releases', first, last]);
    expect(compared.stdout).toMatch(/app +image [0-9a-f]{12} -> [0-9a-f]{12}\n +configuration: environment \(LEVEL\)/);
    expect(compared.stdout).not.toMatch(/still/);
    expect((await fleet.slipway(['releases', 'nothing'])).exitCode).toBe(2);

    const before = fleet.listing();
    const dry = await fleet.slipway(['clean', '--dry-run']);
    expect(dry.stdout).toContain(`release ${first}`);
    expect(fleet.listing()).toEqual(before);
    expect((await fleet.slipway(['clean'])).exitCode).toBe(2);
    const cleaned = await fleet.slipway(['clean', '--yes']);
    expect(cleaned.exitCode, cleaned.text).toBe(0);
    expect(releases(fleet).map(({ release }) => release)).toEqual(ids.slice(1));
    // `still` was last built in the first run, whose journal says so.
    expect(fleet.runs()).toHaveLength(3);
    expect((await keepers(fleet)).length).toBe(3);
    const again = await fleet.slipway(['clean', '--yes']);
    expect(again.stdout).toBe('Nothing is past its keep\n');
    const nothing = await fleet.rebuild();
    expect(nothing.stdout).toMatch(/Left alone: 2/);
  });
});
