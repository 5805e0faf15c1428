import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/fleet/config/load.ts';
import type { Fleet } from '../../src/fleet/types.ts';
import type { CheckResult } from '../../src/model/check.ts';
import type { Diagnostic } from '../../src/model/diagnostic.ts';
import type { Plan } from '../../src/plan/types.ts';
import type { CliResult } from '../support/cli.ts';
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

  test('doctor finds in its files what is there to be found', async () => {
    const project = corpusProject(name);
    const { stdout, stderr } = await project.slipway('doctor', '--json');
    expect(stderr).toBe('');
    const { checks } = JSON.parse(stdout) as { checks: CheckResult[] };
    expect(checks.filter(({ outcome }) => outcome === 'not-checked').map(({ check, seen }) => `${check}: ${seen}`)).toEqual([]);
    const inFiles = checks.filter(({ check }) => !ON_THE_MACHINE.includes(check)).flatMap(({ findings }) => findings);
    expect(inFiles.map((found) => `${inWords(found)} ${found.service ?? ''}`.trim())).toEqual(project.expected.doctor);
  });

  test('init proposes what loads without a finding of its own, and plans the same services', async () => {
    const project = corpusProject(name);
    const path = join(project.folder, 'slipway.yaml');
    if (existsSync(path)) return expect((await project.slipway('init')).code).toBe(2);
    const proposed = await project.slipway('init');
    expect(proposed.code, proposed.stderr).toBe(0);
    const { config, diagnostics } = loadConfig(readFileSync(path, 'utf8'), path);
    expect(diagnostics).toEqual([]);
    const written = (config!.categories ?? []).map((category) => [category.name, category.services.map(nameOf)]);
    expect(Object.fromEntries(written)).toEqual(project.expected.init);
    const after = await project.slipway('plan', '--json');
    const { services, findings } = project.expected;
    const planned = Object.entries(services).filter(([, { wave }]) => wave !== undefined);
    expect(plannedIn(after)).toEqual(planned.map(([service]) => service).sort());
    if (planned.length > 0) expect(findingsIn(after)).toEqual([...findings].sort());
  });
});

/** Checks whose findings depend on the machine that they are made on. */
const ON_THE_MACHINE = ['host-ports', 'disk-space', 'memory', 'engine'];

function nameOf({ name, critical }: { readonly name: string; readonly critical: boolean }): string {
  return critical ? `${name}!` : name;
}

function plannedIn({ code, stdout }: CliResult): string[] {
  return code === 0 ? (JSON.parse(stdout) as Plan).services.map(({ service }) => service).sort() : [];
}

function findingsIn({ stdout }: CliResult): string[] {
  return (JSON.parse(stdout) as Plan).diagnostics.map(inWords).sort();
}

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
