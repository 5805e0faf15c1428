import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { isLocalPath } from '../check/local-path.ts';
import { serviceReference } from '../service/edges.ts';
import type { ComposeBuild, Service } from '../types.ts';
import { canonicalJson } from './canonical.ts';
import type { ContextTree } from './context-tree.ts';
import { parseDockerfile } from './dockerfile.ts';
import { type ContextUse, type DockerfileUse, dockerfileUse } from './dockerfile-use.ts';
import { sha256 } from './file-hashes.ts';

/** Keys of the build section that do not change the image, or are covered by what they point to. */
const NOT_IN_IMAGE = [
  'context',
  'dockerfile',
  'dockerfile_inline',
  'additional_contexts',
  'cache_from',
  'cache_to',
  'no_cache',
  'pull',
  'tags',
];

/** What an image is built from: a digest, or why it cannot be known, and the external images it rests on. */
export interface BuildInputs {
  readonly inputs: string | null;
  readonly unknown: string | null;
  readonly images: readonly string[];
}

export interface InputReaders {
  /** The tree of a folder; with a Dockerfile, as its ignore file leaves it. */
  readonly tree: (folder: string, dockerfile: string | null | 'no ignore file') => ContextTree;
  /** The inputs of another service of the same project, by its name in the Compose file. */
  readonly ofService: (name: string) => Promise<BuildInputs>;
}

/** The inputs of a service that is built. */
export async function buildInputs(service: Service, build: ComposeBuild, readers: InputReaders): Promise<BuildInputs> {
  if (!isLocalPath(build.context)) return unknown(`its context ${withoutCredentials(build.context)} is remote`);
  const file = build.dockerfile_inline === undefined ? resolve(build.context, build.dockerfile ?? 'Dockerfile') : null;
  const text = build.dockerfile_inline ?? readText(file!);
  if (text === null) return unknown(`its Dockerfile ${file} cannot be read`);
  const use = useOf(text, service, build);
  if (use.unknown !== null) return unknown(use.unknown, use.images);
  try {
    return await digestInputs(build, use, { ...readers, main: readers.tree(build.context, file) });
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    return unknown(`its files cannot be read (${error.message})`, use.images);
  }
}

/** The tests' own stage counts too: with it changed, the tests have to run again. */
function useOf(text: string, service: Service, build: ComposeBuild): DockerfileUse {
  const own = build.target ?? null;
  const args = Object.entries(build.args ?? {}).filter((entry): entry is [string, string] => entry[1] !== null);
  return dockerfileUse(parseDockerfile(text), {
    targets: service.test.target === null ? [own] : [own, service.test.target],
    args: new Map(args.map(([name, value]) => [name, String(value)])),
    contexts: new Set(Object.keys(build.additional_contexts ?? {})),
  });
}

async function digestInputs(
  build: ComposeBuild,
  use: DockerfileUse,
  readers: InputReaders & { readonly main: ContextTree },
): Promise<BuildInputs> {
  const used = await Promise.all([...use.contexts].map(async ([name, what]) => ({ name, ...(await contextInputs(name, what)) })));
  const images = [...new Set([...use.images, ...used.flatMap((context) => context.images)])];
  const gap = used.find((context) => context.unknown !== null);
  if (gap) return unknown(gap.unknown!, images);
  const options = Object.fromEntries(Object.entries(build).filter(([key]) => !NOT_IN_IMAGE.includes(key)));
  const contexts = used.map(({ name, inputs }) => [name, inputs]);
  return { inputs: sha256(canonicalJson({ version: 1, dockerfile: use.text, options, contexts })), unknown: null, images };

  async function contextInputs(name: string, what: ContextUse): Promise<BuildInputs> {
    if (name === '') return known(await digestUse(readers.main, what));
    const value = build.additional_contexts![name]!;
    const service = serviceReference(value);
    if (service !== null) return readers.ofService(service);
    if (value.startsWith('docker-image://')) return known(value, [value.slice('docker-image://'.length)]);
    if (isLocalPath(value)) return known(await digestUse(readers.tree(value, 'no ignore file'), what));
    return unknown(`its context ${name} is remote`);
  }
}

async function digestUse(tree: ContextTree, use: ContextUse): Promise<string> {
  if (use === 'everything') return tree.all();
  const sources = [...use].sort();
  return sha256((await Promise.all(sources.map(async (source) => `${source}\0${await tree.source(source)}`))).join('\n'));
}

function known(inputs: string, images: readonly string[] = []): BuildInputs {
  return { inputs, unknown: null, images };
}

/** Inputs that nobody can vouch for: the service is built, and the builder decides. */
export function unknown(why: string, images: readonly string[] = []): BuildInputs {
  return { inputs: null, unknown: why, images };
}

function withoutCredentials(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//');
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
