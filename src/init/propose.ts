import type { SourcedProject } from '../fleet/service/model-service.ts';
import type { Fleet, Risk, Service } from '../fleet/types.ts';
import type { ServiceKey } from '../model/ids.ts';
import { addressesOf } from './addresses.ts';
import type { BuildSources } from './build-sources.ts';
import { categorise } from './categorise.ts';
import { criticalReason } from './critical.ts';
import { dependentsOf, listed } from './dependents.ts';
import { readHeadings } from './headings.ts';
import { decideHealth } from './health.ts';
import { jobReason } from './jobs.ts';
import { decideStack } from './stack.ts';
import type { Proposal, ProposedCategory, ProposedProject, ProposedService, Reasoned } from './types.ts';
import { descriptionOf } from './vocabulary.ts';

/** What a proposal is made from: the fleet as Compose alone describes it, its files' text, and what its services are built from. */
export interface ProposalFacts {
  readonly fleet: Fleet;
  readonly projects: readonly SourcedProject[];
  readonly sources: ReadonlyMap<ServiceKey, BuildSources>;
  /** As they are to be written. */
  readonly written: readonly ProposedProject[];
}

/** A configuration for a fleet that has none. Pure. */
export function proposeConfig({ fleet, projects, sources, written }: ProposalFacts): Proposal {
  const kinds = new Map(fleet.services.map((service) => [service.key, jobReason(service, fleet.services)]));
  const services = fleet.services.map((service) => (kinds.get(service.key) === null ? service : asJob(service)));
  const left = services.flatMap((service) => {
    const why = whyLeft(service, sources.get(service.key));
    return why === null ? [] : [{ key: service.key, why }];
  });
  const leftOut = new Set(left.map(({ key }) => key));
  const taken = services.filter(({ key }) => !leftOut.has(key));
  const headings = new Map(projects.map(({ name, source }) => [name, [...source.texts.values()].flatMap(readHeadings)]));
  const categories = categorise(taken, { fleet: { ...fleet, services }, sources, headings });
  // Who is not switched on misses nothing.
  const dependents = dependentsOf(services.filter(({ hiddenByProfile }) => !hiddenByProfile));
  const proposed = taken.map((service) => {
    const category = categories.get(service.key)!;
    const project = projects.find(({ name }) => name === service.project)!;
    const critical = criticalReason(service, {
      dependents: dependents.get(service.key)!,
      category: category.value,
      size: services.length,
    });
    return { category, entry: entryFor(service, { project, sources, critical, job: kinds.get(service.key)! }) };
  });
  return { phase: 'phase1', projects: written, categories: grouped(proposed, dependents), left };
}

function asJob(service: Service): Service {
  return { ...service, kind: 'one-shot' };
}

function whyLeft({ hiddenByProfile, compose }: Service, sources: BuildSources | undefined): string | null {
  if (hiddenByProfile) return `behind the profile ${(compose.profiles ?? []).join(', ')}, which is not active`;
  return sources?.missing ?? null;
}

interface EntryFacts {
  readonly project: SourcedProject;
  readonly sources: ReadonlyMap<ServiceKey, BuildSources>;
  readonly critical: string | null;
  readonly job: string | null;
}

function entryFor(service: Service, { project, sources, critical, job }: EntryFacts): ProposedService {
  const own = sources.get(service.key);
  const stack = decideStack(own);
  const asked =
    service.kind === 'one-shot'
      ? { port: null, health: { kind: 'default' } as const, notes: [] }
      : decideHealth(service, addressesOf(service, project), own);
  const testTarget = own?.dockerfile?.stages.find((stage) => /^(?:unit-?)?test(?:s|ing|er)?$/.test(stage)) ?? null;
  return {
    key: service.key,
    stack: stack.value,
    port: asked.port,
    health: asked.health,
    critical: critical !== null,
    kind: job === null ? null : 'one-shot',
    testTarget: stack.value === 'other' ? null : testTarget,
    notes: [
      ...(critical === null ? [] : [`critical: ${critical}`]),
      ...(job === null ? [] : [`one-shot: ${job}`]),
      ...asked.notes,
    ],
  };
}

type Placed = { readonly category: Reasoned<string>; readonly entry: ProposedService };

/** The categories in the order of their first services, those of registry images last. */
function grouped(placed: readonly Placed[], dependents: ReadonlyMap<ServiceKey, readonly ServiceKey[]>): ProposedCategory[] {
  const names = [...new Set(placed.map(({ category }) => category.value))];
  const last = ['other', 'infrastructure', 'data'];
  names.sort((a, b) => last.indexOf(a) - last.indexOf(b));
  return names.map((name) => {
    const members = placed.filter(({ category }) => category.value === name);
    return {
      name,
      description: descriptionOf(name),
      risk: riskOf(name, members, dependents),
      why: gathered(members.map(({ category }) => category.why)),
      services: members.map(({ entry }) => entry),
    };
  });
}

/** `by name: weather` and `by name: sports` say `by name: weather, sports`. */
function gathered(reasons: readonly string[]): string {
  const heads = new Map<string, Set<string>>();
  for (const reason of reasons) {
    const [head = '', detail] = reason.split(/: (.*)/);
    const details = heads.get(head) ?? new Set();
    heads.set(head, detail === undefined ? details : details.add(detail));
  }
  return [...heads].map(([head, details]) => (details.size === 0 ? head : `${head}: ${listed([...details])}`)).join('; ');
}

function riskOf(
  name: string,
  members: readonly Placed[],
  dependents: ReadonlyMap<ServiceKey, readonly ServiceKey[]>,
): Reasoned<Risk> {
  if (name === 'data') return { value: 'high', why: 'they have data to lose' };
  const needed = members
    .filter(({ entry }) => entry.critical && dependents.get(entry.key)!.length > 0)
    .map(({ entry }) => entry.key);
  if (needed.length > 0) return { value: 'medium', why: `others need ${listed(needed)}` };
  if (name === 'infrastructure') return { value: 'medium', why: 'not built here' };
  return { value: 'low', why: 'replaced first' };
}
