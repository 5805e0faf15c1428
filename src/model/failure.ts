import type { Verdict } from './verdict.ts';

/** Why a step failed. One closed union; `docs/` lists the codes. */
export type Failure =
  | { readonly code: 'build-failed'; readonly message: string; readonly step?: string; readonly lastLogLines: readonly string[] }
  | { readonly code: 'build-timeout'; readonly afterMs: number; readonly lastLogLines: readonly string[] }
  | { readonly code: 'pull-failed'; readonly message: string; readonly lastLogLines: readonly string[] }
  | { readonly code: 'test-failed'; readonly exitCode: number; readonly lastLogLines: readonly string[] }
  | { readonly code: 'test-timeout'; readonly afterMs: number; readonly lastLogLines: readonly string[] }
  | { readonly code: 'test-out-of-memory'; readonly limit: string; readonly lastLogLines: readonly string[] }
  | { readonly code: 'backup-failed'; readonly message: string }
  | { readonly code: 'changed-underneath'; readonly message: string }
  | { readonly code: 'preflight-failed'; readonly message: string; readonly lastLogLines: readonly string[] }
  | { readonly code: 'replace-failed'; readonly message: string; readonly lastLogLines: readonly string[] }
  | { readonly code: 'bad-verdict'; readonly verdict: Verdict; readonly lastLogLines: readonly string[] }
  | {
      readonly code: 'hook-failed';
      readonly hook: string;
      readonly exitCode: number | null;
      readonly lastLogLines: readonly string[];
    }
  | { readonly code: 'dependency-failed'; readonly dependency: string }
  | { readonly code: 'dependency-fell'; readonly dependency: string }
  | { readonly code: 'rollback-failed'; readonly message: string; readonly commands: readonly (readonly string[])[] }
  | { readonly code: 'engine-error'; readonly message: string }
  | { readonly code: 'disk-full'; readonly message: string }
  | { readonly code: 'interrupted' };
