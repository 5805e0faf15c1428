/** Character cells of a screen. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** A key as the terminal tells of it: what it types, or a name such as `up`, `pagedown`, `escape`, and what was held with it. */
export interface Key {
  /** The characters it types; empty for a key that types none. */
  readonly text: string;
  readonly name: string;
  readonly ctrl: boolean;
  readonly shift: boolean;
}

/** What the monitor needs of a real terminal; src/cli has the one of this process. */
export interface Terminal {
  size(): Size;
  write(text: string): void;
  /** Keys come one by one, without echo, from now on. Returns what ends that. */
  onKey(listener: (key: Key) => void): () => void;
  onResize(listener: () => void): () => void;
  /** Called before the process goes away by a way that passes its caller by, as an exception in a listener does. Returns what takes it back. */
  onLeave(listener: () => void): () => void;
  /** The operator or a signal wants the process to stop or to go away. Returns what ends the listening. */
  onSignal(listener: (signal: 'suspend' | 'continued' | 'SIGINT' | 'SIGTERM' | 'SIGHUP') => void): () => void;
  /** Stops the process as Ctrl-Z does; it comes back with `continued`. */
  suspend(): void;
}
