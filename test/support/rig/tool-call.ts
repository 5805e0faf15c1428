import type { Socket } from 'node:net';

/** What a fake tool told of its call. */
export interface ToolCallFacts {
  /** `docker`, `docker-compose` or `docker-buildx`. */
  readonly tool: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly pid: number;
  /** Its process group. */
  readonly group: number;
  /** Whether any of its three streams is a terminal. */
  readonly terminal: boolean;
}

/** One running call of a fake tool, operated by the test. */
export class ToolCall {
  readonly facts: ToolCallFacts;
  /** Resolves when its process is gone. */
  readonly gone: Promise<void>;
  readonly #socket: Socket;
  readonly #waiting = new Map<number, (value: unknown) => void>();
  readonly #signals: string[] = [];
  #onSignal: () => void = () => {};
  #lastId = 0;

  constructor(facts: ToolCallFacts, socket: Socket) {
    this.facts = facts;
    this.#socket = socket;
    this.gone = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.once('close', () => {
      for (const resolve of this.#waiting.values()) resolve(null);
    });
  }

  /** The call in one line, for messages and matching. */
  get line(): string {
    return [this.facts.tool, ...this.facts.args].join(' ');
  }

  /** Takes in what the tool reports after its first line. */
  hear(message: { readonly done?: number; readonly value?: unknown; readonly signal?: string }): void {
    if (message.signal !== undefined) {
      this.#signals.push(message.signal);
      this.#onSignal();
    }
    if (message.done === undefined) return;
    this.#waiting.get(message.done)?.(message.value);
    this.#waiting.delete(message.done);
  }

  /** Writes on its stdout. */
  stdout(text: string): Promise<unknown> {
    return this.#tell({ do: 'stdout', text });
  }

  /** Writes on its stderr. */
  stderr(text: string): Promise<unknown> {
    return this.#tell({ do: 'stderr', text });
  }

  /** Writes the chunk so many times, as fast as it is read. */
  flood(stream: 'stdout' | 'stderr', chunk: string, times: number): Promise<unknown> {
    return this.#tell({ do: 'flood', stream, chunk, times });
  }

  /** All of its stdin. */
  async stdin(): Promise<string> {
    return String(await this.#tell({ do: 'readStdin' }));
  }

  /** From now on the signal does not end it. */
  ignore(signal: 'SIGTERM'): Promise<unknown> {
    return this.#tell({ do: 'ignore', signal });
  }

  /** Starts a process of its group that ignores TERM; its pid. */
  async spawnSurvivor(): Promise<number> {
    return Number(await this.#tell({ do: 'spawnSurvivor' }));
  }

  /** Ends it. */
  async exit(code = 0): Promise<void> {
    void this.#tell({ do: 'exit', code });
    await this.gone;
  }

  /** Resolves once an ignored signal has come. */
  async signalled(): Promise<string> {
    while (this.#signals.length === 0) {
      await new Promise<void>((resolve) => {
        this.#onSignal = resolve;
      });
    }
    return this.#signals.shift()!;
  }

  #tell(command: Readonly<Record<string, unknown>>): Promise<unknown> {
    this.#lastId += 1;
    const id = this.#lastId;
    const answered = new Promise((resolve) => this.#waiting.set(id, resolve));
    if (!this.#socket.destroyed) this.#socket.write(`${JSON.stringify({ ...command, id })}\n`);
    return answered;
  }
}
