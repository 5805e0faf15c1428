import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { ROOT } from './setup/parts.mjs';
import { findBrowser } from './setup/test-tools.mjs';

/**
 * Takes a picture of the web dashboard: `node scripts/page-picture.mjs --out docs/images/serve.png --when SELECTOR -- --project-dir DIR` starts
 * `slipway serve` with those arguments, opens it in Chromium and takes the picture once an element matches the selector.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string' },
    when: { type: 'string' },
    route: { type: 'string', default: '#/' },
    scheme: { type: 'string', default: 'light' },
    width: { type: 'string', default: '1280' },
    height: { type: 'string', default: '800' },
  },
});
if (!values.out || !values.when) {
  console.error('page-picture: give --out FILE and --when SELECTOR, then -- and the arguments of slipway serve');
  process.exit(2);
}

/** A run may take its time to come to what is wanted. */
const DEADLINE_MS = 300_000;

const server = spawn(process.execPath, [join(ROOT, 'dist/slipway.mjs'), 'serve', '--port', '0', ...positionals], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const browser = await chromium.launch({
  executablePath: findBrowser(),
  args: ['--no-sandbox', '--disable-background-networking'],
});
try {
  const viewport = { width: Number(values.width), height: Number(values.height) };
  const page = await browser.newPage({ viewport, colorScheme: values.scheme });
  await page.goto(`${(await addressOf(server)).split('#')[0]}${values.route}`);
  await page.locator(values.when).first().waitFor({ timeout: DEADLINE_MS });
  const path = resolve(values.out);
  mkdirSync(dirname(path), { recursive: true });
  await page.screenshot({ path });
  console.log(`page-picture: ${path}`);
} finally {
  await browser.close();
  server.kill('SIGTERM');
  await once(server, 'exit');
}

async function addressOf({ stdout }) {
  for await (const line of createInterface({ input: stdout })) {
    const address = /http:\/\/\S+/.exec(line)?.[0];
    if (address) return address;
  }
  throw new Error('slipway serve has ended without an address');
}
