import { StringDecoder } from 'node:string_decoder';
import { stripVTControlCharacters } from 'node:util';
import type { Progress } from '../../journal/events.ts';
import { TailLines } from '../api/output.ts';
import { looksLikeStatus, parseSolveStatus, type SolveStatus, type Vertex, type VertexLog } from './solve-status.ts';

/** Lines kept of each step's output, and of what buildx itself says, for failures. */
const TAIL_LINES = 40;
/** A step that never writes a newline is cut into lines of this length. */
const MAX_LINE_CHARS = 16_384;

/** A step that failed: its name as in the Dockerfile, BuildKit's error, and the last lines it wrote. */
export interface FailedStep {
  readonly name: string;
  readonly error: string;
  readonly lastLines: readonly string[];
}

/** What a build log is given to write to. */
export interface BuildLogSinks {
  readonly log: (text: string) => void;
  readonly progress: (progress: Progress) => void;
}

/**
 * Turns the lines of `--progress=rawjson` into a log that reads like `--progress=plain`, live progress and the failing step. Lines that
 * are no status are buildx's own words and are logged as they are; torn ones are dropped.
 */
export class BuildLog {
  readonly #sinks: BuildLogSinks;
  readonly #steps = new Map<string, Step>();
  readonly #words: string[] = [];
  #last = '';

  constructor(sinks: BuildLogSinks) {
    this.#sinks = sinks;
  }

  /** One line of buildx's stderr, without its newline. */
  line(line: string): void {
    const status = parseSolveStatus(line);
    if (status) this.#take(status);
    else if (line.trim() !== '' && !looksLikeStatus(line)) this.#hear(stripVTControlCharacters(line).trimEnd());
  }

  /** Writes out what steps have left unfinished; nothing may follow. */
  end(): void {
    for (const step of this.#steps.values()) this.#flush(step);
  }

  /** Steps that a cache can serve (all but FROM and BuildKit's own), and how many it did serve. */
  get totals(): { readonly totalSteps: number; readonly cachedSteps: number } {
    const counted = [...this.#steps.values()].filter((step) => isCounted(step.vertex));
    return { totalSteps: counted.length, cachedSteps: counted.filter((step) => step.vertex.cached).length };
  }

  /** The step that failed, not one that was cancelled because of it. */
  get failed(): FailedStep | null {
    const failed = [...this.#steps.values()].filter((step) => step.vertex.error !== '');
    const first = failed.find((step) => !/context canceled|^canceled/i.test(step.vertex.error)) ?? failed[0];
    return first ? { name: first.vertex.name, error: first.vertex.error, lastLines: first.tail.lines } : null;
  }

  /** buildx's own last lines: the source excerpt and its `ERROR: …`. */
  get words(): readonly string[] {
    return this.#words;
  }

  #take(status: SolveStatus): void {
    for (const vertex of status.vertexes) this.#see(vertex);
    for (const log of status.logs) this.#write(log);
    for (const warning of status.warnings) this.#hear(`WARNING: ${warning}`);
    if (status.vertexes.length > 0) this.#report(status.vertexes);
  }

  #see(vertex: Vertex): void {
    if (/\[internal\] load local bake definitions$/.test(vertex.name)) return;
    const known = this.#steps.get(vertex.digest);
    const step = known ?? {
      number: 0,
      vertex,
      written: '',
      open: '',
      decoder: new StringDecoder('utf8'),
      tail: new TailLines(TAIL_LINES),
    };
    step.vertex = { ...vertex, cached: vertex.cached || step.vertex.cached, started: vertex.started ?? step.vertex.started };
    this.#steps.set(vertex.digest, step);
    const end = endOf(step.vertex);
    if (step.number === 0 && (end !== '' || step.vertex.started !== null)) this.#announce(step);
    // BuildKit reports some steps as done several times, each time with another interval.
    if (end === '' || end === step.written) return;
    this.#flush(step);
    this.#say(step, endText(step.vertex));
    step.written = end;
  }

  #announce(step: Step): void {
    step.number = 1 + Math.max(0, ...[...this.#steps.values()].map((other) => other.number));
    this.#say(step, step.vertex.name);
  }

  #write(log: VertexLog): void {
    const step = this.#steps.get(log.vertex);
    if (!step) return;
    if (step.number === 0) this.#announce(step);
    const parts = (step.open + step.decoder.write(log.bytes)).split('\n');
    step.open = parts.pop()!;
    for (const part of parts) this.#output(step, part, log.timestamp);
    if (step.open.length < MAX_LINE_CHARS) return;
    this.#output(step, step.open, log.timestamp);
    step.open = '';
  }

  #flush(step: Step): void {
    const rest = step.open + step.decoder.end();
    step.open = '';
    if (rest !== '') this.#output(step, rest, '');
  }

