import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { readPlan } from '../journal/runs.ts';
import { listReleases } from '../release/store.ts';
import type { Release } from '../release/types.ts';
import { ACTIONS, serveAction } from './actions.ts';
import type { ServeContext, ServeEnv } from './context.ts';
import { isAuthorised, onlyOurs, onlyWithToken, refuse } from './guard.ts';
import { isLoopback } from './listening.ts';
import { serveContainerLog, serveLog } from './logs.ts';
import { findRun, isLive } from './runs.ts';
import { serveStream } from './stream-route.ts';

/** More than the names of ten thousand services; bytes. */
const MAX_BODY_BYTES = 1 << 20;

/** All that is served, and how it is refused. */
export function createApp(context: ServeContext): Hono<ServeEnv> {
  const app = new Hono<ServeEnv>();
  app.use(onlyOurs(context), onlyWithToken(context));
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) => {
        c.header('allow', methods.join(', '));
        return refuse(c, { status: 405, code: 'method-not-allowed', message: `Only ${methods.join(', ')}` });
      },
    }),
  );
  addPage(app, context);
  addFacts(app, context);
  addActions(app, context);
  app.notFound((c) => refuse(c, { status: 404, code: 'not-found', message: 'There is no such page' }));
  app.onError((error, c) => {
    context.onBug(error);
    return refuse(c, { status: 500, code: 'internal-error', message: 'Internal error: see the output of slipway serve' });
  });
  return app;
}

function addPage(app: Hono<ServeEnv>, { assets }: ServeContext): void {
  const files = [
    ['/', 'text/html; charset=utf-8', assets.html],
    ['/assets/app.js', 'text/javascript; charset=utf-8', assets.js],
    ['/assets/app.css', 'text/css; charset=utf-8', assets.css],
    ['/assets/icon.svg', 'image/svg+xml', assets.icon],
  ] as const;
  for (const [path, type, text] of files) app.get(path, (c) => c.body(text, 200, { 'content-type': type }));
}

function addFacts(app: Hono<ServeEnv>, context: ServeContext): void {
  const { fleet, disk } = context;
  app.get('/api/session', (c) => {
    const { name, phase } = fleet;
    const token = isLoopback(context.listening.host) ? 'for-actions' : 'for-all';
    const { version, refreshMs } = context;
    return c.json({ name, phase, version, token, authorised: isAuthorised(c, context), refreshMs });
  });
  app.get('/api/runs', async (c) => c.json(await context.history.rows()));
  app.get('/api/runs/:run', async (c) => {
    const folder = await findRun(context, c.req.param('run'));
    if (!folder) return refuse(c, { status: 404, code: 'unknown-run', message: 'There is no such run' });
    const plan = await readPlan(disk, folder);
    return c.json({ run: folder.run, live: await isLive(context, folder.run), plan: plan.ok ? plan.value : null });
  });
  app.get('/api/images/:image', async (c) => {
    const image = c.req.param('image');
    return c.json({ image, bytes: await context.history.imageBytes(image) });
  });
  app.get('/api/runs/:run/logs', (c) => serveLog(c, context));
  app.get('/api/containers/log', (c) => serveContainerLog(c, context));
  app.get('/api/stream', (c) => serveStream(c, context));
  app.get('/api/releases', async (c) => {
    const { releases } = await listReleases(disk, fleet.root);
    return c.json(releases.filter(({ phase }) => phase === fleet.phase).map(shownRelease));
  });
  app.get('/metrics', async (c) => {
    if (context.metrics === null) {
      const message = 'Metrics are switched off';
      return refuse(c, { status: 404, code: 'metrics-off', message, remedy: 'Set monitoring.metrics: true in slipway.yaml' });
    }
    // The exposition format's own content type, which scrapers choose their parser by.
    return c.body(await context.metrics(await context.sampler.now(context.closing)), 200, {
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
    });
  });
}

function addActions(app: Hono<ServeEnv>, context: ServeContext): void {
  const limit = bodyLimit({
    maxSize: MAX_BODY_BYTES,
    onError: (c) => refuse(c, { status: 413, code: 'too-large', message: `A body has at most ${MAX_BODY_BYTES} bytes` }),
  });
  for (const action of ACTIONS) app.post(`/api/actions/${action}`, limit, (c) => serveAction(c, action, context));
}

/** Without what only a rollback needs: host paths and digests. */
function shownRelease({ release, at, origin, services }: Release): object {
  const shown = Object.entries(services).map(([service, { image, tag, status, healthy }]) => ({
    service,
    image,
    tag,
    status,
    healthy,
  }));
  return { release, at, origin, services: shown };
}
