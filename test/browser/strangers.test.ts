import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { useBrowser } from '../support/browser.ts';
import { liveRun } from '../support/live-run.ts';
import { ServedCli } from '../support/served-cli.ts';
import { ask } from '../support/served-phase.ts';

const browser = useBrowser();

/** Another server of this machine: to a browser the same site, and another origin. */
async function foreignSite(): Promise<string> {
  const site = createServer((_, answer) => {
    answer.setHeader('content-type', 'text/html');
    answer.end('<!doctype html><title>elsewhere</title><body></body>');
  });
  await new Promise<void>((done) => void site.listen(0, '127.0.0.1', done));
  onTestFinished(() => void site.close());
  return `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
}

async function served() {
  const run = await liveRun(6, 80);
  const server = new ServedCli(['--port', '0'], { cwd: run.root });
  return { run, ...(await server.address()) };
}

test('a foreign Host or Origin is refused, also with the token', async () => {
  const { run, port, token } = await served();
  const authorization = `Bearer ${token}`;
  const ours = `http://127.0.0.1:${port}`;
  expect((await ask({ port, path: '/api/runs', headers: { origin: ours } })).status).toBe(200);
  for (const path of ['/', '/api/session', '/api/runs', `/api/stream?run=${run.run}`]) {
    for (const host of ['elsewhere.example', `elsewhere.example:${port}`, `127.0.0.1.elsewhere.example:${port}`]) {
      const answer = await ask({ port, path, headers: { host, authorization } });
      expect([answer.status, answer.json], `${host} ${path}`).toMatchObject([403, { code: 'foreign-host' }]);
    }
  }
  for (const origin of ['http://elsewhere.example', 'null', `http://127.0.0.1:${port + 1}`, `https://127.0.0.1:${port}`]) {
    const headers = { origin, authorization, 'content-type': 'application/json' };
    const body = JSON.stringify({ run: run.run, confirm: run.run });
    for (const how of [{ path: '/api/runs' }, { path: '/api/actions/cancel', method: 'POST', body }]) {
      const answer = await ask({ port, headers, ...how });
      expect([answer.status, answer.json], `${origin} ${how.path}`).toMatchObject([403, { code: 'foreign-origin' }]);
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    }
  }
});

test('a page from elsewhere in the same browser can neither read, nor act, nor frame, nor load anything', async () => {
  const { run, port, token } = await served();
  const page = await browser.open(await foreignSite());
  const ours = `http://127.0.0.1:${port}`;
  const answers: string[] = [];
  page.context().on('response', (response) => {
    if (response.url().startsWith(ours))
      answers.push(`${response.request().method()} ${new URL(response.url()).pathname} ${response.status()}`);
  });
  const body = JSON.stringify({ run: run.run, confirm: run.run });
  const cancel = `${ours}/api/actions/cancel`;
  const tries = {
    read: `fetch('${ours}/api/runs').then((r) => r.text())`,
    'read with the token': `fetch('${ours}/api/runs', { headers: { authorization: 'Bearer ${token}' } }).then((r) => r.text())`,
    follow: `new Promise((yes, no) => { const s = new EventSource('${ours}/api/stream'); s.onopen = yes; s.onerror = () => { s.close(); no(new Error()); }; })`,
    act: `fetch('${cancel}', { method: 'POST', headers: { authorization: 'Bearer ${token}', 'content-type': 'application/json' }, body: '${body}' })`,
    'load a script': element('script', 'src', `${ours}/assets/app.js`),
    'load an image': element('img', 'src', `${ours}/assets/icon.svg`),
  };
  const went: Record<string, string> = {};
  for (const [what, does] of Object.entries(tries))
    went[what] = await page.evaluate<string>(`(${does}).then(() => 'went through', () => 'refused')`);
  expect(went).toEqual(Object.fromEntries(Object.keys(tries).map((what) => [what, 'refused'])));

  // Sent without asking first; the page may not even hear that it was answered.
  const blind = {
    act: `fetch('${cancel}', { method: 'POST', mode: 'no-cors', body: '${body}' })`,
    read: `fetch('${ours}/api/runs', { mode: 'no-cors' })`,
  };
  for (const [what, does] of Object.entries(blind))
    expect(await page.evaluate<string>(`(${does}).then(() => 'answered', () => 'refused')`), what).toBe('refused');

  const frame = `new Promise((yes) => { const f = document.createElement('iframe'); f.onload = yes; f.src = '${ours}/'; document.body.append(f); })`;
  await page.evaluate(frame);
  expect(page.frames().map((one) => one.url())).toEqual([page.url(), 'chrome-error://chromewebdata/']);

  const form = `(() => { const f = document.createElement('form'); f.method = 'post'; f.enctype = 'text/plain'; f.action = '${cancel}'; document.body.append(f); f.submit(); })()`;
  await Promise.all([page.waitForResponse(cancel), page.evaluate(form)]);
  expect(answers.filter((answer) => answer.includes(' /api/'))).toEqual(['POST /api/actions/cancel 403']);
});

function element(tag: string, attribute: string, address: string): string {
  return `new Promise((yes, no) => { const e = document.createElement('${tag}'); e.onload = yes; e.onerror = no; e.${attribute} = '${address}'; document.body.append(e); })`;
}
