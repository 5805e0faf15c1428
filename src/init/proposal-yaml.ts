import { Document, isMap, isPair, isScalar, type Pair, type Scalar, type YAMLMap, type YAMLSeq } from 'yaml';
import type { Proposal, ProposedCategory, ProposedHealth, ProposedProject, ProposedService } from './types.ts';
import { schemaComment, WIDTHS } from './yaml-text.ts';

/** What stands above a proposal. */
export interface Heading {
  /** Address of the JSON Schema, for editors. */
  readonly schema: string;
  /** The Compose files, as the reader knows them. */
  readonly from: readonly string[];
}

/** A proposal as the text of `slipway.yaml`: what differs from the defaults, one line a service, and why in comments. */
export function proposalToYaml(proposal: Proposal, { schema, from }: Heading): string {
  const { phase, projects, categories, left } = proposal;
  const document = new Document({
    phase,
    ...(projects.length > 0 && { fleet: { projects: projects.map(projectValue) } }),
    ...(categories.length > 0 && {
      categories: Object.fromEntries(categories.map((category) => [category.name, categoryValue(category)])),
    }),
  });
  const all = categories.flatMap(({ services }) => services);
  document.commentBefore = [
    schemaComment(schema),
    ` Proposed by slipway init from ${from.join(', ')}. Only what differs from the defaults is written: docs/configuration.md.`,
    ' Comments say what each choice rests on. Look at critical and risk first: the Compose files hardly tell them.',
    ...(all.some(({ port, health }) => port === null && health.kind === 'http')
      ? [' Ports that the Compose files take from variables are left out: Slipway reads them there.']
      : []),
  ].join('\n');
  const top = document.contents as unknown as YAMLMap;
  for (const pair of top.items.slice(1)) (pair.key as Scalar).spaceBefore = true;
  if (projects.length === 0) (top.items[0]!.value as Scalar).comment = ' part of tags, log folder and state file';
  commentCategories(document, categories);
  if (left.length > 0) document.comment = leftOut(left);
  return `${document.toString(WIDTHS).trimEnd()}\n`;
}

function commentCategories(document: Document, categories: readonly ProposedCategory[]): void {
  const all = document.get('categories', true);
  if (!isMap(all)) return;
  categories.forEach((category, i) => {
    const pair = all.items[i] as Pair<Scalar, YAMLMap>;
    pair.key.commentBefore = ` ${category.why}`;
    if (i > 0) pair.key.spaceBefore = true;
    const risk = pair.value!.items.find(({ key }) => isScalar(key) && key.value === 'risk');
    if (isPair(risk) && isScalar(risk.value)) risk.value.comment = ` ${category.risk.why}`;
    const services = pair.value!.get('services') as YAMLSeq<YAMLMap>;
    for (const [at, item] of services.items.entries()) commentService(item, category.services[at]!);
  });
}

/** One line a service; a reason that does not fit behind it stands above. */
function commentService(item: YAMLMap, { notes }: ProposedService): void {
  item.flow = true;
  if (notes.length === 0) return;
  const comment = ` ${notes.join('; ')}`;
  const width = JSON.stringify(item.toJSON()).length + comment.length;
  if (width <= WIDTHS.lineWidth) item.comment = comment;
  else item.commentBefore = comment;
}

function projectValue({ name, directory, files, profiles, envFiles }: ProposedProject): Record<string, unknown> {
  return {
    ...(name !== null && { name }),
    ...(directory !== null && { directory }),
    ...(files.length > 0 && { files }),
    ...(profiles.length > 0 && { profiles }),
    ...(envFiles.length > 0 && { env_files: envFiles }),
  };
}

function categoryValue({ description, risk, services }: ProposedCategory): Record<string, unknown> {
  return { ...(description !== '' && { description }), risk: risk.value, services: services.map(serviceValue) };
}

function serviceValue({ key, stack, port, health, critical, kind, testTarget }: ProposedService): Record<string, unknown> {
  const asked = healthValue(health);
  return {
    name: key,
    ...(stack !== 'other' && { stack }),
    ...(port !== null && { port }),
    ...(asked !== null && { health: asked }),
    ...(critical && { critical }),
    ...(kind !== null && { kind }),
    ...(testTarget !== null && { test: { target: testTarget } }),
  };
}

function healthValue(health: ProposedHealth): unknown {
  switch (health.kind) {
    case 'http':
      return health.path;
    case 'tcp':
      return { tcp: health.port };
    case 'none':
      return 'none';
    case 'default':
      return null;
  }
}

function leftOut(left: Proposal['left']): string {
  const lines = left.map(({ key, why }) => `   ${key}: ${why}`);
  return [' In no category, so rebuilt only when named:', ...lines].join('\n');
}
