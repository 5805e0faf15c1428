import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { run } from './run.mjs';
import { lastLines, SetupProblem, say, secondsSince } from './say.mjs';

const SOCKET = '/var/run/docker.sock';
const PID_FILE = '/var/run/docker.pid';
const LOG_FILE = '/var/log/slipway-dockerd.log';
const START_TIMEOUT_MS = 90_000;
const POLL_MS = 50;

/**
 * Starts the local Docker engine and returns when it answers: through systemd where that runs, else as a process of its
 * own that outlives this one. Throws a SetupProblem with the end of its log when it dies or does not answer in 90 s.
 */
export async function startEngine() {
  const startMs = performance.now();
  const daemon = existsSync('/run/systemd/system') ? await startBySystemd() : startDetached();
  const deadlineMs = startMs + START_TIMEOUT_MS;
  while (!(await ping(SOCKET))) {
    if (daemon.hasExited() || performance.now() > deadlineMs) {
      throw new SetupProblem(`the Docker engine does not start; its last words (${daemon.log}):\n${daemon.lastWords()}`);
    }
    await delay(POLL_MS);
  }
  say('Docker engine', `answers after ${secondsSince(startMs)}`);
}

/** Whether an engine answers on this socket; false for every kind of error. */
function ping(socketPath) {
  return new Promise((resolve) => {
    const call = request({ socketPath, path: '/_ping', timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    call.on('timeout', () => call.destroy());
    call.on('error', () => resolve(false));
    call.end();
  });
}

async function startBySystemd() {
  say('Docker engine', 'starting it by systemctl start docker');
  const { code, stderr } = await run(['systemctl', 'start', 'docker']);
  return { hasExited: () => code !== 0, lastWords: () => lastLines(stderr, 5), log: 'journalctl -u docker' };
}

function startDetached() {
  const lastWords = () => (existsSync(LOG_FILE) ? lastLines(readFileSync(LOG_FILE, 'utf8'), 5) : '');
  // A package's start script may just have started it: a second one would only die on the first one's pid file.
  if (isStarting()) return { hasExited: () => false, lastWords, log: LOG_FILE };
  say('Docker engine', `starting dockerd, log in ${LOG_FILE}`);
  mkdirSync(dirname(LOG_FILE), { recursive: true });
  const log = openSync(LOG_FILE, 'a', 0o600);
  const child = spawn('dockerd', [], { detached: true, stdio: ['ignore', log, log], cwd: '/' });
  let exited = false;
  child.on('error', () => (exited = true));
  child.on('exit', () => (exited = true));
  child.unref();
  return { hasExited: () => exited, lastWords, log: LOG_FILE };
}

function isStarting() {
  if (!existsSync(PID_FILE)) return false;
  const pid = Number(readFileSync(PID_FILE, 'utf8').trim());
  if (!(pid > 1) || !existsSync(`/proc/${pid}/comm`)) return false;
  return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'dockerd';
}
