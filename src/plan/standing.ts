import type { Fingerprint, Service } from '../fleet/types.ts';
import type { ImageId, ServiceKey } from '../model/ids.ts';
import type { PlanInput, ResumeFacts } from './input.ts';
import type { ObservedContainer, PlanFacts, ServiceRecord } from './types.ts';

/** How a service stands now: what the engine shows, what was recorded, what its inputs are. The questions of causes.ts are asked of it. */
export interface Standing {
  readonly service: Service;
  /** Without Compose's temporary ones. */
  readonly containers: readonly ObservedContainer[];
  readonly running: number;
  /** As many containers run as the model asks for, or it is a one-shot that is done or at work. */
  readonly up: boolean;
  /** The image of its containers, which a backup keeps: when they differ the recorded one, else the first one's. */
  readonly image: ImageId | null;
  readonly mixed: boolean;
  readonly tagImage: ImageId | null;
  readonly record: ServiceRecord | null;
  readonly fingerprint: Fingerprint;
  /** What runs is what the record says was completed, untouched since, so its configuration is the recorded one. */
  readonly asRecorded: boolean;
  /** The image on which a one-shot has succeeded; null when it has not, or is no one-shot. */
  readonly succeededOn: ImageId | null;
  /** For an image-only service: the service of the fleet that builds its tag. */
  readonly builtBy: ServiceKey | null;
  readonly named: boolean;
}

const UNKNOWN: Fingerprint = { inputs: null, unknown: 'its inputs were not read', config: '', bases: [] };

/** What a service's tag is shared with, so that an image-only service of a built tag is not pulled. */
export type BuilderOf = (service: Service) => ServiceKey | null;

/** Gathers the facts of one service; pure. */
export function standingOf(
  service: Service,
  input: PlanInput,
  of: { builder: BuilderOf; named: ReadonlySet<ServiceKey> },
): Standing {
  const observed = input.observed.services[service.key] ?? { containers: [], tagImage: null };
  const containers = observed.containers.filter((c) => !c.temporary);
  const running = containers.filter((c) => c.state === 'running').length;
  const images = new Set(containers.map((c) => c.image));
  const record = input.records.get(service.key) ?? null;
  const recorded = record?.completed?.image;
  const image = recorded !== undefined && images.has(recorded) ? recorded : (containers[0]?.image ?? null);
  const succeededOn = service.kind === 'one-shot' && running === 0 ? successImage(containers, record) : null;
  return {
    service,
    containers,
    running,
    up: service.kind === 'one-shot' ? succeededOn !== null || running > 0 : running >= service.scale,
    image,
    mixed: images.size > 1,
    tagImage: observed.tagImage,
    record,
    fingerprint: input.fingerprints.get(service.key) ?? UNKNOWN,
    asRecorded: images.size === 1 && isAsRecorded(record, image, input.resume?.replaced.get(service.key)),
    succeededOn,
    builtBy: of.builder(service),
    named: of.named.has(service.key),
  };
}

function successImage(containers: readonly ObservedContainer[], record: ServiceRecord | null): ImageId | null {
  const done = containers.find((c) => c.state === 'exited' && c.exitCode === 0);
  if (done) return done.image;
  return containers.length === 0 && record?.status === 'completed' ? (record.completed?.image ?? null) : null;
}

/** Failures before the replace began leave the container, and so its configuration, as the last completed run left it. */
function isAsRecorded(record: ServiceRecord | null, image: ImageId | null, replaced: { image: ImageId } | undefined): boolean {
  if (!record?.completed || replaced || record.completed.image !== image) return false;
  if (record.status === 'failed') return /^(build|test|pull|backup)-/.test(record.code ?? '');
  return record.status !== 'rolled-back';
}

/** The facts that a plan rests on, of one service. */
export function planFacts(standing: Standing): PlanFacts {
  return {
    containers: standing.containers.map((c) => c.id),
    image: standing.image ?? standing.succeededOn,
    tagImage: standing.tagImage,
    inputs: standing.fingerprint.inputs,
    config: standing.fingerprint.config,
    status: standing.record?.status ?? 'pending',
  };
}

/** What `--continue` knows of one service. */
export interface Achieved {
  readonly built: { readonly image: ImageId; readonly inputs: string | null } | undefined;
  readonly testedImage: ImageId | undefined;
  readonly backedUp: boolean;
  readonly replacedBy: ImageId | undefined;
}

/** The successes of one service in the run that is continued; null outside `--continue`. */
export function achievedBy(resume: ResumeFacts | undefined, key: ServiceKey): Achieved | null {
  if (!resume) return null;
  return {
    built: resume.built.get(key),
    testedImage: resume.tested.get(key)?.image,
    backedUp: resume.backedUp.has(key),
    replacedBy: resume.replaced.get(key)?.image,
  };
}
