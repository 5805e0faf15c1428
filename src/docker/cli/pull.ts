import type { ImageId } from '../../model/ids.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { BuildFacts, BuildRequest, EngineProblem, ImageInfo, StepFailure, StepIo } from '../port.ts';
import { type ChildResult, runChild } from '../process.ts';
import { type Argv, pullArgv, remoteDigestArgv } from './argv.ts';
import type { Tools } from './plugins.ts';
import { problemFailure } from './step-failure.ts';
import { engineProblemIn } from './tool-problem.ts';
import { isDiskFull, isTransient } from './transient.ts';
import { failureSentence, readWords } from './words.ts';

/** What a pull needs of its surroundings. */
export interface PullTools {
  readonly tools: Tools;
  readonly env: Readonly<Record<string, string>>;
  readonly images: {
    readonly inspect: (ref: string) => Promise<ImageInfo | null>;
    readonly tag: (image: ImageId, ref: string) => Promise<Result<null, EngineProblem>>;
    readonly untag: (ref: string) => Promise<Result<null, EngineProblem>>;
  };
}

const LAST_LINES = 20;

/**
 * Pulls an image-only service's tag to the candidate tag. The registry is asked for the digest and the image pulled by it: then the
 * live tag does not move, not even for a moment. Where buildx cannot ask that registry (one that only the engine knows as insecure, a
 * mirror), the tag is pulled and put back. The time-out is for all of it.
 */
export function pullCandidate(at: PullTools, request: BuildRequest, io: StepIo): Promise<Result<BuildFacts, StepFailure>> {
  return new Pull(at, request, io).run();
}

class Pull {
  readonly #at: PullTools;
  readonly #request: BuildRequest;
  readonly #io: StepIo;
  readonly #signal: AbortSignal;

  constructor(at: PullTools, request: BuildRequest, io: StepIo) {
    this.#at = at;
    this.#request = request;
    this.#io = io;
    this.#signal = AbortSignal.any([io.signal, AbortSignal.timeout(request.timeoutMs)]);
  }

  async run(): Promise<Result<BuildFacts, StepFailure>> {
    const { image: live, compose } = this.#request.service;
    if (compose.pull_policy === 'never') return await this.#takeLocal(live);
    const asked = await this.#child(remoteDigestArgv(this.#at.tools.buildx, live), 'kept');
    const digest = /^Digest:\s+(sha256:[0-9a-f]{64})$/m.exec(asked.stdout)?.[1];
    return digest === undefined ? await this.#pullAndPutBack(live) : await this.#pull(withDigest(live, digest));
  }

  async #pull(ref: string): Promise<Result<BuildFacts, StepFailure>> {
    const result = await this.#child(pullArgv(this.#at.tools.docker, ref), 'logged');
    if (result.end.kind !== 'exited' || result.end.code !== 0) return err(this.#failure(result));
    const image = await this.#at.images.inspect(ref);
    if (image === null) return err(problemFailure(`the pull ended well, but the engine has no image ${ref}`));
    const tagged = await this.#at.images.tag(image.id, this.#request.candidate);
    if (!tagged.ok) return err(problemFailure(tagged.error.message));
    return ok({ image: image.id, totalSteps: 0, cachedSteps: 0, sizeBytes: image.sizeBytes });
  }

  /** No registry is asked for what the Compose file forbids to pull: under that name it may have something else. */
  async #takeLocal(live: string): Promise<Result<BuildFacts, StepFailure>> {
    const image = await this.#at.images.inspect(live);
    if (image === null) {
      const message = `the engine has no image ${live}, and its pull_policy is never: load or build it by hand`;
      return err({ failure: { code: 'pull-failed', message, lastLogLines: [] }, transient: false });
    }
    const tagged = await this.#at.images.tag(image.id, this.#request.candidate);
    if (!tagged.ok) return err(problemFailure(tagged.error.message));
    return ok({ image: image.id, totalSteps: 0, cachedSteps: 0, sizeBytes: image.sizeBytes });
  }

  async #pullAndPutBack(live: string): Promise<Result<BuildFacts, StepFailure>> {
    const { images } = this.#at;
    const before = await images.inspect(live);
    const pulled = await this.#pull(live);
    const after = await images.inspect(live);
    if (after === null || after.id === before?.id) return pulled;
    // The candidate tag is set by now, so that taking the live one away cannot remove the image.
    const back = before === null ? await images.untag(live) : await images.tag(before.id, live);
    return back.ok ? pulled : err(problemFailure(`the tag ${live} could not be put back: ${back.error.message}`));
  }

  #child(argv: Argv, stdout: 'kept' | 'logged'): Promise<ChildResult> {
    const log = (chunk: Buffer) => this.#io.log(chunk.toString('utf8'));
    return runChild({
      argv,
      env: this.#at.env,
      timeoutMs: this.#request.timeoutMs,
      signal: this.#signal,
      ...(stdout === 'logged' ? { onStdout: log } : {}),
      onStderr: log,
    });
  }

  #failure(result: ChildResult): StepFailure {
    const { end } = result;
    if (this.#io.signal.aborted) return { failure: { code: 'interrupted' }, transient: false };
    const lastLogLines = readWords(result.stderr).lines.slice(-LAST_LINES);
    if (end.kind === 'stopped') {
      return { failure: { code: 'build-timeout', afterMs: this.#request.timeoutMs, lastLogLines }, transient: false };
    }
    const engine = engineProblemIn(result.stderr);
    if (engine) return problemFailure(engine.message);
    const message = end.kind === 'not-started' ? end.message : failureSentence(result.stderr, 'docker pull failed');
    const words = { message, step: null, output: [] };
    if (isDiskFull(words)) return { failure: { code: 'disk-full', message }, transient: false };
    return { failure: { code: 'pull-failed', message, lastLogLines }, transient: isTransient(words) };
  }
}

/** `repo:tag` as `repo@digest`; a reference that already has a digest keeps its own. */
function withDigest(ref: string, digest: string): string {
  if (ref.includes('@')) return ref;
  const colon = ref.indexOf(':', ref.lastIndexOf('/') + 1);
  return `${colon < 0 ? ref : ref.slice(0, colon)}@${digest}`;
}
