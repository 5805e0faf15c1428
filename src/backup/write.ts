import { createReadStream } from 'node:fs';
import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { EngineArchive } from '../docker/archive-port.ts';
import type { EngineFacts } from '../docker/port.ts';
import type { Fleet } from '../fleet/types.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { ServiceKey } from '../model/ids.ts';
import type { WholeRelease } from '../release/compose-release.ts';
import type { Clock } from '../util/clock.ts';
import { instantAt } from '../util/instant.ts';
import { nodeDisk } from '../util/node-disk.ts';
import type { Report } from './events.ts';
import type { BackupPlan } from './plan.ts';
import { requireUnused } from './quiet.ts';
import { RECORD_FILE, recordText, SUMS_FILE } from './record.ts';
import { restoreScript, SCRIPT_FILE } from './script.ts';
import { type StoppedPlace, whileStopped } from './stopped.ts';
import { type Sum, sumsText } from './sums.ts';
import type { BackupRecord, Content } from './types.ts';
import type { VolumeGroup } from './volume-groups.ts';
import { writeStream } from './write-stream.ts';

/** What a backup is written with. */
export interface BackupTools {
  readonly archive: EngineArchive;
  readonly place: StoppedPlace;
  readonly clock: Clock;
  readonly report: Report;
  readonly say: (diagnostic: Diagnostic) => void;
  readonly signal: AbortSignal;
}

/** Whose backup it is. */
export interface BackupOrigin {
  readonly fleet: Fleet;
  readonly slipway: string;
  readonly engine: EngineFacts;
  /** The fleet as it runs: each service with the definition that its container was made from. */
  readonly present: WholeRelease;
}

/** The end of the name of a folder that is not whole yet. */
export const PARTIAL = '.partial';

/**
 * Writes a backup: into `<folder>.partial`, which gets its name when all of it is on the disk, and is removed when it fails. Rejects with the
 * disk's or the engine's error, and when the signal comes.
 */
