import { execa } from 'execa';

/** Output of `docker ARGS`; rejects when it fails. */
export async function docker(...args: readonly string[]): Promise<string> {
  const { stdout } = await execa('docker', args, { stdin: 'ignore' });
  return stdout;
}

/** One field of a container or an image, by a Go template. */
export function inspect(ref: string, template: string): Promise<string> {
  return docker('inspect', '--format', template, ref);
}

/** The image id that a container runs. */
export function imageOf(container: string): Promise<string> {
  return inspect(container, '{{.Image}}');
}

/** The id behind a tag; null when there is none. */
export async function imageId(tag: string): Promise<string | null> {
  const { stdout, exitCode } = await execa('docker', ['image', 'inspect', '--format', '{{.Id}}', tag], { reject: false });
  return exitCode === 0 ? stdout : null;
}

/** Every tag of repositories that begin with the prefix, and its image id. */
export async function tagsOf(prefix: string): Promise<Record<string, string>> {
  const lines = await docker('images', '--no-trunc', '--format', '{{.Repository}}:{{.Tag}} {{.ID}}');
  const pairs = lines.split('\n').map((line) => line.split(' ') as [string, string]);
  return Object.fromEntries(pairs.filter(([tag]) => tag.startsWith(prefix)).sort());
}

/** The engine's time, as its events take it. */
export async function engineNow(): Promise<string> {
  return docker('info', '--format', '{{.SystemTime}}');
}

/** What the engine did since then to containers of the project or for it, and to tags that begin with its name: `type action name`. */
export async function eventsOf(project: string, since: string): Promise<string[]> {
  const lines = await docker('events', '--since', since, '--until', await engineNow(), '--format', '{{json .}}');
  return lines
    .split('\n')
    .filter((line) => line.includes(project))
    .map((line) => {
      const { Type, Action, Actor } = JSON.parse(line) as EngineEvent;
      return `${Type} ${Action} ${Actor.Attributes['com.docker.compose.service'] ?? Actor.Attributes.name ?? ''}`;
    });
}

interface EngineEvent {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
}

/**
 * Containers of all kinds that belong to the project or were made for it: its own, test containers, the lock. Without the keepers of its
 * releases' images, which are there to stay.
 */
export async function containersFor(project: string): Promise<string[]> {
  return (await allContainersFor(project)).filter((line) => !line.includes(' slipway-keeper-'));
}

async function allContainersFor(project: string): Promise<string[]> {
  const lines = await docker('ps', '-a', '--no-trunc', '--format', '{{.ID}} {{.Names}} {{.Labels}}');
  return lines.split('\n').filter((line) => line.includes(project));
}

/** Removes containers, networks, volumes and images of a project, whoever made them; images by the beginning of their name. */
export async function removeEverythingOf(project: string): Promise<void> {
  const containers = (await allContainersFor(project)).map((line) => line.split(' ')[0]!);
  await each(containers, (ids) => docker('rm', '-f', '-v', ...ids));
  const filter = ['--filter', `label=com.docker.compose.project=${project}`];
  await each(await ids('network', 'ls', '-q', ...filter), (found) => docker('network', 'rm', ...found));
  await each(await ids('volume', 'ls', '-q', ...filter), (found) => docker('volume', 'rm', '-f', ...found));
  await each(Object.keys(await tagsOf(project)), (tags) => docker('rmi', '-f', ...tags));
}

async function ids(...args: readonly string[]): Promise<string[]> {
  return (await docker(...args)).split('\n').filter(Boolean);
}

async function each(found: readonly string[], remove: (found: readonly string[]) => Promise<string>): Promise<void> {
  if (found.length > 0) await remove(found);
}
