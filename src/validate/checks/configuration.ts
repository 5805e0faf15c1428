import { configDigest } from '../../fleet/fingerprint/config-digest.ts';
import type { Service } from '../../fleet/types.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { compareSettings, type Drift } from '../../release/drift.ts';
import type { StoredProjects } from '../../release/store.ts';
import type { ReleasedService } from '../../release/types.ts';
import { mapBounded } from '../../util/bounded.ts';
import { utcText } from '../../util/instant.ts';
import { finding } from '../codes.ts';
import { containersOf } from '../counts.ts';
import type { Looked, NotLooked, ValidateCheck, ValidateContext } from '../types.ts';

const SERVICES_AT_ONCE = 16;

/** Whether each container is configured as the last release records, setting by setting; values are never told, they may be secrets. */
export const configurationCheck: ValidateCheck = {
  name: 'configuration',
  title: 'Configuration',
  column: 'config',
  run: look,
};

interface Recorded {
  readonly service: Service;
  readonly entry: ReleasedService;
}

async function look(context: ValidateContext): Promise<Looked | NotLooked> {
  const { stored, services } = context;
  if (stored === null) return { notLooked: 'there is no release to compare with' };
  if (!stored.ok) return { notLooked: [stored.error.message, stored.error.remedy].filter(Boolean).join('. ') };
  const recorded = services.flatMap((service) => recordedOf(service, context) ?? []);
  const digests = await context.source.hashFiles(recorded.flatMap(({ entry }) => Object.keys(entry.files)));
  const found = await mapBounded(recorded, SERVICES_AT_ONCE, async (one) => {
    const drift = await driftOf(one, { stored: stored.value, context });
    return drift && { ...one, drift, findings: [...drift, ...changedMounts(one, digests), ...changedFiles(one, drift)] };
  });
  const looked = found.filter((one) => one !== null);
  const same = looked.filter(({ drift }) => drift.length === 0).length;
  return {
    seen: looked.length === 0 ? 'no service with a container is in the release' : `${same} of ${looked.length} as recorded`,
    findings: looked.flatMap(({ findings }) => findings),
    looked: looked.map(({ service }) => service.key),
  };
}

/** A service with a container whose configuration the release tells. */
function recordedOf(service: Service, context: ValidateContext): Recorded | null {
  const told = context.expected.get(service.key);
  return told?.by === 'release' && containersOf(context, service).length > 0 ? { service, entry: told.entry } : null;
}

/** Null: nothing can be said, as the image of each container is gone or the release does not hold the service. */
async function driftOf(
  { service, entry }: Recorded,
  { stored, context }: { readonly stored: StoredProjects; readonly context: ValidateContext },
): Promise<Diagnostic[] | null> {
  const model = stored[entry.project]?.model;
  if (!model || !(entry.name in model.services)) return null;
  const compared = await Promise.all(
    containersOf(context, service).map(async ({ id, name, createdAt }) => {
      const own = await context.engine.settings(id);
      const found = own && compareSettings({ model, service: entry.name, tag: entry.tag }, own);
      return found && { name, createdAt, drift: found.drift };
    }),
  );
  const known = compared.filter((one) => one !== null);
  if (known.length === 0) return null;
  return known.flatMap(({ name, createdAt, drift }) =>
    drift.length === 0
      ? []
      : finding('config-differs', {
          service: service.key,
          message: `${name} is configured otherwise than release ${context.release?.release} records: ${driftText(drift)}`,
          evidence: `container made ${utcText(createdAt)}`,
          remedy: `Put it back with \`slipway rollback ${service.key}\`, or record what runs with \`slipway adopt\``,
        }),
  );
}

function driftText(drift: readonly Drift[]): string {
  return drift.map(({ field, names }) => (names.length === 0 ? field : `${field} (${names.join(', ')})`)).join('; ');
}

/** Files of the host that the container sees: it may read them again at any time. */
function changedMounts({ service, entry }: Recorded, digests: ReadonlyMap<string, string | null>): Diagnostic[] {
  const changed = Object.entries(entry.files).filter(([path, digest]) => (digests.get(path) ?? null) !== digest);
  if (changed.length === 0) return [];
  const paths = changed.map(([path]) => path).join(', ');
  return [
    finding('mounted-file-changed', {
      service: service.key,
      message: `${service.key} has files of the host in it that changed since the release: ${paths}`,
      remedy: 'A restart of the service may read them; rebuild it to take them up, or put them back',
    }),
  ];
}

/** What the next rebuild would change; a container that drifted has said more. */
function changedFiles({ service, entry }: Recorded, drift: readonly Diagnostic[]): Diagnostic[] {
  const isSame = entry.config === null || entry.configuration === 'container' || entry.config === configDigest(service);
  if (isSame || drift.length > 0) return [];
  return [
    finding('files-changed', {
      service: service.key,
      message: `The Compose files of ${service.key} were changed since the release: a plain \`docker compose up\` makes it anew`,
      remedy: `See \`slipway plan ${service.key}\``,
    }),
  ];
}
