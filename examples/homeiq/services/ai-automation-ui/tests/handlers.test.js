import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { serverOf } from '../../../libs/node/web.mjs';
import { handlers } from '../handlers.js';

const dusk = {
  trigger: [{ platform: 'state', entity_id: 'sun.sun', to: 'below_horizon' }],
  action: [{ service: 'light.turn_on', target: { entity_id: 'light.porch_lamp' } }],
};
const morning = {
  trigger: [{ platform: 'time', at: '07:30:00' }],
  action: [{ service: 'cover.open_cover', target: { entity_id: 'cover.<bay>' } }],
};

// One server for the whole file: the tests tell the story of two drafts in order.
const server = serverOf('ai-automation-ui', import.meta.url, handlers);
let address;

before(async () => {
  // Never closed for being idle: on a busy machine a test may pause for longer than the usual five seconds.
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${server.address().port}`;
});

after(() => {
  server.close();
  server.closeAllConnections();
});

async function call(path, body) {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(address + path, init);
  return { status: response.status, body: await response.json() };
}

test('automations become sentences', async () => {
  const { status, body } = await call('/api/describe', dusk);
  assert.equal(status, 200);
  assert.equal(body.text, 'When sun turns below horizon, turn on porch lamp.');
  assert.equal((await call('/api/describe', morning)).body.text, 'When it is 07:30, open <bay>.');
});

test('a draft is taken once', async () => {
  assert.deepEqual((await call('/api/drafts', dusk)).body, { id: 1, fresh: true });
  assert.deepEqual((await call('/api/drafts', dusk)).body, { id: 1, fresh: false });
  assert.deepEqual((await call('/api/drafts', morning)).body, { id: 2, fresh: true });
});

test('health counts what waits', async () => {
  assert.deepEqual((await call('/health')).body, { status: 'ok', waiting: 2 });
});

test('a decision is final', async () => {
  assert.deepEqual((await call('/api/decisions', { id: 1, decision: 'approve' })).body, { id: 1, state: 'approved' });
  assert.equal((await call('/api/decisions', { id: 1, decision: 'reject' })).status, 400);
  assert.equal((await call('/api/decisions', { id: 2, decision: 'maybe' })).status, 400);
  assert.equal((await call('/api/decisions', { id: 9, decision: 'approve' })).status, 400);
  assert.deepEqual((await call('/health')).body, { status: 'ok', waiting: 1 });
});

test('drafts are listed by state', async () => {
  const all = (await call('/api/drafts')).body.drafts;
  assert.deepEqual(
    all.map((row) => [row.id, row.state]),
    [
      [2, 'waiting'],
      [1, 'approved'],
    ],
  );
  assert.equal((await call('/api/drafts?state=waiting')).body.drafts.length, 1);
});

test('the page shows all drafts, escaped', async () => {
  const text = await (await fetch(`${address}/`)).text();
  assert.match(text, /class="approved">When sun.*class="waiting">When it is 07:30, open &lt;bay>/);
});
