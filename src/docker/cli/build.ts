import { StringDecoder } from 'node:string_decoder';
import type { Progress } from '../../journal/events.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { ByteLines } from '../../util/byte-lines.ts';
import { systemClock } from '../../util/clock.ts';
import type { BuildFacts, BuildRequest, ImageInfo, StepFailure, StepIo } from '../port.ts';
import { runChild } from '../process.ts';
import { bakeArgv } from './argv.ts';
import { type CandidateBake, candidateBake } from './bake-file.ts';
import type { BakeFiles } from './bake-files.ts';
import { buildFailure } from './build-failure.ts';
import { BuildLog } from './build-log.ts';
import type { Tools } from './plugins.ts';
import { problemFailure } from './step-failure.ts';

/** What a build needs of its surroundings. */
export interface BuildTools {
  readonly tools: Tools;
  readonly env: Readonly<Record<string, string>>;
  readonly bakeFiles: BakeFiles;
  /** An image by tag, as the engine knows it now. */
  readonly inspectImage: (ref: string) => Promise<ImageInfo | null>;
}

/** One line of progress holds a whole log chunk in base64; BuildKit cuts those far below this. */
const MAX_LINE_BYTES = 8 << 20;
const PROGRESS_EVERY_MS = 250;

/**
 * Builds one service to its candidate tag, in a bake call of its own: in one call for all, the first failing target cancels the others.
 * The image id is what the engine says of the candidate tag right after.
 */
export async function buildCandidate(
  at: BuildTools,
  request: BuildRequest,
  io: StepIo,
): Promise<Result<BuildFacts, StepFailure>> {
  const bake = await prepare(at, request);
  if (!bake.ok) return bake;
  const throttle = new ProgressThrottle(io.progress);
  const log = new BuildLog({ log: io.log, progress: (progress) => throttle.report(progress) });
  const lines = new LineFeed((line) => log.line(line));
  const result = await runChild({
    argv: bakeArgv(at.tools.buildx, {
      target: bake.value.target,
      builder: request.buildkit.builder,
      allow: bake.value.allow,
    }),
    env: bake.value.env,
    cwd: request.project.directory,
    input: JSON.stringify(bake.value.file),
    timeoutMs: request.timeoutMs,
    signal: io.signal,
    onStderr: (chunk) => lines.push(chunk),
  });
  lines.end();
  log.end();
  throttle.end();
  if (result.end.kind !== 'exited' || result.end.code !== 0) {
    return err(buildFailure({ end: result.end, failed: log.failed, words: log.words, timeoutMs: request.timeoutMs }));
  }
  const image = await at.inspectImage(request.candidate);
  if (image === null) {
    return err(
      problemFailure(
        `the build ended well, but the engine has no image ${request.candidate}: does the builder load its results?`,
      ),
    );
  }
  return ok({ image: image.id, ...log.totals, sizeBytes: image.sizeBytes });
}

type Prepared = CandidateBake & { readonly env: Readonly<Record<string, string>> };

async function prepare(at: BuildTools, request: BuildRequest): Promise<Result<Prepared, StepFailure>> {
  const printed = await at.bakeFiles.printed(request.run, request.project);
  if (!printed.ok) return err(problemFailure(printed.error.message));
  const bake = candidateBake(printed.value, {
    service: request.service.name,
    candidate: request.candidate,
    stage: request.target,
    noCache: request.noCache || !request.buildkit.cache,
    pull: request.pull,
    inlineCache: request.buildkit.inlineCache,
    cacheFrom: request.buildkit.cacheFrom,
    cacheTo: request.buildkit.cacheTo,
  });
  if (!bake.ok) return err(problemFailure(bake.error));
  const secrets = await secretVariables(at, request, bake.value);
  if (!secrets.ok) return secrets;
  // Facts of the git checkout go into attestations only, and asking git costs several processes a build.
  const git: Record<string, string> = bake.value.attested ? {} : { BUILDX_GIT_INFO: '0' };
  return ok({ ...bake.value, env: { ...at.env, ...git, ...secrets.value } });
}

/** Build secrets that the Compose file takes from a variable may have their value in a `.env` file, which only Compose reads. */
async function secretVariables(
  at: BuildTools,
  request: BuildRequest,
  bake: CandidateBake,
): Promise<Result<Record<string, string>, StepFailure>> {
  const missing = bake.secretVariables.filter((name) => at.env[name] === undefined);
  if (missing.length === 0) return ok({});
  const variables = await at.bakeFiles.variables(request.run, request.project);
  if (!variables.ok) return err(problemFailure(variables.error.message));
  const known = missing.flatMap((name): [string, string][] => {
    const value = variables.value.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  return ok(Object.fromEntries(known));
}

/** Cuts a stream into lines of text; a line without an end is the last one. */
class LineFeed {
  readonly #lines = new ByteLines(MAX_LINE_BYTES);
  readonly #onLine: (line: string) => void;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    for (const line of this.#lines.push(chunk)) {
      if (!line.over) this.#onLine(new StringDecoder('utf8').end(line.bytes));
    }
  }

  end(): void {
    if (this.#lines.pendingBytes > 0) this.push(Buffer.from('\n'));
  }
}

/** Passes on a few reports a second, and always the last one, also when nothing follows it for long (one slow step). */
class ProgressThrottle {
  readonly #report: (progress: Progress) => void;
  #lastMs = Number.NEGATIVE_INFINITY;
  #held: Progress | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(report: (progress: Progress) => void) {
    this.#report = report;
  }

  report(progress: Progress): void {
    this.#held = progress;
    const waitMs = this.#lastMs + PROGRESS_EVERY_MS - systemClock.now();
    if (waitMs <= 0) this.end();
    else this.#timer ??= setTimeout(() => this.end(), waitMs);
  }

  end(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#held) this.#report(this.#held);
    this.#held = null;
    this.#lastMs = systemClock.now();
  }
}
