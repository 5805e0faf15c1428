import { basename, dirname, join } from 'node:path';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { RunId, ServiceKey } from '../model/ids.ts';
import type { AppendFile, Disk } from '../util/disk.ts';
import { fileProblem } from './problems.ts';
import type { RedactingStream, Redactor } from './redact.ts';

export type LogKind = 'build' | 'test';

/** What the paths of a run's logs are made of. */
export interface LogPlace {
  /** `monitoring.log_directory`, absolute. */
  readonly directory: string;
  readonly phase: string;
  readonly run: RunId;
}

/** Where a service's log is. `services` are all keys of the fleet: two of them never share a file. */
export function serviceLogPath(
  place: LogPlace,
  log: { service: ServiceKey; kind: LogKind },
  services: ReadonlySet<ServiceKey>,
): string {
  const parts = log.service.split('/').map(safeName);
  return `${join(place.directory, safeName(place.run), ...parts)}${suffix(log, services)}`;
}

/** Where the run's own log is: beside the folder of the service logs. */
export function runLogPath({ directory, phase, run }: LogPlace): string {
  return join(dirname(directory), `${safeName(phase)}_batch_rebuild_${safeName(run)}.log`);
}

/** The log files of a run. Texts may come in any pieces; they are redacted and written in order. */
export interface RunLogs {
  build(service: ServiceKey, text: string): void;
  test(service: ServiceKey, text: string): void;
  /** The run's own log. */
  note(text: string): void;
  /** Closes a service's logs. More text opens them again. */
  finish(service: ServiceKey): Promise<void>;
  close(): Promise<void>;
}

/** Opens the logs of a run; files appear with their first text. Trouble is told once, and the run goes on without logs. */
export function openRunLogs(
  disk: Disk,
  place: LogPlace,
  init: {
    readonly services: readonly ServiceKey[];
    readonly redactor: Redactor;
    readonly onProblem: (problem: Diagnostic) => void;
  },
): RunLogs {
  const services = new Set(init.services);
  const files = new Map<string, LogFile>();
  let troubled = false;
  const onTrouble = (path: string, error: unknown) => {
    if (!troubled) init.onProblem({ ...fileProblem('write the log', path, error), severity: 'warning' });
    troubled = true;
  };
  const write = (path: string, text: string) => {
    const file =
      files.get(path) ??
      new LogFile({ disk, path, redacting: init.redactor.stream(), onTrouble: (error) => onTrouble(path, error) });
    files.set(path, file);
    file.write(text);
  };
  const end = async (path: string) => {
    const file = files.get(path);
    files.delete(path);
    await file?.end();
  };
  const pathOf = (service: ServiceKey, kind: LogKind) => serviceLogPath(place, { service, kind }, services);
  return {
    build: (service, text) => write(pathOf(service, 'build'), text),
    test: (service, text) => write(pathOf(service, 'test'), text),
    note: (text) => write(runLogPath(place), text),
    finish: async (service) => void (await Promise.all([end(pathOf(service, 'build')), end(pathOf(service, 'test'))])),
    close: async () => void (await Promise.all([...files.keys()].map(end))),
  };
}

/** The test log of `x` gets another name when there is a service `x_test`. */
function suffix({ service, kind }: { service: ServiceKey; kind: LogKind }, services: ReadonlySet<ServiceKey>): string {
  if (kind === 'build') return '.log';
  return services.has(`${service}_test`) ? '.test.log' : '_test.log';
}

/** A file name that stays in its folder: Compose allows services called `..`. */
function safeName(name: string): string {
  const plain = basename(name.replace(/[^A-Za-z0-9._-]/g, '_'));
  return plain === '' || plain.startsWith('.') ? `_${plain.slice(1)}` : plain;
}

interface LogFileInit {
  readonly disk: Disk;
  readonly path: string;
  readonly redacting: RedactingStream;
  readonly onTrouble: (error: unknown) => void;
}

/** One log file: 0600, since what a redactor does not know may still be a secret. What comes during a write goes out in the next one. */
class LogFile {
  readonly #init: LogFileInit;
  #file: AppendFile | null = null;
  #waiting = '';
  #writing: Promise<void> | null = null;
  #failed = false;

  constructor(init: LogFileInit) {
    this.#init = init;
  }

  write(text: string): void {
    this.#put(this.#init.redacting.push(text));
  }

  async end(): Promise<void> {
    this.#put(this.#init.redacting.end());
    await this.#writing;
    await this.#file?.close();
  }

  #put(text: string): void {
    if (text === '' || this.#failed) return;
    this.#waiting += text;
    this.#writing ??= this.#drain();
  }

  async #drain(): Promise<void> {
    const { disk, path, onTrouble } = this.#init;
    try {
      if (!this.#file) await disk.makeFolder(dirname(path));
      this.#file ??= await disk.append(path, 0o600);
      while (this.#waiting !== '') {
        const text = this.#waiting;
        this.#waiting = '';
        await this.#file.append(text);
      }
    } catch (error) {
      this.#failed = true;
      onTrouble(error);
    }
    this.#writing = null;
  }
}
