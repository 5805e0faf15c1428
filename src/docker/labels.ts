/** Labels of everything on an engine that is Slipway's own; nothing without them is ever cleared. */
export const LABEL = {
  /** The run that made it. */
  run: 'io.slipway.run',
  /** `test`, `preflight` or `lock`. */
  role: 'io.slipway.role',
  /** The service's key. */
  service: 'io.slipway.service',
  /** The Compose project that it was made for. */
  project: 'io.slipway.project',
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

/** What Slipway's helper containers carry: `role` is what they are for. */
export function helperLabels(of: {
  readonly role: 'test' | 'preflight';
  readonly run: string;
  readonly project: string;
  readonly service: string;
}): Record<string, string> {
  return {
    [LABEL.role]: of.role,
    [LABEL.run]: of.run,
    [LABEL.project]: of.project,
    [LABEL.service]: of.service,
    // Images built by Compose carry these, and a container inherits them: emptied, so that nobody counts it as a replica (traps T8).
    [COMPOSE_LABEL.project]: '',
    [COMPOSE_LABEL.service]: '',
    [COMPOSE_LABEL.version]: '',
  };
}
