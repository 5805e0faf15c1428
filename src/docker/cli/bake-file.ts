import { err, ok, type Result } from '../../model/result.ts';
import { COMPOSE_LABEL } from '../labels.ts';

/** A target as `compose build --print` writes it; keys that are not named here are passed on untouched. */
interface BakeTarget {
  readonly contexts?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly tags?: readonly string[];
  readonly target?: string;
  readonly secret?: readonly string[];
  readonly network?: string;
  readonly entitlements?: readonly string[];
  readonly attest?: unknown;
  readonly [key: string]: unknown;
}

/** A bake file; the definition of every build of a project. */
export interface BakeFile {
  readonly target: Readonly<Record<string, BakeTarget>>;
}

/** What one candidate build changes of the printed target. */
export interface CandidateBuild {
  readonly service: string;
  readonly candidate: string;
  readonly stage: string | null;
  readonly noCache: boolean;
  readonly pull: boolean;
  readonly inlineCache: boolean;
  readonly cacheFrom: readonly string[];
  readonly cacheTo: readonly string[];
}

/** A bake call for one candidate. */
export interface CandidateBake {
  readonly file: BakeFile;
  readonly target: string;
  /** Entitlements that bake wants to be granted. */
  readonly allow: readonly string[];
  /** Environment variables that hold build secrets. */
  readonly secretVariables: readonly string[];
  /** Whether the operator asked for attestations, which may hold facts of the git checkout. */
  readonly attested: boolean;
}

/** The printed file reduced to one service and what it is built from; only the candidate tag is ever written. */
export function candidateBake(printed: BakeFile, build: CandidateBuild): Result<CandidateBake, string> {
  const target = targetOf(printed, build.service);
  if (target === null) return err(`Compose builds no image for ${build.service}`);
  const needed = linked(printed, target);
  const others = needed.filter((name) => name !== target).map((name) => [name, linkedTarget(printed.target[name]!)]);
  const main = candidateTarget(printed.target[target]!, build);
  const targets = needed.map((name) => printed.target[name]!);
  return ok({
    file: { target: { [target]: main, ...Object.fromEntries(others) } },
    target,
    allow: [...new Set(targets.flatMap(entitlements))],
    secretVariables: [...new Set(targets.flatMap((t) => t.secret ?? []).flatMap(secretVariable))],
    attested: main.attest !== undefined,
  });
}

/** Compose names a target after its service with dots replaced; its label has the true name. */
function targetOf(printed: BakeFile, service: string): string | null {
  const names = Object.keys(printed.target);
  const labelled = names.find((name) => printed.target[name]!.labels?.[COMPOSE_LABEL.service] === service);
  return labelled ?? names.find((name) => name === service || name === service.replaceAll('.', '_')) ?? null;
}

/** The target and all that it uses as build contexts (`additional_contexts: service:x`). */
function linked(printed: BakeFile, target: string): readonly string[] {
  const found = new Set([target]);
  for (const name of found) {
    for (const context of Object.values(printed.target[name]?.contexts ?? {})) {
      const other = /^target:(.+)$/.exec(context)?.[1];
      if (other !== undefined && other in printed.target) found.add(other);
    }
  }
  return [...found];
}

function candidateTarget(printed: BakeTarget, build: CandidateBuild): BakeTarget {
  const cacheTo = build.inlineCache ? [...build.cacheTo, 'type=inline'] : build.cacheTo;
  return {
    ...printed,
    tags: [build.candidate],
    ...(build.stage === null ? {} : { target: build.stage }),
    ...(build.noCache ? { 'no-cache': true } : {}),
    ...(build.pull ? { pull: true } : {}),
    ...added(printed, 'cache-from', build.cacheFrom),
    ...added(printed, 'cache-to', cacheTo),
  };
}

/** Built on the way and not exported. Its own build came first, so that the cache gives what that one made, also with --no-cache. */
function linkedTarget({ tags: _tags, ...printed }: BakeTarget): BakeTarget {
  return printed;
}

function added(printed: BakeTarget, key: 'cache-from' | 'cache-to', more: readonly string[]): Record<string, unknown> {
  const own = printed[key];
  return more.length === 0 ? {} : { [key]: [...(Array.isArray(own) ? own : []), ...more] };
}

function entitlements(target: BakeTarget): readonly string[] {
  return [...(target.entitlements ?? []), ...(target.network === 'host' ? ['network.host'] : [])];
}

function secretVariable(secret: string): readonly string[] {
  const variable = /(?:^|,)env=([^,]+)/.exec(secret)?.[1];
  return variable === undefined ? [] : [variable];
}
