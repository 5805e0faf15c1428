import { describe, expect, test } from 'vitest';
import type { Fleet } from '../../src/fleet/types.ts';
import type { Diagnostic } from '../../src/model/diagnostic.ts';
import type { Plan } from '../../src/plan/types.ts';
import { type ComposeView, corpusNames, corpusProject, describeServices } from '../support/compose-corpus.ts';

/** Nothing is built or started here: every project is only read, by Compose and by Slipway, and both have to see the same. */
const NAMES = corpusNames();

test('there are thirty projects', () => expect(NAMES.length).toBeGreaterThanOrEqual(30));

describe.each(NAMES)('%s', (name) => {
  test('the fleet and its plan have what Compose says, and what is right', async () => {
    const project = corpusProject(name);
    const [views, { fleet }, planned] = await Promise.all([project.compose(), project.load(), project.slipway('plan', '--json')]);
    if (fleet === null) throw new Error(planned.stderr);
    for (const view of views) expectSame(fleet, view);
    const plan = planned.code === 0 ? (JSON.parse(planned.stdout) as Plan) : null;
    if (plan !== null) expectPlanOf(fleet, plan);
    const waves = new Map(plan?.services.map(({ service, wave }) => [service, wave]));
    const { services, findings } = project.expected;
    expect({
      services: describeServices(fleet, project.folder, waves),
      findings: plan?.diagnostics.map(inWords) ?? [planned.stderr.split('\n')[0]],
    }).toEqual({ services, findings });
  });
});

/** Services, models, what profiles hide and images, of one Compose project. */
function expectSame(fleet: Fleet, { active, all, images }: ComposeView): void {
  const own = fleet.services.filter((service) => service.project === all.name);
  const names = Object.keys(all.services ?? {});
  expect(own.map((service) => service.name).sort()).toEqual(names.sort());
  for (const service of own) {
    expect(service.compose).toEqual(all.services[service.name]);
    expect(service.build).toEqual(all.services[service.name]!.build ?? null);
  }
  const shown = own.filter((service) => !service.hiddenByProfile);
  expect(shown.map((service) => service.name).sort()).toEqual(Object.keys(active.services ?? {}).sort());
  expect([...new Set(shown.map((service) => service.image))].sort()).toEqual([...new Set(images.map(withTag))].sort());
}

function withTag(image: string): string {
  return /[:@][^/]*$/.test(image) ? image : `${image}:latest`;
}

/** Every service is planned or left alone with a cause, and nobody is planned before what it needs. */
function expectPlanOf(fleet: Fleet, plan: Plan): void {
  const planned = plan.services.map(({ service }) => service);
  const untouched = plan.untouched.map(({ service }) => service);
  expect([...planned, ...untouched].sort()).toEqual(fleet.services.map(({ key }) => key).sort());
  expect(Object.keys(plan.observed).sort()).toEqual(expect.arrayContaining([...planned].sort()));
  for (const { key, dependsOn } of fleet.services.filter((service) => planned.includes(service.key))) {
    const before = planned.slice(0, planned.indexOf(key));
    expect(before).toEqual(expect.arrayContaining(dependsOn.map(({ to }) => to).filter((to) => planned.includes(to))));
  }
}

function inWords({ severity, code }: Diagnostic): string {
  return `${severity} ${code}`;
}
