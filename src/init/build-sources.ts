import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { isLocalPath } from '../fleet/check/local-path.ts';
import type { ComposeBuild, Fleet, Service } from '../fleet/types.ts';
import type { ServiceKey } from '../model/ids.ts';
import { type DockerfileFacts, readDockerfileFacts } from './dockerfile-facts.ts';
import { readHttp } from './read-check.ts';
import { findRoute } from './routes.ts';

/** What the files that a service is built from say. */
export interface BuildSources {
  readonly dockerfile: DockerfileFacts | null;
  /** The folder that is the service's own, from the project dir with `/`: that of the Dockerfile, else the context; null = none of this machine. */
  readonly folder: string | null;
  /** Names of the files in that folder. */
  readonly files: readonly string[];
  /** What a health check asks that is a script of the service. */
  readonly scripted: ReturnType<typeof readHttp>;
  /** A path such as `/health` that its sources answer, with the file. */
  readonly route: { readonly path: string; readonly file: string } | null;
  /** Why nothing can be built; null = it can. */
  readonly missing: string | null;
}

const MAX_TEXT_BYTES = 256 * 1024;

/** Reads what the services of a fleet are built from; those without a build are missing from it. Nothing is written. */
export function readBuildSources(fleet: Pick<Fleet, 'root' | 'services'>): ReadonlyMap<ServiceKey, BuildSources> {
  return new Map(
    fleet.services.flatMap((service) => (service.build ? [[service.key, readSources(service, service.build, fleet.root)]] : [])),
  );
}

function readSources(service: Service, build: ComposeBuild, root: string): BuildSources {
  const { context } = build;
  if (!isLocalPath(context)) return { ...NOTHING, dockerfile: factsOf(build.dockerfile_inline ?? '', build) };
  if (!existsSync(context)) return { ...NOTHING, missing: `it is built from ${relative(root, context)}, which does not exist` };
  const path = resolve(context, build.dockerfile ?? 'Dockerfile');
  const text = build.dockerfile_inline ?? readText(path);
  if (text === null) return { ...NOTHING, missing: `it is built with ${relative(root, path)}, which does not exist` };
  const dockerfile = factsOf(text, build);
  const own = build.dockerfile_inline === undefined ? ownFolder(context, path) : context;
  const test = service.compose.healthcheck?.test ?? dockerfile?.healthcheck ?? [];
  const scripts = scriptsOf(test, { build, copies: dockerfile?.copies ?? [] });
  return {
    dockerfile,
    folder: relative(root, own).replaceAll('\\', '/') || '.',
    files: filesIn(own),
    scripted: scripts.map((script) => readHttp(readText(script) ?? '')).find((read) => read !== null) ?? null,
    route: findRoute(own),
    missing: null,
  };
}

const NOTHING: BuildSources = { dockerfile: null, folder: null, files: [], scripted: null, route: null, missing: null };

function factsOf(text: string, { target, args = {} }: ComposeBuild): DockerfileFacts | null {
  const given = Object.entries(args).filter((arg): arg is [string, string] => arg[1] !== null);
  return readDockerfileFacts(text, { target: target ?? null, args: new Map(given) });
}

/** A Dockerfile below the context tells which part of a shared context is the service's; one in a folder for Dockerfiles does not. */
function ownFolder(context: string, dockerfile: string): string {
  const folder = dirname(dockerfile);
  const isBelow = !relative(context, folder).startsWith('..');
  return isBelow && !/^(?:\.?docker|dockerfiles?|build|deploy|\.?ci)$/i.test(basename(folder)) ? folder : context;
}

/** Files on this machine that the words of a check may name: by what the image copies, and by the ends of the path in it. */
function scriptsOf(
  test: readonly string[],
  { build, copies }: { readonly build: ComposeBuild; readonly copies: readonly string[] },
): string[] {
  const contexts = [build.context, ...Object.values(build.additional_contexts ?? {})].filter(isLocalPath);
  const named = test
    .flatMap((word) => word.split(/[\s;&|"']+/))
    .filter((word) => /^[\w./-]+\.(?:py|m?js|cjs|ts|sh|rb|pl)$/.test(word));
  const tails = named.flatMap((path) => {
    const parts = path.split('/').filter((part) => part !== '' && part !== '.');
    const copied = copies.filter((source) => basename(source) === parts.at(-1));
    return [...copied, ...parts.map((_, i) => parts.slice(i).join('/'))];
  });
  return tails.flatMap((tail) => contexts.map((context) => join(context, tail))).filter((path) => readText(path) !== null);
}

function filesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function readText(path: string): string | null {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isFile() || found.size > MAX_TEXT_BYTES) return null;
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