  #output(step: Step, line: string, at: string): void {
    const shown = lastRewrite(stripVTControlCharacters(line));
    step.tail.add(`${shown}\n`);
    this.#say(step, `${secondsBetween(step.vertex.started, at)}${shown}`);
  }

  #say(step: Step, text: string): void {
    this.#sinks.log(`#${step.number} ${text}\n`);
  }

  #hear(text: string): void {
    this.#words.push(text);
    if (this.#words.length > TAIL_LINES) this.#words.shift();
    this.#sinks.log(`${text}\n`);
  }

  #report(changed: readonly Vertex[]): void {
    const steps = [...this.#steps.values()].filter((step) => isCounted(step.vertex));
    const active = changed.findLast((vertex) => isCounted(vertex) && vertex.started !== null);
    const done = steps.filter((step) => step.vertex.completed !== null).length;
    const running = steps.some((step) => step.vertex.started !== null && step.vertex.completed === null);
    const progress: Progress = {
      kind: 'build',
      step: Math.min(done + (running ? 1 : 0), steps.length),
      of: steps.length,
      cached: steps.filter((step) => step.vertex.cached).length,
      name: active?.name ?? changed.at(-1)!.name,
    };
    const same = JSON.stringify(progress);
    if (same !== this.#last) this.#sinks.progress(progress);
    this.#last = same;
  }
}

interface Step {
  /** Its number in the log; 0 = not mentioned yet. */
  number: number;
  vertex: Vertex;
  /** The end that was last written. */
  written: string;
  /** Output after the last newline. */
  open: string;
  readonly decoder: StringDecoder;
  readonly tail: TailLines;
}

/** `[2/4] RUN …`, `[build 2/4] COPY …`, `[api build 2/4] …`: a step of the Dockerfile; its FROM comes from a registry, not from the cache. */
function isCounted(vertex: Vertex): boolean {
  return /^\[(?:[^\]]+ )?\d+\/\d+\] (?!FROM )/.test(vertex.name);
}

function endOf(vertex: Vertex): '' | 'ERROR' | 'CACHED' | 'DONE' {
  if (vertex.error !== '') return 'ERROR';
  if (vertex.cached) return 'CACHED';
  return vertex.completed === null ? '' : 'DONE';
}

function endText(vertex: Vertex): string {
  if (vertex.error !== '') return `ERROR: ${vertex.error}`;
  if (vertex.cached) return 'CACHED';
  const seconds = (Date.parse(vertex.completed!) - Date.parse(vertex.started ?? vertex.completed!)) / 1000;
  return `DONE ${seconds.toFixed(1)}s`;
}

function secondsBetween(from: string | null, to: string): string {
  const seconds = (Date.parse(to) - Date.parse(from ?? '')) / 1000;
  return Number.isFinite(seconds) && seconds >= 0 ? `${seconds.toFixed(3)} ` : '';
}

/** What a terminal would show at last of a line that was rewritten with carriage returns. */
function lastRewrite(line: string): string {
  return line.split('\r').findLast((part) => part !== '') ?? '';
}
