import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

interface FakeContainer {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly startedAt: string;
}

/** How a test takes over requests: `default` lets the fake answer, `hold` never answers, a number is a status with a message. */
export type Mischief = (request: string) => 'default' | 'hold' | number;

const ZERO_TIME = '0001-01-01T00:00:00Z';

/**
 * A small Engine API on a unix socket: containers, images by tag, an event stream that stays silent. It does nothing by itself: what
 * builds and `up` would have done to it, the test does.
 */
export class FakeEngine {
  readonly images = new Map<string, string>();
  readonly containers = new Map<string, FakeContainer>();
  /** Images whose containers have ended with exit code 1 as soon as one looks. */
  readonly failing = new Set<string>();
  /** Every request so far, as `METHOD /path`. */
  readonly requests: string[] = [];
  mischief: Mischief = () => 'default';
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  async listen(path: string): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(path, resolve));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Makes an image under a tag; its id. */
  addImage(tag: string, id = `sha256:${randomBytes(32).toString('hex')}`): string {
    this.images.set(tag, id);
    return id;
  }

  /** Puts one running container of a Compose service there, in place of an earlier one. */
  runService(project: string, service: string, image: string): string {
    for (const [id, { labels }] of this.containers)
      if (labels['com.docker.compose.service'] === service) this.containers.delete(id);
    const labels = {
      'com.docker.compose.project': project,
      'com.docker.compose.service': service,
      'com.docker.compose.oneoff': 'False',
      'com.docker.compose.config-hash': 'hash',
      'com.docker.compose.container-number': '1',
    };
    return this.#put(`${project}-${service}-1`, image, labels);
  }

  #put(name: string, image: string, labels: Readonly<Record<string, string>>): string {
    const id = randomBytes(32).toString('hex');
    this.containers.set(id, { id, name, image, labels, startedAt: new Date().toISOString() });
    return id;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://engine');
    const what = `${request.method} ${decodeURIComponent(url.pathname)}`;
    this.requests.push(what);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const mischief = this.mischief(what);
    if (mischief === 'hold') return;
    if (mischief !== 'default') return answer(response, mischief, { message: 'the engine had an accident' });
    if (what === 'GET /events') {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.flushHeaders();
      return;
    }
    const { status, body } = this.#answerTo(what, url.searchParams, Buffer.concat(chunks));
    answer(response, status, body);
  }

  #answerTo(what: string, query: URLSearchParams, sent: Buffer): { readonly status: number; readonly body: unknown } {
    if (what === 'GET /info') return found({ SystemTime: new Date().toISOString() });
    if (what === 'GET /networks') return found([{ Name: 'rig_default' }]);
    if (what === 'GET /volumes') return found({ Volumes: [] });
    if (what === 'GET /images/json') return found([...this.images].map(([tag, Id]) => ({ Id, RepoTags: [tag] })));
    if (what === 'GET /containers/json') return found(this.#listed(query));
    if (what === 'POST /containers/create') return this.#create(query, sent);
    const [, method, kind, ref = '', verb = ''] =
      /^(\w+) \/(images|containers)\/(.+?)(?:\/(json|tag|start|stop))?$/.exec(what) ?? [];
    if (kind === 'images') return this.#image(`${method} ${verb}`, ref, query);
    if (kind === 'containers') return this.#container(`${method} ${verb}`, ref);
    return { status: 501, body: { message: `the fake engine knows no ${what}` } };
  }

  #listed(query: URLSearchParams): unknown[] {
    const wanted = (JSON.parse(query.get('filters') ?? '{}') as { label?: string[] }).label ?? [];
    return [...this.containers.values()]
      .filter(({ labels }) =>
        wanted.every((label) => {
          const [name = '', value] = label.split('=');
          return value === undefined ? name in labels : labels[name] === value;
        }),
      )
      .map(({ id, name, labels }) => ({ Id: id, Names: [`/${name}`], Labels: labels }));
  }

  #create(query: URLSearchParams, sent: Buffer) {
    const name = query.get('name') ?? '';
    if ([...this.containers.values()].some((container) => container.name === name))
      return { status: 409, body: { message: 'taken' } };
    const { Image, Labels } = JSON.parse(sent.toString('utf8')) as { Image: string; Labels: Record<string, string> };
    return { status: 201, body: { Id: this.#put(name, Image, Labels) } };
  }

  #image(what: string, ref: string, query: URLSearchParams) {
    const id = this.images.get(ref) ?? [...this.images.values()].find((known) => known === ref);
    if (id === undefined) return missing(`No such image: ${ref}`);
    if (what === 'GET json') return found({ Id: id, Created: new Date(0).toISOString(), Size: 1, Config: { Labels: {} } });
    if (what === 'POST tag') this.images.set(`${query.get('repo')}:${query.get('tag')}`, id);
    if (what === 'DELETE ') this.images.delete(ref);
    return { status: what === 'POST tag' ? 201 : 200, body: [] };
  }

  #container(what: string, ref: string) {
    const container = this.containers.get(ref) ?? [...this.containers.values()].find(({ name }) => name === ref);
    if (!container) return missing(`No such container: ${ref}`);
    if (what === 'GET json') {
      const tag = [...this.images.keys()].find((ref) => this.images.get(ref) === container.image && ref.endsWith(':latest'));
      return found(inspected(container, tag, this.failing.has(container.image)));
    }
    if (what === 'DELETE ') this.containers.delete(container.id);
    return { status: 204, body: null };
  }
}

function inspected({ id, name, image, labels, startedAt }: FakeContainer, tag: string | undefined, hasFailed: boolean): unknown {
  const running = { Status: 'running', ExitCode: 0, FinishedAt: ZERO_TIME };
  const ended = { Status: 'exited', ExitCode: 1, FinishedAt: startedAt };
  const State = { ...(hasFailed ? ended : running), Error: '', OOMKilled: false, StartedAt: startedAt };
  return {
    Id: id,
    Name: `/${name}`,
    Image: image,
    Created: startedAt,
    State,
    RestartCount: 0,
    Config: { Labels: labels, Image: tag ?? image, Hostname: id.slice(0, 12) },
    HostConfig: { NetworkMode: 'rig_default' },
    NetworkSettings: { Networks: { rig_default: {} } },
    Mounts: [],
  };
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body === null ? '' : JSON.stringify(body));
}

function found(body: unknown) {
  return { status: 200, body };
}

function missing(message: string) {
  return { status: 404, body: { message } };
}
