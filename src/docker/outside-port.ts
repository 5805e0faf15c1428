/** What an address answered; `body` is its beginning. */
export type HttpAnswer =
  | { readonly kind: 'answered'; readonly status: number; readonly body: string }
  | { readonly kind: 'no-answer'; readonly why: string };

/** How a command of this machine ended, with the last lines that it printed. */
export type CommandAnswer =
  | { readonly kind: 'exited'; readonly code: number; readonly lastLines: readonly string[] }
  | { readonly kind: 'not-done'; readonly why: string; readonly lastLines: readonly string[] };

/** What the operator's own checks ask of the world outside of the engine, from this machine. Nothing of it fails but as an answer. */
export interface Outside {
  /** Redirects are not followed. */
  http(url: string, how: { readonly timeoutMs: number; readonly signal: AbortSignal }): Promise<HttpAnswer>;
  /** Without a shell, in a process group of its own that does not outlive the call. */
  run(
    argv: readonly string[],
    how: { readonly folder: string; readonly timeoutMs: number; readonly signal: AbortSignal },
  ): Promise<CommandAnswer>;
  /** Free for an ordinary user where a folder is; null = the system does not tell. */
  freeBytes(folder: string): Promise<number | null>;
}
