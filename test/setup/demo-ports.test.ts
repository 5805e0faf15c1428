import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { choosePortPrefix, PORT_PREFIX_VARIABLE } from '../../scripts/demo/ports.mjs';
import { run } from '../../scripts/setup/run.mjs';

let folder: string;
let project: string;
let port: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-ports-'));
  project = `sw-setup-${randomUUID().slice(0, 8)}`;
  port = await freeFourDigitPort();
  await writeFile(join(folder, 'docker-compose.yml'), composeFile(port));
});

afterEach(async () => {
  await run(['docker', 'compose', '-p', project, 'down', '-t', '0'], { cwd: folder });
  await rm(folder, { recursive: true, force: true });
});

test('free ports need no prefix', async () => {
  expect(await choosePortPrefix({ folder, project })).toBe('');
});

test('a taken port moves all of them', async () => {
  const occupant = createServer().listen(port, '127.0.0.1');
  await once(occupant, 'listening');
  try {
    expect(await choosePortPrefix({ folder, project })).toMatch(/^[1-5]$/);
  } finally {
    await close(occupant);
  }
});

test('a running fleet keeps the prefix it was started with', async () => {
  await run(['docker', 'compose', '-p', project, 'up', '-d'], { cwd: folder, env: { [PORT_PREFIX_VARIABLE]: '3' } });
  expect(await choosePortPrefix({ folder, project })).toBe('3');
});

function composeFile(published: number): string {
  return [
    'services:',
    '  web:',
    '    image: slipway-base-busybox:bookworm',
    '    command: [httpd, -f, -p, "80"]',
    `    ports: ["127.0.0.1:\${${PORT_PREFIX_VARIABLE}:-}${published}:80"]`,
  ].join('\n');
}

/** A port that is free itself and with each prefix that could come before it. */
async function freeFourDigitPort(): Promise<number> {
  for (let candidate = 2000 + Math.floor(Math.random() * 2000); candidate < 5000; candidate += 1) {
    const all = await Promise.all(['', '1', '2', '3', '4', '5'].map((prefix) => isFree(Number(`${prefix}${candidate}`))));
    if (all.every(Boolean)) return candidate;
  }
  throw new Error('no free port');
}

function isFree(candidate: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on('error', () => resolve(false));
    server.listen(candidate, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

async function close(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}
