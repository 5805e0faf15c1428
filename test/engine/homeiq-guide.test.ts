import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { ROOT } from '../../scripts/setup/parts.mjs';
import { bundle } from '../support/cli.ts';
import { follow } from '../support/guide/follow.ts';
import { GuideRoom } from '../support/guide/room.ts';
import { DISK_MB } from '../support/guide/situations.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';

const EXAMPLE = join(ROOT, 'examples/homeiq');
const README = 'scripts/README-PHASE1-BATCH-REBUILD.md';
const GUIDE = 'docs/planning/phase1-batch-rebuild-guide.md';
const IMAGES = ['slipway-base-python:bookworm', 'slipway-base-node:bookworm'];

let root: string;
let pristine: string;
let engine: PrivateEngine;

beforeAll(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'slipway-guide-')));
  pristine = join(root, 'pristine');
  engine = await startPrivateEngine({}, DISK_MB, IMAGES);
  copyExample(pristine);
  bundle();
  execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', pristine], { cwd: ROOT, stdio: 'pipe' });
});

afterAll(async () => {
  await engine?.remove();
  rmSync(root, { recursive: true, force: true });
});

/** The files of the fleet as somebody gets them, without what a run has left in the checkout. */
function copyExample(to: string): void {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: EXAMPLE });
  for (const path of listed.toString().split('\0').filter(Boolean)) {
    mkdirSync(dirname(join(to, path)), { recursive: true });
    cpSync(join(EXAMPLE, path), join(to, path));
  }
}

test('the README and the guide of phase 1 are right: every command in them does what they say, on the whole fleet, from a clean folder', {
  timeout: 900_000,
}, async () => {
  const room = new GuideRoom(engine, join(root, 'operator'));
  onTestFinished(() => room.killAll());
  cpSync(pristine, room.folder, { recursive: true });
  const startMs = performance.now();
  for (const page of [README, GUIDE]) {
    const count = await follow(page, readFileSync(join(EXAMPLE, page), 'utf8'), { room, pristine });
    console.log(`${page}: ${count} blocks, ${Math.round((performance.now() - startMs) / 1000)} s so far`);
    expect(count).toBeGreaterThan(10);
  }
});
