import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { err, ok, type Result } from '../model/result.ts';
import type { ApiEndpoint } from './api/client.ts';
import type { EngineProblem } from './port.ts';

/** An environment as `process.env` has it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Variables with which an operator's shell could redirect or destroy (traps T10); DOCKER_BUILDKIT=0 would switch BuildKit off. */
const NOT_INHERITED = /^(COMPOSE_|BUILDX_|DOCKER_BUILDKIT$)/;

/**
 * The environment of every docker child: DOCKER_HOST, DOCKER_CONTEXT, proxies and the like are kept, all of Compose's and buildx's own
 * variables are not.
 */
export function childEnvironment(own: Environment): Record<string, string> {
  return {
    // Less garbage collection in processes that live for a second: a tenth of their CPU time.
    GOGC: '400',
    ...inheritable(own),
    // Compose takes COMPOSE_* from the project's .env when they are unset here, and this one removes siblings.
    COMPOSE_REMOVE_ORPHANS: '0',
    // Attestations would give a cached rebuild a new image id (traps T8).
    BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
    // Bake would ask before it reads outside its working directory; Compose allows its own paths in the same way.
    BUILDX_BAKE_ENTITLEMENTS_FS: '0',
    DOCKER_CLI_HINTS: 'false',
  };
}

/** The variables that a docker child may be given: all but those that would change what it does behind our back. */
export function inheritable(variables: Environment): Record<string, string> {
  const kept = Object.entries(variables).filter((entry): entry is [string, string] => {
    return entry[1] !== undefined && !NOT_INHERITED.test(entry[0]);
  });
  return Object.fromEntries(kept);
}

/** The docker CLI's configuration folder. */
export function dockerConfigFolder(own: Environment): string {
  return own.DOCKER_CONFIG || join(own.HOME || homedir(), '.docker');
}

/**
 * The engine that the docker CLI would use: DOCKER_HOST, else DOCKER_CONTEXT, else the configuration's current context, else the
 * local socket (docker/cli `cli/command/cli.go`, resolveContextName).
 */
export function dockerEndpoint(own: Environment): Result<ApiEndpoint, EngineProblem> {
  const folder = dockerConfigFolder(own);
  if (own.DOCKER_HOST) return endpointOf(own.DOCKER_HOST, tlsFromEnvironment(own, folder));
  const context = own.DOCKER_CONTEXT || currentContext(folder);
  return context === '' || context === 'default' ? ok(LOCAL) : contextEndpoint(folder, context);
}

const LOCAL: ApiEndpoint = { kind: 'unix', path: '/var/run/docker.sock' };

type Tls = { readonly ca?: string; readonly cert?: string; readonly key?: string };

function endpointOf(host: string, tls: Tls | null): Result<ApiEndpoint, EngineProblem> {
  if (host.startsWith('unix://')) return ok({ kind: 'unix', path: host.slice('unix://'.length) });
  const tcp = /^(?:tcp|https?):\/\/(\[[^\]]+\]|[^:/]+)(?::(\d+))?\/?$/.exec(host);
  if (!tcp) return err(unusable(`the Docker engine's address ${host} is not one that Slipway can use`));
  const secure = tls ?? (host.startsWith('https:') ? {} : null);
  const port = Number(tcp[2] ?? (secure ? 2376 : 2375));
  return ok({ kind: 'tcp', host: tcp[1]!.replace(/^\[|\]$/g, ''), port, tls: secure });
}

function contextEndpoint(folder: string, name: string): Result<ApiEndpoint, EngineProblem> {
  const id = createHash('sha256').update(name).digest('hex');
  const meta = readJson(join(folder, 'contexts', 'meta', id, 'meta.json')) as ContextMeta | null;
  const host = meta?.Endpoints?.docker?.Host;
  if (typeof host !== 'string') return err(unusable(`the docker context ${name} does not exist or names no engine`));
  const tls = readTls(join(folder, 'contexts', 'tls', id, 'docker'));
  return endpointOf(host, tls);
}

interface ContextMeta {
  readonly Endpoints?: { readonly docker?: { readonly Host?: unknown } };
}

function currentContext(folder: string): string {
  const config = readJson(join(folder, 'config.json')) as { currentContext?: unknown } | null;
  return typeof config?.currentContext === 'string' ? config.currentContext : '';
}

function tlsFromEnvironment(own: Environment, folder: string): Tls | null {
  if (!own.DOCKER_TLS_VERIFY && !own.DOCKER_TLS) return null;
  return readTls(own.DOCKER_CERT_PATH || folder) ?? {};
}

function readTls(folder: string): Tls | null {
  const part = (file: string, key: keyof Tls): Tls => {
    const text = readText(join(folder, file));
    return text === null ? {} : { [key]: text };
  };
  const tls = { ...part('ca.pem', 'ca'), ...part('cert.pem', 'cert'), ...part('key.pem', 'key') };
  return Object.keys(tls).length > 0 ? tls : null;
}

function unusable(message: string): EngineProblem {
  return { code: 'no-engine', message, remedy: 'set DOCKER_HOST or the docker context to a unix or tcp address' };
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readText(path) ?? 'null');
  } catch {
    return null;
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
