import type { Place } from '../model/diagnostic.ts';

/** `validation` of the configuration: what is looked at before and after a run. */
export interface ValidationSettings {
  readonly preBuild: readonly ListedCheck[];
  readonly postBuild: readonly ListedCheck[];
  readonly postDeployment: readonly ListedCheck[];
  readonly logErrors: LogErrorSettings;
  readonly limits: LimitSettings;
  readonly watch: WatchSettings;
}

/** One entry of a list: free text for the operator, or a check that Slipway can make. */
export interface ListedCheck {
  /** As the operator called it; null = it is told by what it does. */
  readonly name: string | null;
  readonly check: CheckSpec;
  readonly timeoutMs: number;
  readonly place: Place;
}

/** What an entry asks for. */
export type CheckSpec =
  /** For people. */
  | { readonly kind: 'text'; readonly text: string }
  /** `status` null: any from 200 to 399. */
  | { readonly kind: 'http'; readonly target: HttpTarget; readonly status: number | null; readonly contains: string | null }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  /** `service` null: on this machine, in the project dir; else inside that service's container. Exit code 0 is good. */
  | { readonly kind: 'command'; readonly command: readonly string[]; readonly service: string | null }
  /** Its containers run and are healthy. */
  | { readonly kind: 'healthy'; readonly service: string }
  /** A file or folder that is there, from the project dir. */
  | { readonly kind: 'file'; readonly path: string }
  /** So many bytes are free where the project dir is. */
  | { readonly kind: 'disk'; readonly freeBytes: number };

/** A whole address, or a path on the port that a service publishes. */
type HttpTarget =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'service'; readonly service: string; readonly path: string };

/** Which log lines tell of errors. Patterns are regular expressions as RE2 reads them: matched in linear time. */
export interface LogErrorSettings {
  /** Whether Slipway's own patterns count. */
  readonly builtin: boolean;
  readonly patterns: readonly string[];
  readonly ignore: readonly string[];
  readonly contextLines: number;
}

/** What a service may use; null = it is not looked at. */
interface LimitSettings {
  /** Of the container's own memory limit, or of the host's memory. */
  readonly memoryPercent: number | null;
  /** Of the processors that the container may use. */
  readonly cpuPercent: number | null;
  /** Restarts since the run put the container in place. */
  readonly restarts: number;
  readonly responseTimeMs: number;
}

/** `validate --watch`. */
interface WatchSettings {
  readonly windowMs: number;
  readonly intervalMs: number;
  /** Whether a rebuild notes how the services did before it. */
  readonly baseline: boolean;
  /** Worse than before = more than so many times what it was. */
  readonly errorFactor: number;
  readonly latencyFactor: number;
}
