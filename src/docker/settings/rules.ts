/** A list without an order of its own. */
export function sorted<T extends string>(values: Iterable<T>, keep: (value: T) => boolean = () => true): readonly T[] {
  return [...values].filter(keep).sort();
}

/** Things in the order of one of their texts. */
export function sortedBy<T>(values: Iterable<T>, text: (value: T) => string): readonly T[] {
  return [...values].sort((a, b) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0));
}

/** What is set of a record: zeros, empty lists and what is missing are left out. */
export function withoutZero(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const isSet = (value: unknown) => (Array.isArray(value) ? value.length > 0 : Boolean(value));
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

/** Whether a network, process or ipc mode is that of another container. */
export function isContainerMode(mode: string): boolean {
  return mode.startsWith('container:') || mode.startsWith('service:');
}
