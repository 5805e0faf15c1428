import { shortId } from '../model/ids.ts';
import { PARTS } from './script-parts.ts';
import type { BackupRecord, SavedFile, SavedProject, SavedService, SavedVolume } from './types.ts';

/** The script's name in a backup's folder. */
export const SCRIPT_FILE = 'restore-backup.sh';

/**
 * The text of `restore-backup.sh`: POSIX sh that puts the backup back with docker, Compose, tar and sha256sum alone. It holds names, ids and
 * paths, each quoted, and no content of any file.
 */
export function restoreScript(record: BackupRecord): string {
  return [
    PARTS.head,
    `DIR=${quoted(record.root)}`,
    `IMAGE=${quoted(record.images[0]?.id ?? '')}`,
    `PROJECTS=${quoted(record.projects.map((p) => p.name).join(' '))}`,
    PARTS.options,
    body('show_plan', planLines(record)),
    body(
      'tag_images',
      record.images.flatMap(({ id, tags }) => tags.map((tag) => `tag_image ${quoted(id)} ${quoted(tag)}`)),
    ),
    body('restore_files', record.files.map(fileLine)),
    body('restore_volumes', record.volumes.map(volumeLine)),
    body(
      'start_services',
      groups(record, 'service').map((group) => upLine(group, ['-d'])),
    ),
    body(
      'start_jobs',
      groups(record, 'one-shot').map((group) => upLine(group, [])),
    ),
    body('check_services', Object.values(record.services).filter(isStarted).map(checkLine)),
    PARTS.work,
  ].join('\n');
}

/** Text as one word of a shell, whatever is in it. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function body(name: string, lines: readonly string[]): string {
  return `${name}() {\n${(lines.length === 0 ? [':'] : lines).map((line) => `  ${line}\n`).join('')}}\n`;
}

function planLines({ backup, at, images, files, volumes, services }: BackupRecord): readonly string[] {
  const started = Object.entries(services).filter(([, s]) => isStarted(s));
  const jobs = Object.entries(services).filter(([, s]) => s.kind === 'one-shot');
  return [
    say(`Backup ${backup}, taken ${at}`),
    'say "Into $DIR:"',
    ...images.map(({ id, tags }) => say(`  image ${shortId(id)} as ${tags.join(', ') || '(no tag)'}`)),
    ...files.filter((f) => f.place === 'project').map(({ to }) => `[ "$FILES" = no ] || say ${quoted(`  file ${to}`)}`),
    ...files.filter((f) => f.place === 'outside').map(({ to }) => say(`  not written, as it is outside of the project: ${to}`)),
    ...volumes.map(({ name }) => `[ "$VOLUMES" = no ] || plan_volume ${quoted(name)}`),
    ...(volumes.length === 0 ? [] : [`[ "$VOLUMES" = yes ] || ${say('  volumes stay as they are (--volumes restores them)')}`]),
    say(`  start: ${started.map(([key]) => key).join(', ') || 'nothing'}`),
    ...(jobs.length === 0
      ? []
      : [`[ "$JOBS" = yes ] || ${say(`  jobs are not run again (--jobs runs them): ${jobs.map(([key]) => key).join(', ')}`)}`]),
  ];
}

function say(text: string): string {
  return `say ${quoted(text)}`;
}

function fileLine({ from, to, mode, place }: SavedFile): string {
  const call = `restore_file ${quoted(from)} ${quoted(to)} ${mode.toString(8).padStart(3, '0')}`;
  return place === 'project' ? call : `: ${quoted(`${from} belongs to ${to}`)}`;
}

function volumeLine({ name, tar, driver, labels, options }: SavedVolume): string {
  const made = [
    ...['--driver', driver],
    ...Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]),
    ...Object.entries(options).flatMap(([key, value]) => ['--opt', `${key}=${value}`]),
  ];
  return `restore_volume ${quoted(name)} ${quoted(tar)} ${made.map(quoted).join(' ')}`;
}

function isStarted({ kind, state }: SavedService): boolean {
  return kind === 'service' && state === 'running';
}

interface Group {
  readonly project: SavedProject;
  readonly names: string[];
}

/** One call of Compose a project, unless services of another project have to be started in between. */
function groups({ services, projects }: BackupRecord, kind: SavedService['kind']): readonly Group[] {
  const found: Group[] = [];
  for (const service of Object.values(services).filter((s) => (kind === 'one-shot' ? s.kind === kind : isStarted(s)))) {
    const project = projects.find((p) => p.name === service.project);
    if (!project) continue;
    const last = found.at(-1);
    if (last?.project === project) last.names.push(service.name);
    else found.push({ project, names: [service.name] });
  }
  return found;
}

/** Jobs are waited for: what needs them is started after them. */
function upLine({ project, names }: Group, how: readonly string[]): string {
  const place = (path: string) => (path.startsWith('/') ? quoted(path) : `"$DIR"/${quoted(path)}`);
  const arguments_ = [
    ...['-p', quoted(project.name)],
    ...['--project-directory', place(project.directory)],
    ...project.files.flatMap((file) => ['-f', place(file)]),
    ...project.envFiles.flatMap((file) => ['--env-file', place(file)]),
  ];
  const up = ['up', ...how, '--no-build', '--no-deps', '--pull', 'never'];
  return `docker compose ${[...arguments_, "--profile '*'", ...up, ...names.map(quoted)].join(' ')}`;
}

function checkLine({ project, name, image }: SavedService): string {
  return `check_service ${quoted(project)} ${quoted(name)} ${quoted(image)}`;
}
