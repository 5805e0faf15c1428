import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BUSYBOX } from '../support/compose-project.ts';
import { docker, imageId, imageOf, inspect, tagsOf } from '../support/engine-facts.ts';
import { eventually } from '../support/eventually.ts';
import { fleetFolder } from '../support/fleet-folder.ts';

const LIMITS = '{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{.HostConfig.NetworkMode}} {{json .HostConfig.PortBindings}}';

test('the test runs in the candidate by id, apart from the fleet, within its limits, before anything live changes', async () => {
  const fleet = fleetFolder();
  const write = async (version: string) => {
    await fleet.write({ 'gate/readme': '', [`gate/${version}-wanted`]: '' });
    await fleet.compose(
      {
        web: await fleet.tiny('web', { version, compose: { volumes: ['data:/data'] } }),
        peer: await fleet.tiny('peer', { version }),
      },
      { volumes: { data: {} } },
    );
    await fleet.config({
      resources: { memory_limit: '64m', cpu_limit: '0.5' },
      categories: {
        all: {
          services: [
            {
              name: 'web',
              test: {
                command: ['sh', '-c', `until test -e /gate/open-${version}; do sleep 0.1; done; cat /www/version`],
                mounts: ['./gate:/gate'],
              },
            },
            { name: 'peer', test: { command: ['sh', '-c', 'nslookup web || echo alone'], isolation: 'project' } },
          ],
        },
      },
    });
  };
  await write('v1');
  writeFileSync(join(fleet.root, 'gate/open-v1'), '');
  const first = await fleet.rebuild();
  expect(first.exitCode, first.text).toBe(0);
  expect(fleet.read(`logs/phase1_builds/${fleet.runs()[0]}/peer_test.log`)).toMatch(/_default is not there yet[\s\S]*alone/);
  const before = await fleet.container('web');
  const oldImage = await imageOf(before);

  await write('v2');
  const running = fleet.rebuild();
  const [container] = await eventually('the test container runs', async () => {
    const found = await docker(
      'ps',
      '-q',
      '--no-trunc',
      '--filter',
      'label=io.slipway.role=test',
      '--filter',
      `label=io.slipway.project=${fleet.name}`,
      '--filter',
      'label=io.slipway.service=web',
    );
    return found !== '' && found.split('\n');
  });
  expect(await inspect(container!, LIMITS)).toBe(`${64 << 20} 500000000 none null`);
  const candidate = (await imageId(`${fleet.name}-web:candidate-${fleet.runs().at(-1)}`))!;
  expect(await imageOf(container!)).toBe(candidate);
  // Nothing live has changed so far, and no data volume is at the test's mercy.
  expect(candidate).not.toBe(oldImage);
  expect(await imageId(`${fleet.name}-web:latest`)).toBe(oldImage);
  expect(await fleet.container('web')).toBe(before);
  expect(await inspect(container!, '{{range .Mounts}}{{.Destination}} {{.RW}};{{end}}')).toBe('/gate false;');
  writeFileSync(join(fleet.root, 'gate/open-v2'), '');
  const run = await running;
  expect(run.exitCode, run.text).toBe(0);
  expect(await imageOf(await fleet.container('web'))).toBe(candidate);
  expect(fleet.read(`logs/phase1_builds/${fleet.runs().at(-1)}/web_test.log`)).toContain('web v2');
  expect(fleet.read(`logs/phase1_builds/${fleet.runs().at(-1)}/peer_test.log`)).toMatch(/Name:\s+web/);
});

test('a second stage tests what the image lacks; a runner that is missing or finds nothing is no pass', async () => {
  const fleet = fleetFolder();
  const web = await fleet.tiny('web');
  await fleet.write({
    'web/Dockerfile': [
      `FROM ${BUSYBOX} AS live`,
      'COPY version /www/version',
      'CMD ["httpd", "-f", "-p", "80", "-h", "/www"]',
      'FROM live AS checked',
      'RUN echo "grep web /www/version" > /only-in-the-test-stage',
      'FROM live',
      '',
    ].join('\n'),
  });
  await fleet.compose({ web, lacking: await fleet.tiny('lacking'), empty: await fleet.tiny('empty') });
  await fleet.config({
    categories: {
      all: {
        services: [
          { name: 'web', test: { command: ['sh', '/only-in-the-test-stage'], target: 'checked' } },
          { name: 'lacking', test: { command: ['pytest', '-q'] } },
          { name: 'empty', test: { command: ['sh', '-c', 'echo "no tests ran in 0.01s"; exit 5'] } },
        ],
      },
    },
  });
  const run = await fleet.rebuild();
  expect(run.exitCode, run.text).toBe(0);
  const tested = Object.fromEntries(
    fleet.journal().flatMap((event) => (event.type === 'service-settled' ? [[event.service, event.tested]] : [])),
  );
  expect(tested).toEqual({ web: 'passed', lacking: 'no-tests', empty: 'no-tests' });
  expect(run.stdout).toMatch(/lacking +no tests: .*pytest/);
  expect(await docker('exec', await fleet.container('web'), 'ls', '/')).not.toContain('only-in-the-test-stage');
  expect(Object.keys(await tagsOf(fleet.name)).filter((tag) => tag.includes('candidate'))).toEqual([]);
});
