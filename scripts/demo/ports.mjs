import { createServer } from 'node:net';
import { run } from '../setup/run.mjs';

/** The variable of the example fleet that stands before every host port: with 1, port 8009 becomes 18009. */
export const PORT_PREFIX_VARIABLE = 'HOMEIQ_PORT_PREFIX';

// Ports have four digits and end at 65535.
const PREFIXES = ['', '1', '2', '3', '4', '5'];

/**
 * The prefix under which the fleet's host ports are usable: the operator's own, else the one its running containers have,
 * else the first under which all are free; null when there is none.
 */
export async function choosePortPrefix({ folder, project, prefixes = PREFIXES }) {
  const own = process.env[PORT_PREFIX_VARIABLE];
  if (own !== undefined) return own;
  const ports = await publishedPorts(folder);
  const running = await runningPorts(project);
  const current = prefixes.find((prefix) => ports.some((port) => running.has(`${prefix}${port}`)));
  if (current !== undefined) return current;
  for (const prefix of prefixes) {
    if (await areFree(ports.map((port) => Number(`${prefix}${port}`)))) return prefix;
  }
  return null;
}

async function publishedPorts(folder) {
  const argv = ['docker', 'compose', '--profile', '*', 'config', '--format', 'json'];
  const { code, stdout } = await run(argv, { cwd: folder, env: { [PORT_PREFIX_VARIABLE]: '' } });
  // What is wrong with the Compose file is for the rebuild to say, with its place.
  if (code !== 0) return [];
  const { services } = JSON.parse(stdout);
  return Object.values(services).flatMap(({ ports = [] }) => ports.flatMap(({ published }) => (published ? [published] : [])));
}

async function runningPorts(project) {
  const filter = `label=com.docker.compose.project=${project}`;
  const { stdout } = await run(['docker', 'ps', '--filter', filter, '--format', '{{.Ports}}']);
  return new Set([...stdout.matchAll(/:(\d+)->/g)].map(([, port]) => port));
}

async function areFree(ports) {
  const free = await Promise.all(ports.map(isFree));
  return free.every(Boolean);
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.on('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1' }, () => server.close(() => resolve(true)));
  });
}
