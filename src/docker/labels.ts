import { randomBytes } from 'node:crypto';

/** Labels of everything on an engine that is Slipway's own; nothing without them is ever cleared. */
export const LABEL = {
  /** The run that made it. */
  run: 'io.slipway.run',
  /** `test`, `preflight`, `keeper` or `lock`. */
  role: 'io.slipway.role',
  /** The service's key. */
  service: 'io.slipway.service',
  /** The Compose project that it was made for. */
  project: 'io.slipway.project',
  /** The id of the image that a keeper keeps. */
  image: 'io.slipway.image',
  /** The holder record of a lock, as JSON. */
  holder: 'io.slipway.holder',
} as const;

/** Compose's own labels (compose `pkg/api/labels.go`). */
export const COMPOSE_LABEL = {
  project: 'com.docker.compose.project',
  service: 'com.docker.compose.service',
  version: 'com.docker.compose.version',
  configHash: 'com.docker.compose.config-hash',
  oneOff: 'com.docker.compose.oneoff',
  number: 'com.docker.compose.container-number',
} as const;

/** A helper container of Slipway's: `role` is what it is for, `project` a Compose project, `service` the service's key. */
export interface Helper {
  readonly role: 'test' | 'preflight';
  readonly run: string;
  readonly project: string;
  readonly service: string;
}

/** A name for a helper container that tells people what it is, and that nobody has when the suffix is new. */
export function helperName({ role, run, service }: Helper, suffix: string): string {
  return `slipway-${role}-${run}-${service.replaceAll(/[^a-zA-Z0-9_.-]/g, '-')}-${suffix}`;
}

/** Digits that nobody has had, as good as certainly. */
export function newSuffix(): string {
  return randomBytes(3).toString('hex');
}

/** The labels by which helper containers are found again. */
export function ownLabels(of: Helper): Record<string, string> {
  return { [LABEL.role]: of.role, [LABEL.run]: of.run, [LABEL.project]: of.project, [LABEL.service]: of.service };
}

/** The labels of a helper container that Compose does not make. */
export function helperLabels(of: Helper): Record<string, string> {
  return {
    ...ownLabels(of),
    // Images built by Compose carry these, and a container inherits them: emptied, so that nobody counts it as a replica (traps T8).
    [COMPOSE_LABEL.project]: '',
    [COMPOSE_LABEL.service]: '',
    [COMPOSE_LABEL.version]: '',
  };
}
