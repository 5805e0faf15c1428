import { type ChildProcess, spawn } from 'node:child_process';
import { BUSYBOX } from './compose-project.ts';
import { docker, engineNow } from './engine-facts.ts';
import { eventually } from './eventually.ts';

/** One event of the engine about the watched project. */
export interface Seen {
  /** `container create`, `image tag`, …; health events without their result. */
  readonly what: string;
  /** Of the container; else empty. */
  readonly id: string;
  /** Compose's service of a container, or the one that a test container is for. */
  readonly service: string;
  /** Container name, or the tag. */
  readonly name: string;
  readonly role: 'service' | 'test' | 'lock' | 'other';
  readonly atNs: number;
}

/**
 * The engine's own account of what happened to a project, followed from before the first act: the engine itself remembers the last 256
 * events only.
 */
export class EngineWatch {
  readonly seen: Seen[] = [];
  readonly #project: string;
  readonly #child: ChildProcess;
  #rest = '';
  #marks = 0;

  private constructor(project: string, since: string) {
    this.#project = project;
    this.#child = spawn('docker', ['events', '--since', since, '--format', '{{json .}}'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.#child.stdout!.setEncoding('utf8').on('data', (text: string) => this.#take(text));
  }

  static async start(project: string): Promise<EngineWatch> {
    return new EngineWatch(project, await engineNow());
  }

  /** Waits until everything up to now has been told, and returns how much that is. */
  async now(): Promise<number> {
    this.#marks += 1;
    const mark = `${this.#project}-mark:${this.#marks}`;
    await docker('tag', BUSYBOX, mark);
    const found = await eventually(`the event of ${mark}`, () => this.seen.find((e) => e.name === mark));
    return this.seen.indexOf(found);
  }

  /** Waits for an event after the first `from` ones. */
  async until(what: string, matches: (event: Seen) => boolean, from = 0): Promise<Seen> {
    return eventually(`event: ${what}`, () => this.seen.slice(from).find(matches));
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop()!;
    for (const line of lines) if (line.includes(this.#project)) this.seen.push(seenFrom(JSON.parse(line)));
  }
}

interface Raw {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
  readonly timeNano: number;
}

function seenFrom({ Type, Action, Actor, timeNano }: Raw): Seen {
  const labels = Actor.Attributes;
  const role = labels['io.slipway.role'];
  return {
    what: `${Type} ${Action.split(':')[0]}`,
    id: Type === 'container' ? Actor.ID : '',
    service: labels['io.slipway.service'] ?? labels['com.docker.compose.service'] ?? '',
    name: labels.name ?? '',
    role: role === 'test' || role === 'lock' ? role : labels['com.docker.compose.service'] ? 'service' : 'other',
    atNs: timeNano,
  };
}
