import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { screenToSvg } from './picture/svg.mjs';
import { ROOT } from './setup/parts.mjs';

/**
 * Takes a picture of a real run: `node scripts/picture.mjs --out docs/images/rebuild.svg --when REGEX -- rebuild --project-dir DIR`
 * runs `slipway` in a terminal of 96x26 and draws the screen at the first moment that the regular expression matches it. `--keys` is typed
 * then: `q` ends the monitor.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string' },
    when: { type: 'string' },
    title: { type: 'string', default: 'slipway rebuild' },
    columns: { type: 'string', default: '96' },
    rows: { type: 'string', default: '26' },
    keys: { type: 'string', default: '' },
  },
});
if (!values.out || !values.when) {
  console.error('picture: give --out FILE and --when REGEX, then -- and the arguments of slipway');
  process.exit(2);
}

const SIZE = { cols: Number(values.columns), rows: Number(values.rows) };
const when = new RegExp(values.when);
const screen = new xterm.Terminal({ ...SIZE, allowProposedApi: true });
const program = spawn(process.execPath, [join(ROOT, 'dist/slipway.mjs'), ...positionals], {
  ...SIZE,
  cwd: process.cwd(),
  env: { ...process.env, TERM: 'xterm-256color', LANG: 'C.UTF-8', CI: '' },
});
let isTaken = false;
/** All that was written: between the begin and the end of a frame (DEC private mode 2026) the screen is half an old one. */
let written = '';
program.onData((data) => {
  written += data;
  const isWhole = written.lastIndexOf('\u001b[?2026h') <= written.lastIndexOf('\u001b[?2026l');
  screen.write(data, () => isWhole && takeWhenRight());
});
program.onExit(({ exitCode }) => {
  if (!isTaken) console.error('picture: the screen never matched --when');
  process.exitCode = isTaken ? exitCode : 1;
});

function takeWhenRight() {
  const buffer = screen.buffer.active;
  const lines = Array.from({ length: SIZE.rows }, (_, y) => buffer.getLine(buffer.baseY + y));
  if (isTaken || !when.test(lines.map((line) => line?.translateToString(true) ?? '').join('\n'))) return;
  isTaken = true;
  const path = resolve(values.out);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, screenToSvg(lines, { columns: SIZE.cols, title: values.title }));
  console.log(`picture: ${path}`);
  program.write(values.keys);
}