export async function writeBackup(plan: BackupPlan, origin: BackupOrigin, tools: BackupTools): Promise<BackupRecord> {
  const partial = `${plan.folder}${PARTIAL}`;
  await nodeDisk.makeFolder(dirname(plan.folder));
  await mkdir(partial, { mode: 0o700 });
  try {
    const record = await new Writer(partial, plan, tools).write(origin);
    await rename(partial, plan.folder);
    await nodeDisk.syncFolder(dirname(plan.folder));
    return record;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

class Writer {
  readonly #folder: string;
  readonly #plan: BackupPlan;
  readonly #tools: BackupTools;
  readonly #sums: Sum[] = [];
  readonly #contents: Content[] = [];
  readonly #folders = new Set<string>();

  constructor(folder: string, plan: BackupPlan, tools: BackupTools) {
    this.#folder = folder;
    this.#plan = plan;
    this.#tools = tools;
  }

  async write(origin: BackupOrigin): Promise<BackupRecord> {
    const { files, images, groups } = this.#plan;
    for (const { from, source } of files) await this.#stream(from, async () => createReadStream(source));
    const projects = await this.#models(origin);
    if (images.length > 0) await this.#images();
    for (const group of groups) await this.#volumes(group);
    const draft = this.#record(origin, projects);
    await this.#text(SCRIPT_FILE, restoreScript(draft));
    await chmod(join(this.#folder, SCRIPT_FILE), 0o700);
    const record = { ...draft, contents: [...this.#contents] };
    await this.#text(RECORD_FILE, recordText(record));
    await this.#text(SUMS_FILE, sumsText(this.#sums));
    for (const folder of [...this.#folders, this.#folder]) await nodeDisk.syncFolder(folder);
    return record;
  }

  /** The models hold secrets, as the Compose files and env files do. The release says which service runs with what, by digests. */
  async #models({ present }: BackupOrigin): Promise<BackupRecord['projects']> {
    const saved: BackupRecord['projects'][number][] = [];
    for (const { saved: one, project } of this.#plan.projects) {
      const { model, environment } = present.projects[one.name] ?? { model: project.model, environment: {} };
      await this.#text(one.model, jsonText(model));
      const path = Object.keys(environment).length === 0 ? null : `models/${one.name}.environment.json`;
      if (path !== null) await this.#text(path, jsonText(environment));
      saved.push({ ...one, environment: path });
    }
    await this.#text(RELEASE_FILE, jsonText(present.release));
    return saved;
  }

  async #images(): Promise<void> {
    const { images, estimate } = this.#plan;
    const save = () =>
      this.#tools.archive.saveImages(
        images.map((i) => i.id),
        this.#tools.signal,
      );
    await this.#stream(IMAGES_FILE, save, estimate.imagesBytes);
  }

  async #volumes({ volumes, users }: VolumeGroup): Promise<void> {
    const { report, place, say } = this.#tools;
    const services: ServiceKey[] = [...new Set(users.map((u) => u.service))];
    await whileStopped(place, { why: `The backup ${this.#plan.backup}`, users, say }, async () => {
      if (services.length > 0) report({ type: 'services-stopped', services, volumes });
      for (const name of volumes) await this.#volume(name);
    });
    if (services.length > 0) report({ type: 'services-started', services: services.toReversed() });
  }

  async #volume(name: string): Promise<void> {
    const { archive, place, signal } = this.#tools;
    const { backup, volumes, images, projects } = this.#plan;
    const volume = volumes.find((v) => v.name === name)!;
    await requireUnused(name, archive, place.engine);
    const opening = { volume: name, image: images[0]!.id, run: backup, project: projects[0]!.saved.name };
    await archive.withVolume(opening, (open) => this.#stream(volume.tar, () => open.read(signal), volume.sizeBytes));
  }

  async #stream(path: string, open: () => Promise<NodeJS.ReadableStream>, estimateBytes?: number | null): Promise<void> {
    const { report, clock, signal } = this.#tools;
    signal.throwIfAborted();
    await this.#folderOf(path);
    const startedMs = clock.now();
    const shown = estimateBytes !== undefined;
    if (shown) report({ type: 'part-started', part: path, estimateBytes });
    const onBytes = (bytes: number) => shown && report({ type: 'part-progress', part: path, bytes });
    const { bytes, sha256 } = await writeStream(join(this.#folder, path), await open(), { onBytes, signal });
    if (shown) report({ type: 'part-done', part: path, bytes, durationMs: clock.now() - startedMs });
    this.#add(path, bytes, sha256);
  }

  async #text(path: string, text: string): Promise<void> {
    await this.#folderOf(path);
    const source = (async function* () {
      yield Buffer.from(text);
    })();
    const { bytes, sha256 } = await writeStream(join(this.#folder, path), source, {
      onBytes: () => {},
      signal: this.#tools.signal,
    });
    this.#add(path, bytes, sha256);
  }

  #add(path: string, bytes: number, sha256: string): void {
    this.#sums.push({ path, sha256 });
    this.#contents.push({ path, bytes });
  }

  async #folderOf(path: string): Promise<void> {
    const folder = dirname(join(this.#folder, path));
    if (this.#folders.has(folder)) return;
    await nodeDisk.makeFolder(folder);
    this.#folders.add(folder);
  }

  #record({ fleet, slipway, engine }: BackupOrigin, projects: BackupRecord['projects']): BackupRecord {
    const { backup, phase, images, services, volumes, files, notSaved } = this.#plan;
    return {
      version: 1,
      backup,
      phase,
      at: instantAt(this.#tools.clock.now()),
      slipway,
      engine: { docker: engine.docker, compose: engine.compose, buildx: engine.buildx },
      root: fleet.root,
      images,
      services,
      projects,
      volumes: volumes.map(({ sizeBytes: _, ...volume }) => volume),
      files: files.map(({ from, to, place, mode }) => ({ from, to, place, mode })),
      notSaved,
      contents: [],
    };
  }
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** What ran, in a backup's folder: a release without its sealed part. */
export const RELEASE_FILE = 'release.json';
/** The images' archive in a backup's folder. */
export const IMAGES_FILE = 'images.tar';
