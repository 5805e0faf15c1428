import type { BackupEvent } from '../backup/events.ts';
import type { FoundBackup } from '../backup/folders.ts';
import type { BackupPlan } from '../backup/plan.ts';
import type { NotSaved } from '../backup/types.ts';
import { shortId } from '../model/ids.ts';
import { assertNever } from '../util/assert.ts';
import { counted, humanBytes, humanDuration } from '../util/human.ts';
import type { Paint } from './paint.ts';

/** A plan with the figures of the disk. */
interface Shown {
  readonly plan: BackupPlan;
  readonly freeBytes: number;
  readonly neededBytes: number;
}

/** What a backup would hold, for people. */
export function renderBackupPlan({ plan, freeBytes, neededBytes }: Shown, paint: Paint): string {
  const { estimate, services, images, volumes, files, groups, notSaved } = plan;
  const lines = [
    `${paint.bold('Backup')} of ${counted(Object.keys(services).length, 'service')} to ${plan.folder}`,
    `  images   ${counted(images.length, 'image')}, ${humanBytes(estimate.imagesBytes)} with each layer once`,
    ...images.map(({ id, tags, sizeBytes }) =>
      paint.dim(`             ${shortId(id)}  ${humanBytes(sizeBytes).padStart(7)}  ${tags.join(', ')}`),
    ),
    `  volumes  ${volumes.length === 0 ? 'none (--volumes for all of these services, --volume NAME for one)' : counted(volumes.length, 'volume')}`,
    ...volumes.map(
      ({ name, sizeBytes }) => `             ${name}  ${sizeBytes === null ? 'size not known' : humanBytes(sizeBytes)}`,
    ),
    ...groups
      .filter((g) => g.users.length > 0)
      .map((g) => paint.warn(`             stopped meanwhile: ${g.users.map((u) => u.name).join(', ')}`)),
    `  files    ${files.map((f) => f.to).join(', ') || 'none'}`,
    ...notSavedLines(notSaved).map((line) => paint.dim(line)),
    `  takes about ${humanBytes(neededBytes)}; ${humanBytes(freeBytes)} are free there`,
  ];
  return `${lines.join('\n')}\n`;
}

/** What stays out of a backup, one line a kind. */
function notSavedLines(all: readonly NotSaved[]): readonly string[] {
  const titles = {
    'anonymous-volume': 'anonymous volumes',
    'bind-mount': 'mounted from the host',
    'no-container': 'services without a container',
    file: 'files with variables in their path',
  } as const;
  return Object.entries(titles).flatMap(([kind, title]) => {
    const of = all.filter((one) => one.kind === kind);
    const words = of.map((one) =>
      kind === 'no-container' ? one.service : `${one.what}${one.service === null ? '' : ` (${one.service})`}`,
    );
    return of.length === 0 ? [] : [`  not in it: ${title}: ${[...new Set(words)].join(', ')}`];
  });
}

/** An event as one line; null = not worth one. */
export function backupLine(event: BackupEvent, paint: Paint): string | null {
  switch (event.type) {
    case 'backup-started': {
      const volumes = event.volumes.length === 0 ? '' : `, ${counted(event.volumes.length, 'volume')}`;
      const what = `${counted(event.services, 'service')}, ${counted(event.images, 'image')}${volumes}`;
      return `${paint.glyph.running} ${event.backup}: ${what}, about ${humanBytes(event.estimateBytes)}`;
    }
    case 'part-started':
    case 'part-progress':
      return null;
    case 'part-done':
      return `${paint.good(paint.glyph.good)} ${event.part}  ${humanBytes(event.bytes)} in ${humanDuration(event.durationMs)}${rate(event.bytes, event.durationMs)}`;
    case 'services-stopped':
      return `${paint.warn(paint.glyph.note)} stopped for ${event.volumes.join(', ')}: ${event.services.join(', ')}`;
    case 'services-started':
      return `${paint.good(paint.glyph.good)} started again: ${event.services.join(', ')}`;
    case 'backup-done':
      return `${paint.good(paint.glyph.good)} ${paint.bold(event.folder)}  ${humanBytes(event.bytes)} in ${humanDuration(event.durationMs)}`;
    default:
      return assertNever(event);
  }
}

/** What is under way: name, bar, bytes and rate, cut to the width of the screen. */
export function progressLine(
  at: { readonly part: string; readonly bytes: number; readonly estimateBytes: number | null; readonly elapsedMs: number },
  columns: number,
  paint: Paint,
): string {
  const { part, bytes, estimateBytes, elapsedMs } = at;
  const { done, rest } = paint.glyph.bar;
  const of = estimateBytes === null || estimateBytes === 0 ? '' : ` of about ${humanBytes(estimateBytes)}`;
  const figures =
    bytes === 0
      ? `waiting for the first byte, ${humanDuration(elapsedMs)}`
      : `${humanBytes(bytes)}${of}${rate(bytes, elapsedMs)}`;
  const width = Math.min(30, columns - part.length - figures.length - 4);
  // An estimate is one: a bar that is full while it goes on would lie.
  const share = estimateBytes === null || estimateBytes === 0 ? 0 : Math.min(0.99, bytes / estimateBytes);
  const filled = Math.floor(share * width);
  const bar = width < 5 || estimateBytes === null ? '' : `${done.repeat(filled)}${rest.repeat(width - filled)} `;
  return `${part} ${bar}${figures}`.slice(0, Math.max(0, columns - 1));
}

/** The backups of a folder, the newest first. */
export function renderBackups(backups: readonly FoundBackup[], paint: Paint): string {
  if (backups.length === 0) return 'There is no backup yet: slipway backup\n';
  const lines = backups.map(({ folder, record, bytes }) => {
    const volumes = record.volumes.length === 0 ? '' : `, ${counted(record.volumes.length, 'volume')}`;
    return `${paint.bold(record.backup)}  ${humanBytes(bytes).padStart(7)}  ${counted(Object.keys(record.services).length, 'service')}${volumes}  ${paint.dim(folder)}`;
  });
  return `${lines.join('\n')}\n`;
}

function rate(bytes: number, elapsedMs: number): string {
  return elapsedMs < 100 ? '' : `, ${humanBytes((bytes / elapsedMs) * 1000)}/s`;
}
