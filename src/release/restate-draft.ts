import type { ContainerSettings, ImageDefaults } from '../docker/settings/types.ts';
import type { ComposeModel } from '../fleet/types.ts';

/** What is being written. */
export interface Draft {
  readonly service: Record<string, unknown>;
  readonly networks: Record<string, unknown>;
  readonly volumes: Record<string, unknown>;
}

/** What it is written from: the container, what its image brings, and the model that the files have now. */
export interface From {
  readonly own: ContainerSettings;
  readonly defaults: ImageDefaults;
  readonly model: ComposeModel;
  readonly name: string;
}

/** Writes one setting, or some that belong together, into a service's definition. */
export type Writer = (draft: Draft, from: From) => void;

/** Sets a key, or takes it away when there is nothing to say. A dollar is written twice: Compose interpolates a stored model again. */
export function set(service: Record<string, unknown>, key: string, value: unknown): void {
  if (value === null || value === '' || value === 0 || isEmpty(value)) delete service[key];
  else service[key] = escaped(value);
}

/** Whether a list or a record has nothing in it. */
export function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** Text with each dollar twice, however deep it is. */
export function escaped(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$', '$$$$');
  if (Array.isArray(value)) return value.map(escaped);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, escaped(inner)]));
}

/** The options that are there. */
export function given(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
