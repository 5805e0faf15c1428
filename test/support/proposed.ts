import { parse } from 'yaml';
import type { ComposeModel } from '../../src/fleet/types.ts';
import { type ProposalRequest, type Proposed, proposeFleet } from '../../src/init/propose-fleet.ts';
import { ok } from '../../src/model/result.ts';

/** What init proposes for a folder whose project renders to these services (YAML), without Docker. */
export async function proposedFor(root: string, services: string, request: Partial<ProposalRequest> = {}): Promise<Proposed> {
  const model = { name: 'shop', services: parse(services) as ComposeModel['services'] };
  const asked = { root, projects: [], envFiles: [], profiles: [], file: `${root}/slipway.yaml`, schema: './s.json', ...request };
  const made = await proposeFleet(asked, async () => ok({ model, warnings: [] }));
  if (!made.ok) throw new Error(made.error.map((d) => `${d.code}: ${d.message}`).join('\n'));
  return made.value;
}

/** The proposal's services as they are written, by name, each with its category. */
export function entriesOf({ text }: Proposed): Record<string, Record<string, unknown>> {
  const { categories = {} } = parse(text) as { categories?: Record<string, { services: { name: string }[] }> };
  const all = Object.entries(categories).flatMap(([category, { services }]) =>
    services.map(({ name, ...rest }) => [name, { category, ...rest }] as const),
  );
  return Object.fromEntries(all);
}
