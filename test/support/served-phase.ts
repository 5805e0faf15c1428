import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Event } from '../../src/journal/events.ts';
import { type Holder, holderToRecord } from '../../src/journal/holder.ts';
import { ok } from '../../src/model/result.ts';
import type { FleetSample } from '../../src/model/usage.ts';
import type { RollBack, ServeOptions } from '../../src/serve/context.ts';
import { type RunningServer, startServer } from '../../src/serve/server.ts';
import { systemClock } from '../../src/util/clock.ts';
import { readHostIdentity } from '../../src/util/host-identity.ts';
import { nodeDisk } from '../../src/util/node-disk.ts';
import { journalText, must, RUN, scratchFolder } from './journal.ts';

export const TOKEN = 'a-token-of-the-test-0123456789';

export const EMPTY_SAMPLE: FleetSample = { at: '2026-02-04T14:00:00.000Z', host: null, containers: [], usage: [], problem: null };

/** A project dir with journals, and a server that shows it. */
export class ServedPhase {
  readonly root: string;
  #server: RunningServer;
  readonly options: ServeOptions;

  private constructor(root: string, options: ServeOptions, server: RunningServer) {
    this.root = root;
    this.options = options;
    this.#server = server;
  }

  static async start(given: Partial<ServeOptions> = {}): Promise<ServedPhase> {
    const root = given.fleet?.root ?? (await scratchFolder());
    const rollBack: RollBack = async () => ok({ run: null });
    const options: ServeOptions = {
      fleet: { root, phase: 'phase1', name: 'test', logDirectory: join(root, 'logs'), stateFile: join(root, 'state.json') },
      version: '0.1.0',
      host: '127.0.0.1',
      port: 0,
      token: TOKEN,
      refreshMs: 1000,
      assets: { html: '<!doctype html><title>t</title>', js: 'let a;', css: 'a{}', icon: '<svg/>' },
      watch: { sample: async () => EMPTY_SAMPLE, readLog: async () => ok([]) },
      rollBack,
      metrics: null,
      disk: nodeDisk,
      clock: systemClock,
      me: await readHostIdentity(process.pid),
      onBug: (error) => {
        throw error;
      },
      ...given,
    };
    const phase = new ServedPhase(root, options, must(await startServer(options)));
    onTestFinished(() => phase.#server.close());
    return phase;
  }

  get port(): number {
    return this.#server.listening.port;
  }

  get address(): string {
    return this.#server.address;
  }

  /** Ends the server and starts another on the same port. */
  async restart(): Promise<void> {
    const { port } = this;
    await this.#server.close();
    this.#server = must(await startServer({ ...this.options, port }));
  }

  async stop(): Promise<void> {
    await this.#server.close();
  }

  /** Adds events to the journal of a run. */
  async record(events: readonly Event[], run = RUN): Promise<void> {
    await mkdir(join(this.root, '.slipway/runs', run), { recursive: true, mode: 0o700 });
    await appendFile(this.journal(run), journalText(events));
  }

  journal(run = RUN): string {
    return join(this.root, '.slipway/runs', run, 'journal.ndjson');
  }

  /** This process holds the lock, as one that executes the newest run. */
  async hold(): Promise<void> {
    const { me } = this.options;
    const holder: Holder = {
      pid: process.pid,
      start: (await me.startOf(process.pid)) ?? '',
      bootId: me.bootId,
      pidNamespace: me.pidNamespace,
      machineId: me.machineId,
      host: me.host,
      startedAt: '2026-02-04T14:00:00.000Z',
      command: 'slipway rebuild',
      root: this.root,
    };
    await mkdir(join(this.root, '.slipway'), { recursive: true, mode: 0o700 });
    await writeFile(join(this.root, '.slipway/lock'), JSON.stringify(holderToRecord(holder)));
  }

  ask(path: string, how: Partial<Ask> = {}): Promise<Answer> {
    return ask({ port: this.port, path, ...how });
  }

  /** An action as the page sends it. */
  act(action: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const sent = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', ...headers };
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return this.ask(`/api/actions/${action}`, { method: 'POST', headers: sent, body: text });
  }
}

export interface Ask {
  readonly port: number;
  readonly path: string;
  readonly address: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON. */
  readonly json: unknown;
}

/** One request on a connection of its own, with the headers as given. */
export function ask({ port, path, address = '127.0.0.1', method = 'GET', headers = {}, body }: Partial<Ask>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: address, port, path, method, headers, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      answer.on('error', reject);
      answer.on('end', () => {
        const isJson = answer.headers['content-type'] === 'application/json' && text !== '';
        resolve({ status: answer.statusCode!, headers: answer.headers, text, json: isJson ? JSON.parse(text) : null });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
