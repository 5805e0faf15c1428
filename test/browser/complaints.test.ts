import { expect, test } from 'vitest';
import { untilConnection, useBrowser } from '../support/browser.ts';
import { liveRun } from '../support/live-run.ts';
import { ServedCli } from '../support/served-cli.ts';

const browser = useBrowser();

/** Each of these has to be heard, or no other test here shows anything. */
const FAULTS = {
  'an error of the script': ['setTimeout(() => { throw new Error("a fault") })', /^error: Error: a fault/],
  'a word on the console': ['console.warn("a warning")', /^console: a warning/],
  'a refused request': ['fetch("/api/nothing")', /^answered 404: .*\/api\/nothing/],
  'a request to others': ['fetch("http://127.0.0.1:9/").catch(() => {})', /^policy: connect-src http:\/\/127\.0\.0\.1:9\//],
  'a script in the document': [
    'document.head.append(Object.assign(document.createElement("script"), { text: "0" }))',
    /^policy: script-src-elem inline/,
  ],
  'a style in the document': ['document.body.setAttribute("style", "color: red")', /^policy: style-src-attr inline/],
} as const;

test('what the other tests would fail for is noticed', async () => {
  const run = await liveRun(3, 10);
  const { port } = await new ServedCli(['--port', '0'], { cwd: run.root }).address();
  const { page, complaints } = await browser.visit(port, { tolerate: [/./] });
  await untilConnection(page, 'live');
  expect(complaints.all).toEqual([]);
  for (const [what, [does, heard]] of Object.entries(FAULTS)) {
    await page.evaluate(`void (${does})`);
    await expect.poll(() => complaints.all, { message: what }).toContainEqual(expect.stringMatching(heard));
  }
});
