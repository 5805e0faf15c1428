import { expect, onTestFinished, test } from 'vitest';
import { docker, imageOf, inspect } from '../support/engine-facts.ts';
import { answerOf, type FleetFolder, fleetFolder, freePort } from '../support/fleet-folder.ts';

const BROKEN = ['RUN rm /www/health'];
const CHECKED = { test: ['CMD', 'wget', '-qO-', 'http://127.0.0.1/health'], interval: '500ms', retries: 2 };

/**
 * `store` has a named and an anonymous volume, `dropper` and `lost` an anonymous one. The second version is broken but for `lost`, and asks
 * for another port, environment and place of the volume, for one more volume, and for none in `dropper`.
 */
async function writeFleet(fleet: FleetFolder, ports: { old: number; fresh: number }, version: 'v1' | 'v2') {
  const isNew = version === 'v2';
  const dockerfile = isNew ? BROKEN : [];
  await fleet.compose(
    {
      store: await fleet.tiny('store', {
        version,
        port: isNew ? ports.fresh : ports.old,
        dockerfile,
        compose: {
          environment: isNew ? { LEVEL: 'two', EXTRA: 'yes' } : { LEVEL: 'one' },
          volumes: isNew ? ['data:/srv/data', 'more:/more', '/cache'] : ['data:/data', '/cache'],
        },
      }),
      dropper: await fleet.tiny('dropper', {
        version,
        dockerfile,
        compose: { healthcheck: CHECKED, ...(isNew ? {} : { volumes: ['/scratch'] }) },
      }),
      lost: await fleet.tiny('lost', { version, compose: { volumes: ['/scratch'] } }),
    },
    { volumes: { data: {}, ...(isNew && { more: {} }) } },
  );
  await fleet.config({
    categories: {
      all: {
        services: [
          { name: 'store', health: '/health', critical: true },
          { name: 'dropper', critical: true },
          { name: 'lost', kind: 'service' },
        ],
      },
    },
  });
}

const mountsOf = (container: string) => inspect(container, '{{range .Mounts}}{{.Type}} {{.Name}} {{.Destination}}\n{{end}}');

/** Name of the volume that a container has at /scratch. */
function scratchOf(container: string): Promise<string> {
  return inspect(container, '{{range .Mounts}}{{if eq .Destination "/scratch"}}{{.Name}}{{end}}{{end}}');
}

async function keep(container: string, path: string): Promise<void> {
  await docker('exec', container, 'sh', '-c', `echo precious > ${path}/kept`);
}

test('changed environment, ports and volumes come back, and no volume loses its data; the plan names those left behind', async () => {
  const fleet = fleetFolder();
  const ports = { old: await freePort(), fresh: await freePort() };
  await writeFleet(fleet, ports, 'v1');
  const first = await fleet.rebuild();
  expect(first.exitCode, first.text).toBe(0);
  const [store, dropper, lost] = await Promise.all(['store', 'dropper', 'lost'].map((name) => fleet.container(name)));
  for (const path of ['/data', '/cache']) await keep(store!, path);
  const image = await imageOf(store!);
  const mounts = await mountsOf(store!);
  const behind = { dropper: await scratchOf(dropper!), lost: await scratchOf(lost!) };
  const cleaned = () => docker('volume', 'rm', '-f', ...Object.values(behind));
  onTestFinished(async () => {
    await fleet.remove();
    await cleaned();
  });
  await keep(dropper!, '/scratch');
  await docker('rm', '-f', lost!);

  await writeFleet(fleet, ports, 'v2');
  const plan = await fleet.slipway(['plan']);
  expect(plan.exitCode, plan.text).toBe(0);
  const planned = plan.text.replace(/\s+/g, '');
  expect(planned).toContain(`theanonymousvolumeat/scratchisnotintheconfigurationanymoreandstaysbehindas${behind.dropper}`);
  expect(planned).toContain(`theanonymousvolumethatithadat/scratchstaysbehindas${behind.lost}`);
  const run = await fleet.rebuild();
  expect(run.exitCode, run.text).toBe(1);

  // Image, environment, ports, and each volume where it was.
  const back = await fleet.container('store');
  expect(fleet.state().store).toMatchObject({ status: 'rolled-back', code: 'bad-verdict', image });
  expect(await imageOf(back)).toBe(image);
  expect(await answerOf(ports.old)).toBe('store v1');
  expect(await answerOf(ports.fresh)).toMatch(/no answer/);
  const env = await docker('exec', back, 'env');
  expect(env).toContain('LEVEL=one');
  expect(env).not.toContain('EXTRA');
  expect((await mountsOf(back)).split('\n').sort()).toEqual(mounts.split('\n').sort());
  for (const path of ['/data', '/cache']) expect(await docker('exec', back, 'cat', `${path}/kept`)).toBe('precious');
  // The new named volume is nobody's to remove.
  expect(await docker('volume', 'ls', '-q', '--filter', `name=${fleet.name}_more`)).toBe(`${fleet.name}_more`);

  // The two that Compose cannot carry over: both still exist, journalled by name, and what runs now has an empty one.
  expect(fleet.state().dropper).toMatchObject({ status: 'rolled-back' });
  expect(fleet.state().lost).toMatchObject({ status: 'completed' });
  for (const [name, volume] of Object.entries(behind)) {
    expect(await docker('volume', 'ls', '-q', '--filter', `name=${volume}`)).toBe(volume);
    const now = await scratchOf(await fleet.container(name));
    expect(now).toMatch(/^[0-9a-f]{64}$/);
    expect(now).not.toBe(volume);
  }
  const journals = fleet.runs().map((id) => fleet.read(`.slipway/runs/${id}/journal.ndjson`));
  for (const volume of Object.values(behind)) expect(journals.join('')).toContain(volume);
});
