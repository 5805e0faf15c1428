import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { run } from './run.mjs';
import { lastLines, SetupProblem, say, secondsSince } from './say.mjs';

/** The engine of this machine, as a plain `dockerd` runs it. */
const LOCAL_ENGINE = {
  argv: ['dockerd'],
  socket: '/var/run/docker.sock',
  pidFile: '/var/run/docker.pid',
  logFile: '/var/log/slipway-dockerd.log',
};
const START_TIMEOUT_MS = 90_000;
const POLL_MS = 50;

/**
 * Starts the local Docker engine and returns when it answers: through systemd where that runs, else by `startDetached`.
 * Throws a SetupProblem with the engine's last words when it does not come up.
 */
export async function startEngine() {
  if (!existsSync('/run/systemd/system')) return startDetached(LOCAL_ENGINE);
  say('Docker engine', 'starting it by systemctl start docker');
  const { code, stderr } = await run(['systemctl', 'start', 'docker']);
  await untilItAnswers({
    socket: LOCAL_ENGINE.socket,
    hasExited: () => code !== 0,
    lastWords: () => `${lastLines(stderr, 5)}\n(more in journalctl -u docker)`,
  });
}

/** Starts an engine as a process of its own, which outlives this one and writes to `logFile`; returns when it answers. */
export async function startDetached({ argv, socket, pidFile, logFile }) {
  let exited = false;
  // A package's start script may just have started it: a second one would only die on the first one's pid file.
  if (!isStarting(pidFile)) {
    say('Docker engine', `starting ${argv[0]}, log in ${logFile}`);
    mkdirSync(dirname(logFile), { recursive: true });
    const log = openSync(logFile, 'a', 0o600);
    const child = spawn(argv[0], argv.slice(1), { detached: true, stdio: ['ignore', log, log], cwd: '/' });
    closeSync(log);
    const onEnd = () => {
      exited = true;
    };
    child.on('error', onEnd).on('exit', onEnd).unref();
  }
  await untilItAnswers({ socket, hasExited: () => exited, lastWords: () => `${endOf(logFile)}\n(more in ${logFile})` });
}

async function untilItAnswers({ socket, hasExited, lastWords }) {
  const startMs = performance.now();
  while (!(await ping(socket))) {
    if (hasExited() || performance.now() - startMs > START_TIMEOUT_MS) {
      throw new SetupProblem(`the Docker engine does not start; its last words:\n${lastWords()}`);
    }
    await delay(POLL_MS);
  }
  say('Docker engine', `answers after ${secondsSince(startMs)}`);
}

/** Whether an engine answers on this socket; false for every kind of error. */
export function ping(socketPath) {
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

function endOf(logFile) {
  return existsSync(logFile) ? lastLines(readFileSync(logFile, 'utf8'), 5) : '';
}

function isStarting(pidFile) {
  if (!existsSync(pidFile)) return false;
  const pid = Number(readFileSync(pidFile, 'utf8').trim());
  if (!(pid > 1) || !existsSync(`/proc/${pid}/comm`)) return false;
  return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'dockerd';
}
