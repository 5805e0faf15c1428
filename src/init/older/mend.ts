import { type Document, isMap, isSeq, type YAMLMap } from 'yaml';
import type { Fleet, Probe } from '../../fleet/types.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { jobReason } from '../jobs.ts';

/** What the older configuration comes to on the rendered projects. */
export interface Met {
  /** With errors found, too. */
  readonly fleet: Fleet;
  /** What was found while laying the older configuration over the projects. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Writes what Slipway makes of the older configuration where that differs from what it says: the plan stays the same, and nothing is left to remark on.
 * A service that no Compose file has becomes a comment. Returns each change, at its place in the older file.
 */
export function mendDocument(document: Document, { fleet, diagnostics }: Met): readonly Diagnostic[] {
  return diagnostics.flatMap((found) => {
    switch (found.code) {
      case 'port-of-other-service':
      case 'port-not-published':
      case 'no-port-to-probe':
        return mendHealth(document, fleet, found);
      case 'one-shot-guessed':
        return sayJobs(document, fleet, found);
      case 'unknown-service':
        return takeOut(document, found);
      default:
        return [];
    }
  });
}

/** The port that is really asked, or none where there is none to ask. */
function mendHealth(document: Document, fleet: Fleet, found: Diagnostic): Diagnostic[] {
  const entry = entriesOf(document).find(({ item }) => keysOf(fleet, item.get('name')).includes(found.service ?? ''));
  const service = fleet.services.find(({ key }) => key === found.service);
  if (!entry || !service) return [];
  const { probe } = service;
  writePort(entry.item, probe);
  if (probe.kind === 'none' && entry.item.has('health')) entry.item.set('health', document.createNode('none'));
  const now = probe.kind === 'none' || probe.kind === 'command' ? '`port` is left out' : `\`port: ${probe.port}\` is written`;
  return [changed(found, `${found.message}: ${found.code === 'no-port-to-probe' ? '`health: none` is written' : now}`)];
}

function writePort(item: YAMLMap, probe: Probe): void {
  const port = probe.kind === 'http' || probe.kind === 'tcp' ? probe.port : null;
  const health = item.get('health');
  if (isMap(health) && health.has('tcp') && port !== null) health.set('tcp', port);
  else if (port === null) item.delete('port');
  else if (item.get('port') !== port) item.set('port', port);
}

function sayJobs(document: Document, fleet: Fleet, found: Diagnostic): Diagnostic[] {
  const jobs = fleet.services.filter((service) => service.kind === 'one-shot' && jobReason(service, fleet.services) !== null);
  const entries = entriesOf(document).filter(({ item }) => {
    const keys = keysOf(fleet, item.get('name'));
    return !item.has('kind') && jobs.some(({ key }) => keys.includes(key));
  });
  for (const { item } of entries) item.set('kind', 'one-shot');
  return entries.map(({ item }) =>
    changed(found, `${String(item.get('name'))} is taken for a one-shot: \`kind: one-shot\` is written`),
  );
}

/** With the last service of a category the category goes. */
function takeOut(document: Document, found: Diagnostic): Diagnostic[] {
  const entry = entriesOf(document).find(({ item }) => item.get('name') === found.service);
  if (!entry) return [];
  const { category, name, services, item } = entry;
  services.splice(services.indexOf(item), 1);
  const line = ` ${String(found.service)}: no Compose file has it${found.remedy ? `. ${found.remedy}` : ''}`;
  const home = services.length === 0 ? document : category;
  home.comment = home.comment ? `${home.comment}\n${line}` : line;
  if (services.length === 0) document.deleteIn(['categories', name]);
  return [{ ...changed(found, `${found.message}: it is left out`), ...(found.remedy && { remedy: found.remedy }) }];
}

interface Listed {
  readonly name: string;
  readonly category: YAMLMap;
  readonly services: YAMLMap[];
  readonly item: YAMLMap;
}

function entriesOf(document: Document): Listed[] {
  const categories = document.get('categories', true);
  if (!isMap(categories)) return [];
  return categories.items.flatMap(({ key, value }) => {
    const list = isMap(value) ? value.get('services', true) : null;
    if (!isMap(value) || !isSeq(list)) return [];
    const services = list.items as YAMLMap[];
    return services.map((item) => ({ name: String(key), category: value, services, item }));
  });
}

/** What a written name may stand for. */
function keysOf({ services }: Fleet, name: unknown): string[] {
  return services.filter((s) => s.key === name || s.name === name || `${s.project}/${s.name}` === name).map(({ key }) => key);
}

function changed({ file, line, column, evidence, service }: Diagnostic, message: string): Diagnostic {
  return {
    code: 'rewritten',
    severity: 'info',
    message,
    ...(service !== undefined && { service }),
    ...(file !== undefined && { file }),
    ...(line !== undefined && { line }),
    ...(column !== undefined && { column }),
    ...(evidence !== undefined && { evidence }),
  };
}
