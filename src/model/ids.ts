/**
 * A service within the fleet: `service`, or `project/service` when the fleet has several projects
 * (product contract, section 5).
 */
export type ServiceKey = string;

/** A run's id, `YYYYMMDD_HHMMSS` in UTC; `_2`, `_3`, … is appended when two runs start in one second. */
export type RunId = string;

/** What `docker image inspect` calls `Id`: `sha256:` and 64 hex digits. The only notion of "the same image". */
export type ImageId = string;

/** A phase's name, which becomes part of image tags and file names: what Docker allows in a tag, short enough for `pre-<phase>-rebuild-<run>-<service>`. */
export const PHASE_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$/;

/** A full container id, 64 hex digits. */
export type ContainerId = string;

/** A step's id, `<service key>:<kind>`, unique within a plan. */
export type StepId = string;

/** An instant as ISO 8601 in UTC with milliseconds, as written in the journal. */
export type Instant = string;

/** The id of the step of `kind` of a service. */
export function stepId(service: ServiceKey, kind: string): StepId {
  return `${service}:${kind}`;
}

/** The run id for an instant (milliseconds since 1970), before it is made unique. */
export function runIdAt(epochMs: number): RunId {
  const iso = new Date(epochMs).toISOString();
  return `${iso.slice(0, 10).replaceAll('-', '')}_${iso.slice(11, 19).replaceAll(':', '')}`;
}

/** The first twelve hex digits of an image or container id, as docker prints them. */
export function shortId(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12);
}
