import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
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
  onTestFinished(() => {
    const down = ['compose', '-p', project, '--project-directory', root, 'down', '-v', '--rmi', 'local', '-t', '0'];
    execFileSync('docker', down, { stdio: 'ignore', cwd: root });
    // Compose does not know the keepers of the images.
    const keepers = execFileSync('docker', ['ps', '-aq', '--filter', `name=slipway-keeper-${project}-`], { encoding: 'utf8' });
    const ids = keepers.split('\n').filter(Boolean);
    if (ids.length > 0) execFileSync('docker', ['rm', ...ids], { stdio: 'ignore' });
  });
  return root;
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
