import { parse } from 'yaml';
import { type LoadedFleet, type LoadRequest, loadFleet } from '../../src/fleet/load.ts';
import type { ComposeModel, Fleet, Service } from '../../src/fleet/types.ts';
import { ok } from '../../src/model/result.ts';

/** Loads the fleet of a folder; the models are written as Compose would render them, by project name (`''` for an unnamed project). */
export async function loadWith(
  root: string,
  models: Readonly<Record<string, Pick<ComposeModel, 'services'> & { readonly name?: string }>>,
  request: Partial<LoadRequest> & { readonly warnings?: readonly string[] } = {},
): Promise<LoadedFleet> {
  const { warnings = [], ...asked } = request;
  return loadFleet({ cwd: root, projectDir: null, configFile: null, envFiles: [], profiles: [], ...asked }, async (ref) => {
    const model = models[ref.name];
    if (model === undefined) throw new Error(`no model for project \`${ref.name}\``);
    return ok({ model: { name: ref.name, ...model }, warnings });
  });
}

/** The services of a rendered model written in YAML. */
export function model(yaml: string, name = 'shop'): ComposeModel {
  return { name, services: parse(yaml) as ComposeModel['services'] };
}

/** The fleet, or the findings that forbid it as a readable failure. */
export function fleetOf({ fleet, diagnostics }: LoadedFleet): Fleet {
  if (fleet === null) throw new Error(diagnostics.map((d) => `${d.severity} ${d.code}: ${d.message}`).join('\n'));
  return fleet;
}

/** The service of that key. */
export function serviceOf(fleet: Fleet, key: string): Service {
  const service = fleet.services.find((candidate) => candidate.key === key);
  if (!service) throw new Error(`no service ${key}`);
  return service;
}

/** Codes of the findings with the service they are about, for comparison. */
export function codes({ diagnostics }: Pick<LoadedFleet, 'diagnostics'>): string[] {
  return diagnostics.map(({ code, severity, service }) => [severity, code, service].filter(Boolean).join(' '));
}
