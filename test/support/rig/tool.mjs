import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/**
 * Stands in for `docker` and its plugins: reports its call over the socket and then does nothing but what it is told, one JSON
 * command a line. Started as `node tool.mjs SOCKET NAME ARGS…`.
 */
const [socketPath, tool, ...args] = process.argv.slice(2);
const socket = connect(socketPath);
const tell = (message) => socket.write(`${JSON.stringify(message)}\n`);

/** Without somebody to tell it what to do it is of no use, and must not stay behind. */
socket.on('error', () => process.exit(99));
socket.on('close', () => process.exit(99));
socket.on('connect', () => {
  const terminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY || false;
  tell({ tool, args, env: process.env, cwd: process.cwd(), pid: process.pid, group: processGroup(), terminal });
});
createInterface({ input: socket }).on('line', (line) => obey(JSON.parse(line)));

let obeying = Promise.resolve();

function obey(command) {
  obeying = obeying.then(() => COMMANDS[command.do](command)).then((value) => tell({ done: command.id, value: value ?? null }));
}

const COMMANDS = {
  stdout: ({ text }) => written(process.stdout, text),
  stderr: ({ text }) => written(process.stderr, text),
  flood: async ({ stream, chunk, times }) => {
    for (let n = 0; n < times; n += 1) await written(process[stream], chunk);
  },
  readStdin: async () => {
    const chunks = [];
    for await (const chunk of process.stdin) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  },
  /** From now on the signal is only reported. */
  ignore: ({ signal }) => {
    process.on(signal, () => tell({ signal }));
  },
  /** A process of the same group that ignores TERM and holds our outputs open. */
  spawnSurvivor: () => {
    const script = "process.on('SIGTERM', () => {}); process.stdout.write('ready'); setInterval(() => {}, 1000);";
    const survivor = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    return new Promise((resolve) => survivor.stdout.once('data', () => resolve(survivor.pid)));
  },
  exit: ({ code }) => process.exit(code),
};

/** Fifth field of /proc/self/stat, counted after the name in brackets. */
function processGroup() {
  return Number(readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1).split(' ')[2]);
}

/** A reader that has gone (EPIPE) is no trouble of ours. */
function written(stream, text) {
  return new Promise((resolve) => stream.write(text, () => resolve(null)));
}
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});
