import type { Diagnostic } from '../../model/diagnostic.ts';
import { counted } from '../../util/human.ts';
import type { DoctorCheck, DoctorContext, Looked } from '../types.ts';

/** What loading the fleet says is one source of truth: each of its findings is shown by one check, those not named here by `configuration`. */
const SHOWN_BY: Readonly<Record<string, string>> = {
  'unknown-service': 'services',
  'ambiguous-service': 'services',
  'duplicate-service': 'services',
  'service-in-no-category': 'services',
  'port-of-other-service': 'configured-ports',
  'port-not-published': 'configured-ports',
  'no-port-to-probe': 'configured-ports',
  'variable-not-set': 'variables',
  'missing-env-file': 'variables',
  'two-builds-one-tag': 'image-tags',
  'two-services-one-tag': 'image-tags',
};

/** Problems of the engine that rendering ran into: the check of the tools has them. */
const OF_TOOLS = ['no-engine', 'no-permission', 'not-installed', 'too-old', 'engine-error'];

/** What loading the fleet said of a check's subject. */
export function loadFindings({ loadDiagnostics }: Pick<DoctorContext, 'loadDiagnostics'>, check: string): readonly Diagnostic[] {
  return loadDiagnostics.filter((found) => shownBy(found) === check && !OF_TOOLS.includes(found.code));
}

function shownBy({ code, message }: Diagnostic): string {
  // Compose stops at it like at any mistake in a file; for people it is a variable to set.
  if (code === 'compose-rejected' && message.includes('required variable')) return 'variables';
  return SHOWN_BY[code] ?? 'configuration';
}

const DOES_NOT_LOAD = 'the fleet does not load';

/** The configuration and the Compose files: whether they can be read, are right in themselves, and fit each other. */
export const checkConfiguration: DoctorCheck = {
  name: 'configuration',
  title: 'Configuration',
  rebuild: 'goes-on',
  needs: 'nothing',
  run: async (context) => {
    const findings = loadFindings(context, 'configuration');
    if (!context.facts.ok && findings.length === 0) return { notChecked: 'without Compose its files are not understood' };
    const { fleet } = context;
    if (fleet === null) return findings.length === 0 ? { notChecked: DOES_NOT_LOAD } : { seen: DOES_NOT_LOAD, findings };
    const { projects, services, categories } = fleet;
    const counts = [counted(services.length, 'service'), counted(categories.length, 'category', 'categories')];
    return { seen: `${counted(projects.length, 'project')}, ${counts.join(', ')}`, findings };
  },
};

/** Configured services that no Compose file has, and services of Compose files that nothing was said of. */
export const checkServices: DoctorCheck = {
  name: 'services',
  title: 'Configured services',
  rebuild: 'goes-on',
  needs: 'nothing',
  run: async (context) =>
    understood(context, 'services', ({ services }) => {
      const named = services.filter(({ category }) => category !== null).length;
      return `${named} of ${counted(services.length, 'service')} in a category`;
    }),
};

/** Ports of the configuration against those that the Compose files publish: on another service's port a probe proves nothing. */
export const checkConfiguredPorts: DoctorCheck = {
  name: 'configured-ports',
  title: 'Configured ports',
  rebuild: 'goes-on',
  needs: 'nothing',
  run: async (context) =>
    understood(context, 'configured-ports', ({ services }) => {
      const probed = services.filter(({ probe }) => probe.kind === 'http' || probe.kind === 'tcp').length;
      return `${counted(probed, 'service')} probed on published ports`;
    }),
};

/** Findings of loading count also when they, or others, keep the fleet from loading. */
function understood(context: DoctorContext, check: string, seen: (fleet: NonNullable<DoctorContext['fleet']>) => string): Looked {
  const findings = loadFindings(context, check);
  if (context.fleet !== null) return { seen: seen(context.fleet), findings };
  if (findings.length > 0) return { seen: counted(findings.length, 'problem'), findings };
  return { notChecked: context.root === null ? 'there is no project here' : 'the fleet does not load' };
}
