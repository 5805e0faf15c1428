import type { EngineFacts } from '../docker/port.ts';
import { isWithin } from './versions.ts';

/** A version of a tool in which something that a rebuild needs was broken. */
export interface KnownBad {
  readonly tool: keyof typeof TOOL_NAME;
  /** In semver's notation. */
  readonly versions: string;
  readonly what: string;
  readonly fixedIn: string;
  /** Where it is written; the first that has the repair. */
  readonly source: string;
}

const TOOL_NAME = { docker: 'Docker Engine', compose: 'Docker Compose', buildx: 'buildx' } as const;

/**
 * Versions that Slipway could work with, and that have a fault which a rebuild can meet. Older ones than `docker/cli/facts.ts` demands are not
 * here: they are refused.
 */
export const KNOWN_BAD: readonly KnownBad[] = [
  {
    tool: 'docker',
    versions: '>=24.0.0 <24.0.2',
    what: 'builds on images that were tagged here crash the engine, and many build stages at once fail with exit code 4294967295',
    fixedIn: '24.0.2',
    source: 'moby/moby#45582, moby/moby#45620',
  },
  {
    tool: 'docker',
    versions: '>=27.0.0 <27.0.3',
    what: 'new networks may be given a subnet that another network has',
    fixedIn: '27.0.3',
    source: 'moby/moby#48089',
  },
  {
    tool: 'docker',
    versions: '28.0.0',
    what: 'without the kernel modules of ip_set the engine does not start, or its containers have no network',
    fixedIn: '28.0.1',
    source: 'moby/moby#49530',
  },
  {
    tool: 'docker',
    versions: '28.2.2',
    what: 'published ports may lead nowhere on some kernels',
    fixedIn: '28.3.0',
    source: 'moby/moby#50129',
  },
  {
    tool: 'compose',
    versions: '2.35.0',
    what: 'some bind mounts are made wrongly',
    fixedIn: '2.35.1',
    source: 'release notes of Docker Compose 2.35.1',
  },
  {
    tool: 'compose',
    versions: '>=2.36.0 <2.36.2',
    what: 'ports that the engine is to choose are chosen wrongly, and containers are recreated without need',
    fixedIn: '2.36.2',
    source: 'release notes of Docker Compose 2.36.2',
  },
  {
    tool: 'buildx',
    versions: '0.19.0',
    what: 'some fields of a bake file are not understood',
    fixedIn: '0.19.1',
    source: 'docker/buildx#2824',
  },
  {
    tool: 'buildx',
    versions: '0.20.0',
    what: 'build caches that are written with a comma are refused (buildkit.cache_from, buildkit.cache_to)',
    fixedIn: '0.20.1',
    source: 'docker/buildx#2944',
  },
];

/** What is known of the versions here; `version` is the one that was found. */
export function knownFaults(facts: EngineFacts): readonly (KnownBad & { readonly version: string; readonly name: string })[] {
  return KNOWN_BAD.flatMap((known) => {
    const version = facts[known.tool];
    return isWithin(version, known.versions) ? [{ ...known, version, name: TOOL_NAME[known.tool] }] : [];
  });
}
