import type { Diagnostic, Place } from '../model/diagnostic.ts';
import type { Category, ReplaceOrder, Settings, Stack } from './types.ts';

/** A health setting as written: `undefined` in ConfigService means "the stack's default". */
export type ConfigHealth =
  | { readonly kind: 'http'; readonly path: string }
  | { readonly kind: 'tcp'; readonly port: number }
  | { readonly kind: 'command'; readonly command: readonly string[] }
  | { readonly kind: 'none' };

/** A service as the configuration names it, before it is matched with the Compose model. */
export interface ConfigService {
  /** As written: `name`, or `project/name`. */
  readonly name: string;
  readonly place: Place;
  readonly stack: Stack;
  /** As published on the host; null = not given. */
  readonly port: number | null;
  readonly portPlace: Place | null;
  readonly health: ConfigHealth | undefined;
  readonly critical: boolean;
  readonly kind: 'service' | 'one-shot' | undefined;
  readonly test: {
    /** undefined = the stack's default; null = no test. */
    readonly command: readonly string[] | null | undefined;
    readonly target: string | null;
    readonly mounts: readonly string[];
    readonly isolation: 'sandbox' | 'project';
    readonly timeoutMs: number | null;
  };
  readonly replace: { readonly order: ReplaceOrder | undefined; readonly preflight: boolean | undefined };
}

/** A Compose project as configured; paths as written, relative to `directory` or the project dir. */
export interface ConfigProject {
  /** Null = the name Compose renders. */
  readonly name: string | null;
  readonly directory: string | null;
  /** Empty = Compose's own default files. */
  readonly files: readonly string[];
  readonly profiles: readonly string[];
  readonly envFiles: readonly string[];
  readonly place: Place;
}

/** The configuration file, in either dialect, validated and with defaults; `categories` null = no file or none given: one category `other`. */
export interface Config {
  readonly file: string | null;
  readonly dialect: 'current' | 'older' | 'none';
  readonly settings: Settings;
  /** Empty = the one Compose project of the project dir. */
  readonly projects: readonly ConfigProject[];
  readonly dependsOn: readonly { readonly from: string; readonly to: string; readonly place: Place }[];
  readonly categories: readonly (Category & { readonly services: readonly ConfigService[]; readonly place: Place })[] | null;
  /** Default health path by stack (the older dialect can set it); used when a service gives none. */
  readonly healthPaths: Readonly<Record<Stack, string | null>>;
}

/** What loading a configuration gives: a config unless an error forbids it, and every problem found. */
export interface LoadedConfig {
  readonly config: Config | null;
  readonly diagnostics: readonly Diagnostic[];
}
