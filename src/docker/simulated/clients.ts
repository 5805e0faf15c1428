import type { Life } from './life.ts';

/** A Compose or buildx process that a Slipway started. */
export interface Client {
  readonly program: 'docker-compose' | 'docker-buildx' | 'docker';
  /** The Compose project that it works on. */
  readonly project: string;
  readonly life: Life;
  /** Who started it. */
  readonly owner: Life;
}

/** The processes on the host that work for a Slipway, whether that one still lives or not. */
export class Clients {
  readonly #running = new Set<Client>();

  add(client: Client): void {
    this.#running.add(client);
  }

  /** It has ended by itself. */
  done(client: Client): void {
    this.#running.delete(client);
  }

  /** Kills what a process has started. */
  endOf(owner: Life): void {
    this.#end((client) => client.owner === owner);
  }

  /** Kills what works on these projects for a Slipway that is gone; returns the names of the programs. */
  endOrphans(projects: readonly string[]): readonly string[] {
    return this.#end((client) => client.owner.over && projects.includes(client.project));
  }

  #end(isMeant: (client: Client) => boolean): readonly string[] {
    const ended = [...this.#running].filter(isMeant);
    for (const client of ended) {
      this.#running.delete(client);
      client.life.end();
    }
    return ended.map(({ program }) => program);
  }
}
