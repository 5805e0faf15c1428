import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { docker, imageOf } from '../support/engine-facts.ts';
import { answerOf, type FleetFolder, fleetFolder, freePort } from '../support/fleet-folder.ts';

test('two projects are one fleet, with an edge across them', async () => {
  const fleet = fleetFolder();
  const [core, web] = [`${fleet.name}-core`, `${fleet.name}-web`];
  fleet.alsoNamed.push(core, web);
  const write = async (version: string, broken = false) => {
    const api = await fleet.tiny('core/api', { version, dockerfile: broken ? ['RUN exit 1'] : [], compose: { build: './api' } });
    const ui = await fleet.tiny('web/ui', { version, compose: { build: './ui' } });
    await fleet.write({
      'core/compose.yaml': stringify({ services: { api, ui: { ...api, build: './api' } } }),
      'web/compose.yaml': stringify({ services: { ui } }),
    });
    await fleet.config({
      fleet: {
        projects: [
          { name: core, directory: 'core' },
          { name: web, directory: 'web' },
        ],
        depends_on: { [`${web}/ui`]: [`${core}/api`] },
      },
    });
  };
  const idsOf = (project: string) => docker('ps', '-aq', '--no-trunc', '--filter', `label=com.docker.compose.project=${project}`);
  await write('v1');
  const first = await fleet.rebuild();
  expect(first.exitCode, first.text).toBe(0);
  expect(Object.keys(fleet.state()).sort()).toEqual([`${core}/api`, `${core}/ui`, `${web}/ui`]);
  const [run] = fleet.runs();
  for (const log of [`${core}/api`, `${web}/ui`])
    expect(fleet.read(`logs/phase1_builds/${run}/${log}.log`)).toMatch(/COPY version/);
  const healthy = fleet.journal().flatMap((event) => (event.type === 'service-healthy' ? [event.service] : []));
  const replaced = fleet
    .journal()
    .findIndex((event) => event.type === 'step-intent' && event.service === `${web}/ui` && event.intent.kind === 'replace');
  const apiHealthy = fleet.journal().findIndex((event) => event.type === 'service-healthy' && event.service === `${core}/api`);
  expect(healthy).toContain(`${core}/api`);
  expect(replaced).toBeGreaterThan(apiHealthy);

  const ambiguous = await fleet.rebuild('ui');
  expect(ambiguous.exitCode, ambiguous.text).toBe(2);
  expect(ambiguous.stderr).toContain(`${core}/ui, ${web}/ui`);

  const before = { core: await idsOf(core), web: await idsOf(web) };
  await write('v2', true);
  const failed = await fleet.rebuild();
  expect(failed.exitCode, failed.text).toBe(1);
  expect(fleet.state()[`${web}/ui`]).toMatchObject({ status: 'skipped', code: `dependency-failed:${core}/api` });
  expect({ core: await idsOf(core), web: await idsOf(web) }).toEqual(before);
  await write('v2');
  const mended = await fleet.rebuild('--continue');
  expect(mended.exitCode, mended.text).toBe(0);
  expect(fleet.stateText().match(/completed/g)).toHaveLength(3);
  const ui = await docker('exec', (await idsOf(web)).trim(), 'cat', '/www/version');
  expect(ui).toBe('web/ui v2');
});

/** A configuration in the older dialect for one service. */
async function writeOlder(fleet: FleetFolder, port: number): Promise<void> {
  await fleet.compose({ weather: await fleet.tiny('weather', { port }), other: await fleet.tiny('other') });
  await fleet.write({
    'scripts/phase9-service-config.yaml': stringify({
      service_categories: {
        ai_ml: {
          count: 1,
          priority: 'high',
          services: [
            {
              name: 'weather',
              port,
              type: 'nodejs',
              health_check: '/health',
              critical: true,
              special_requirements: ['patience'],
            },
          ],
        },
      },
      batch_config: {
        default_batch_size: 2,
        max_parallel_builds: 4,
        build_timeout_seconds: 60,
        test_timeout_seconds: 20,
        health_check_timeout_seconds: 20,
        retry: { max_attempts: 1, backoff_seconds: 1, exponential: false },
        resources: { memory_limit: '128m', cpu_limit: '0.5' },
      },
      health_checks: {
        enabled: true,
        startup_grace_period: 1,
        interval: 1,
        timeout: 2,
        retries: 2,
        endpoints: { python: '/health', nodejs: '/' },
      },
      rollback: {
        enabled: true,
        auto_rollback_on_critical_failure: true,
        backup_tag_prefix: 'pre-phase9-rebuild',
        preserve_logs: true,
      },
      monitoring: { log_directory: 'logs/phase9_builds', state_file: '.rebuild_state_phase9.json' },
    }),
  });
}

test('a configuration in the older dialect drives a run unchanged', async () => {
  const fleet = fleetFolder();
  const port = await freePort();
  await writeOlder(fleet, port);
  const args = ['--config', 'scripts/phase9-service-config.yaml'];
  const first = await fleet.rebuild(...args, '--category', 'ai-ml');
  expect(first.exitCode, first.text).toBe(0);
  expect(await answerOf(port)).toBe('weather v1');
  expect(Object.keys(await fleet.containers())).toEqual(['weather']);
  expect(fleet.stateText('phase9').match(/completed/g)).toHaveLength(1);
  expect(fleet.read(`logs/phase9_builds/${fleet.runs()[0]}/weather.log`)).toMatch(/COPY version/);
  const image = await imageOf(await fleet.container('weather'));

  // Critical: it goes back by itself.
  await fleet.tiny('weather', { version: 'v2', port, dockerfile: ['RUN rm /www/health'] });
  const second = await fleet.rebuild(...args);
  expect(second.exitCode, second.text).toBe(1);
  expect(await answerOf(port)).toBe('weather v1');
  expect(await imageOf(await fleet.container('weather'))).toBe(image);
  expect(
    await docker('image', 'inspect', '--format', '{{.Id}}', `${fleet.name}-weather:pre-phase9-rebuild-${fleet.runs().at(-1)}`),
  ).toBe(image);
});
