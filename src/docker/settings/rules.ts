import { posix } from 'node:path';
import type { ContainerSettings, EngineDefaults } from './types.ts';

/** A list without an order of its own. */
export function sorted<T extends string>(values: Iterable<T>, keep: (value: T) => boolean = () => true): readonly T[] {
  return [...values].filter(keep).sort();
}

/** Things in the order of one of their texts. */
export function sortedBy<T>(values: Iterable<T>, text: (value: T) => string): readonly T[] {
  return [...values].sort((a, b) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0));
}

/** What is set of a record: zeros, empty lists and records, and what is missing are left out. */
export function withoutZero(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const isSet = (value: unknown) =>
    typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : Boolean(value);
  return Object.fromEntries(Object.entries(record).filter(([, value]) => isSet(value)));
}

/** The engine writes capabilities in capitals and with `CAP_`, but for `ALL`. */
export function capability(name: string): string {
  const upper = name.toUpperCase();
  return upper === 'ALL' || upper.startsWith('CAP_') ? upper : `CAP_${upper}`;
}

/** `host=address`; the engine has `host:address`. */
export function extraHost(entry: string): string {
  return entry.replace(/[:=]/, '=');
}

/** `name=value`. Of a seccomp profile only that there is one: Compose gives its path, the engine has its text. */
export function securityOption(option: string): string {
  const pair = option.replace(/^([^:=]+):/, '$1=');
  return pair.startsWith('seccomp=') && pair !== 'seccomp=unconfined' ? 'seccomp=profile' : pair;
}

/** Whether a container in this network mode has no network, and so no host name, of its own. */
export function sharesNetwork(mode: string): boolean {
  return mode === 'host' || mode.startsWith('container:') || mode.startsWith('service:');
}

/** A value, or what stands for "nothing asked for" when it is what one gets without asking. */
export function unlessUsual<T>(value: T, usual: T, nothing: T): T {
  return value === usual ? nothing : value;
}

/** A reference with its tag: without one it means `latest`. */
export function withTag(ref: string): string {
  if (/^(sha256:)?[0-9a-f]{64}$/.test(ref) || ref.includes('@')) return ref;
  return ref.includes(':', ref.lastIndexOf('/') + 1) ? ref : `${ref}:latest`;
}

/** A path as the engine cleans it. */
export function folder(path: string): string {
  return path === '' ? '' : posix.normalize(path).replace(/(.)\/$/, '$1');
}

/** How a container logs; an empty driver stands for the engine's own one, and only options that differ from it are told. */
export function logging(
  { driver, options }: { readonly driver?: string | null | undefined; readonly options?: unknown },
  engine: EngineDefaults,
): ContainerSettings['logging'] {
  const isUsual = !driver || driver === engine.logging.driver;
  const given = Object.entries((options ?? {}) as Readonly<Record<string, string>>);
  const own = isUsual ? given.filter(([name, value]) => engine.logging.options[name] !== value) : given;
  return { driver: isUsual ? '' : driver, options: Object.fromEntries(own) };
}

/** A request for a graphics card or the like as the engine holds it, whatever is empty left out. */
export function deviceRequest(request: object): Readonly<Record<string, unknown>> {
  return withoutZero({ ...request });
}
