import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';

const ENGINE = (process.env.DOCKER_HOST || 'unix:///var/run/docker.sock').replace(/^unix:\/\//, '');

/** A request of the Engine API that the test holds back. */
export interface Held {
  /** Resolves once such a request has come; it has not reached the engine then. */
  readonly reached: Promise<void>;
  /** Lets it through, and all like it. */
  release(): void;
  /** Whether its client hung up while it was held: then the engine never gets it. */
  readonly dropped: () => boolean;
}

/**
 * A socket in front of the engine's own, through which a run is led so that the test can stop it between any two requests. Only the
 * beginning of a request is looked at; everything else passes as it is, streams and upgraded connections too.
 */
export class EngineProxy {
  readonly path: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #holds: Hold[] = [];
  readonly #refusals: { readonly line: RegExp; readonly message: string }[] = [];

  private constructor(path: string) {
    this.path = path;
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#serve(client));
  }

  static async start(folder: string): Promise<EngineProxy> {
    const proxy = new EngineProxy(join(folder, 'engine.sock'));
    await new Promise<void>((resolve) => proxy.#server.listen(proxy.path, resolve));
    return proxy;
  }

  /** For DOCKER_HOST. */
  get host(): string {
    return `unix://${this.path}`;
  }

  /** Holds the next request whose line (`POST /containers/x/start`, without the version) matches. */
  hold(line: RegExp): Held {
    const hold = new Hold(line);
    this.#holds.push(hold);
    return { reached: hold.reached, release: () => hold.release(), dropped: () => hold.dropped };
  }

  /** From now on requests (without a body) whose line matches are answered with this refusal. */
  refuse(line: RegExp, message: string): void {
    this.#refusals.push({ line, message });
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(client: Socket): void {
    const engine = connect({ path: ENGINE, allowHalfOpen: true });
    let holding: Hold | null = null;
    const waiting: (Buffer | 'end')[] = [];
    const pass = (chunk: Buffer | 'end') => {
      if (holding) return void waiting.push(chunk);
      if (chunk === 'end') engine.end();
      else engine.write(chunk);
    };
    client.on('data', (chunk: Buffer) => {
      const refusal = this.#refusals.find(({ line }) => line.test(requestLine(chunk)));
      if (refusal) return void client.write(refusalOf(refusal.message));
      const hold = holding ? undefined : this.#holds.find((h) => h.matches(chunk));
      if (hold) {
        holding = hold;
        hold.enter(() => {
          holding = null;
          for (const held of waiting.splice(0)) pass(held);
        });
      }
      pass(chunk);
    });
    client.on('end', () => {
      holding?.drop();
      pass('end');
    });
    engine.on('data', (chunk) => client.write(chunk));
    engine.on('end', () => client.end());
    for (const [socket, other] of [
      [client, engine],
      [engine, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        if (socket === client) holding?.drop();
        other.destroy();
      });
    }
  }
}

class Hold {
  readonly reached: Promise<void>;
  readonly #line: RegExp;
  #reach!: () => void;
  #go: (() => void) | null = null;
  #state: 'armed' | 'held' | 'released' = 'armed';
  dropped = false;

  constructor(line: RegExp) {
    this.#line = line;
    this.reached = new Promise((resolve) => {
      this.#reach = resolve;
    });
  }

  matches(chunk: Buffer): boolean {
    if (this.#state !== 'armed') return false;
    return this.#line.test(requestLine(chunk));
  }

  enter(go: () => void): void {
    this.#state = 'held';
    this.#go = go;
    this.#reach();
  }

  drop(): void {
    this.dropped = true;
    this.#go = null;
  }

  release(): void {
    this.#state = 'released';
    this.#go?.();
  }
}

/** `POST /containers/x/start`, when a request begins here; else empty. */
function requestLine(chunk: Buffer): string {
  const request = /^([A-Z]+) (?:\/v[\d.]+)?(\S+) HTTP/.exec(chunk.subarray(0, 2048).toString('latin1'));
  return request === null ? '' : `${request[1]} ${decodeURIComponent(request[2]!)}`;
}

function refusalOf(message: string): string {
  const body = JSON.stringify({ message });
  const head = ['HTTP/1.1 500 Internal Server Error', 'Content-Type: application/json', `Content-Length: ${body.length}`];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
