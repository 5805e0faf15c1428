import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { docker, tagsOf } from './engine-facts.ts';
import { folderWith } from './folder.ts';

/** What differs between the services of a tiny fleet. */
export interface TinyService {
  readonly name: string;
  readonly critical?: boolean;
  /** Seconds that its first build takes, one layer; no build of before has it in the cache. */
  readonly buildSeconds?: number;
  /** Breaks the build. */
  readonly brokenBuild?: boolean;
  readonly dependsOn?: readonly string[];
}

/** A folder with a fleet of busybox services, built in no time; its containers and images go when the test ends. */
export function tinyFleet(project: string, services: readonly TinyService[]): string {
  const files = Object.fromEntries(services.map((s) => [`${s.name}/Dockerfile`, dockerfile(s)]));
  const root = folderWith({ ...files, 'compose.yaml': compose(project, services), 'slipway.yaml': config(services) });
  onTestFinished(() => removed(project, root, services));
  return root;
}

async function removed(project: string, root: string, services: readonly TinyService[]): Promise<void> {
  await docker('compose', '-p', project, '--project-directory', root, 'down', '-v', '-t', '0');
  // Compose does not know the keepers of the images, nor their tags beside `latest`: candidates and backups.
  const keepers = await docker('ps', '-aq', '--filter', `name=slipway-keeper-${project}-[0-9a-f]+$`);
  const ids = keepers.split('\n').filter(Boolean);
  if (ids.length > 0) await docker('rm', ...ids);
  // Each by its whole name: another fleet's may begin with this one's.
  for (const { name } of services) {
    const tags = Object.keys(await tagsOf(`${project}-${name}:`));
    if (tags.length > 0) await docker('rmi', '-f', ...tags);
  }
}

function dockerfile({ name, buildSeconds = 0, brokenBuild = false }: TinyService): string {
  const slow = buildSeconds > 0 ? ` && sleep ${buildSeconds} && : ${randomUUID()}` : '';
  return [
    'FROM slipway-base-busybox:bookworm',
    `RUN mkdir -p /www && echo ${name} > /www/health${slow}`,
    ...(brokenBuild ? ['RUN echo the oven is cold && exit 3'] : []),
    'CMD ["httpd", "-f", "-p", "8080", "-h", "/www"]',
    '',
  ].join('\n');
}

function compose(project: string, services: readonly TinyService[]): string {
  const blocks = services.map((s) =>
    [
      `  ${s.name}:`,
      `    build: ./${s.name}`,
      '    init: true',
      ...(s.dependsOn ? ['    depends_on:', ...s.dependsOn.map((d) => `      ${d}: { condition: service_healthy }`)] : []),
      '    healthcheck: { test: [CMD, wget, -qO-, http://127.0.0.1:8080/health], interval: 30s, start_period: 10s, start_interval: 1s }',
    ].join('\n'),
  );
  return `name: ${project}\nservices:\n${blocks.join('\n')}\n`;
}

function config(services: readonly TinyService[]): string {
  const list = services.map(
    (s) => `      - { name: ${s.name}, critical: ${s.critical ?? false}, test: { command: [test, -f, /www/health] } }`,
  );
  return `health: { stable_for: 0s }\nretry: { max_attempts: 1 }\ncategories:\n  kitchen:\n    risk: low\n    services:\n${list.join('\n')}\n`;
}
