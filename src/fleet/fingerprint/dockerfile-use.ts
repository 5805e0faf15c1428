import type { Dockerfile, Instruction, Stage } from './dockerfile.ts';
import { addedFromNetwork, copySources, mountSources } from './sources.ts';
import { declare, expand, type Variables } from './variables.ts';

/** What a build takes from one context: source patterns as written, or all of it. */
export type ContextUse = ReadonlySet<string> | 'everything';

/** What building certain stages of a Dockerfile depends on. */
export interface DockerfileUse {
  /** The used instructions as written. */
  readonly text: string;
  /** By context name; the main context is the empty name. */
  readonly contexts: ReadonlyMap<string, ContextUse>;
  /** External images in the order of first use. */
  readonly images: readonly string[];
  /** Why the inputs cannot be known. */
  readonly unknown: string | null;
}

export interface UseRequest {
  /** Stage names or numbers; null = the last stage. */
  readonly targets: readonly (string | null)[];
  readonly args: Variables;
  /** Names of additional contexts: they come before stages and images. */
  readonly contexts: ReadonlySet<string>;
}

/** Follows the stages that the targets need and gathers what they use. */
export function dockerfileUse(dockerfile: Dockerfile, request: UseRequest): DockerfileUse {
  const walk = new Walk(dockerfile, request);
  for (const target of request.targets) walk.target(target);
  return walk.result();
}

interface Taken {
  readonly from: string | undefined;
  readonly sources: readonly string[];
}

class Walk {
  readonly #dockerfile: Dockerfile;
  readonly #request: UseRequest;
  readonly #globals: Variables;
  readonly #scopes = new Map<number, Variables>();
  readonly #contexts = new Map<string, Set<string> | 'everything'>();
  readonly #images = new Set<string>();
  #unknown: string | null = null;

  constructor(dockerfile: Dockerfile, request: UseRequest) {
    this.#dockerfile = dockerfile;
    this.#request = request;
    const none: Variables = new Map();
    this.#globals = dockerfile.globals.reduce(
      (scope, arg) => declare(arg, scope, { overrides: request.args, globals: none }),
      none,
    );
    const { syntax } = dockerfile;
    if (syntax !== null && !/^(docker\.io\/)?docker\/dockerfile(:|@|$)/.test(syntax))
      this.#giveUp(`the Dockerfile is read by ${syntax}`);
  }

  target(name: string | null): void {
    const stage = name === null ? this.#dockerfile.stages.at(-1) : this.#stage(name, this.#dockerfile.stages.length);
    if (stage) this.#visit(stage);
    else this.#giveUp(name === null ? 'the Dockerfile has no stage' : `the Dockerfile has no stage ${name}`);
  }

  result(): DockerfileUse {
    const used = this.#dockerfile.stages.filter((stage) => this.#scopes.has(stage.index));
    const instructions = [...this.#dockerfile.globals, ...used.flatMap((stage) => [stage.from, ...stage.instructions])];
    const text = instructions.map(({ raw }) => raw).join('\n');
    return { text, contexts: this.#contexts, images: [...this.#images], unknown: this.#unknown };
  }

  #visit(stage: Stage): Variables {
    const known = this.#scopes.get(stage.index);
    if (known) return known;
    let scope = this.#base(stage);
    const declared = { overrides: this.#request.args, globals: this.#globals };
    this.#scopes.set(stage.index, scope);
    for (const instruction of stage.instructions) {
      if (instruction.keyword === 'ARG' || instruction.keyword === 'ENV') scope = declare(instruction, scope, declared);
      else this.#read(stage, instruction, scope);
    }
    this.#scopes.set(stage.index, scope);
    return scope;
  }

  /** The variables that a stage inherits: those of the stage it is built upon. */
  #base(stage: Stage): Variables {
    const base = expand(stage.base, this.#globals);
    const parent = base === null ? undefined : this.#stage(base, stage.index);
    if (parent && !this.#request.contexts.has(base!)) return this.#visit(parent);
    this.#external(base, stage.base);
    // Its triggers are instructions that cannot be seen here.
    if (base?.includes('onbuild')) this.#use('', 'everything');
    return new Map();
  }

  #read(stage: Stage, instruction: Instruction, scope: Variables): void {
    // ONBUILD acts in the images built upon this one; the rest reads no files.
    if (instruction.keyword === 'RUN') {
      for (const { from, sources } of mountSources(instruction)) this.#take(stage, { from, sources }, scope);
    }
    if (instruction.keyword !== 'COPY' && instruction.keyword !== 'ADD') return;
    const url = addedFromNetwork(instruction);
    if (url !== null) this.#giveUp(`it adds ${url} from the network`);
    const from = instruction.flags.find((flag) => flag.name === 'from')?.value;
    this.#take(stage, { from, sources: copySources(instruction) }, scope);
  }

  /** Notes that something is taken out of a context, stage or image. */
  #take(stage: Stage, { from, sources }: Taken, scope: Variables): void {
    if (from === undefined) {
      this.#sources('', sources, scope);
      return;
    }
    const name = expand(from, scope);
    const other = name === null ? undefined : this.#stage(name, stage.index);
    if (name !== null && this.#request.contexts.has(name)) this.#sources(name, sources, scope);
    else if (other) this.#visit(other);
    else this.#external(name, from);
  }

  #sources(context: string, sources: readonly string[], scope: Variables): void {
    for (const source of sources) this.#use(context, expand(source, scope) ?? 'everything');
  }

  #use(context: string, source: string): void {
    const used = this.#contexts.get(context);
    if (used === 'everything') return;
    if (source === 'everything') this.#contexts.set(context, 'everything');
    else this.#contexts.set(context, new Set([...(used ?? []), source]));
  }

  #external(name: string | null, written: string): void {
    if (name === null || name === '') this.#giveUp(`the image ${written} depends on a variable that is not known`);
    else if (this.#request.contexts.has(name)) this.#contexts.set(name, 'everything');
    else if (name !== 'scratch') this.#images.add(name);
  }

  /** A stage by name or number, only among those before `before`. */
  #stage(name: string, before: number): Stage | undefined {
    const earlier = this.#dockerfile.stages.slice(0, before);
    return (
      earlier.findLast((stage) => stage.name === name.toLowerCase()) ?? (/^\d+$/.test(name) ? earlier[Number(name)] : undefined)
    );
  }

  #giveUp(why: string): void {
    this.#unknown ??= why;
  }
}
