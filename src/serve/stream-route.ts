import type { Context } from 'hono';
import type { ServeContext, ServeEnv } from './context.ts';
import { readPosition } from './frames.ts';
import { refuse } from './guard.ts';
import { findRun } from './runs.ts';
import { type Frame, streamFrames } from './stream.ts';

/** A client that takes nothing for so long is not there any more, milliseconds: twice the time between heartbeats. */
const STALLED_MS = 30_000;

/** `GET /api/stream`: server-sent events; `Last-Event-ID` says what the client has. */
export async function serveStream(c: Context<ServeEnv>, context: ServeContext): Promise<Response> {
  const { run = 'latest' } = c.req.query();
  const folder = run === 'latest' ? null : await findRun(context, run);
  if (run !== 'latest' && folder === null)
    return refuse(c, { status: 404, code: 'unknown-run', message: 'There is no such run' });
  const headers = { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' };
  if (c.req.method === 'HEAD') return c.body(null, 200, headers);
  // Who has gone while the run was looked for will not close another time, which is what gives the place back.
  if (c.env.outgoing.destroyed) return c.body(null, 200, headers);
  if (!context.streams.enter()) {
    const remedy = 'Close other pages that show this fleet';
    return refuse(c, { status: 503, code: 'too-many-watchers', message: 'Too many pages watch already', remedy });
  }
  const ended = new AbortController();
  const signal = AbortSignal.any([context.closing, ended.signal]);
  c.env.outgoing.once('close', () => {
    ended.abort();
    context.streams.leave();
  });
  const { disk, clock, sampler } = context;
  const from = readPosition(c.req.header('last-event-id'));
  const frames = streamFrames({ feed: context.feeds.of(folder?.run ?? null), sampler, from, disk, clock, signal });
  return c.body(asBody(frames, { clock, ended, onStalled: () => c.env.outgoing.destroy() }), 200, headers);
}

interface BodyOptions extends Pick<ServeContext, 'clock'> {
  readonly ended: AbortController;
  readonly onStalled: () => void;
}

/** The frames as a body that asks for the next one when the last has gone out to the network. */
function asBody(frames: AsyncGenerator<Frame>, { clock, ended, onStalled }: BodyOptions): ReadableStream<Uint8Array> {
  let taken = new AbortController();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        taken.abort();
        const next = await frames.next();
        if (next.done || ended.signal.aborted) return controller.close();
        controller.enqueue(typeof next.value === 'string' ? Buffer.from(next.value) : next.value);
        taken = new AbortController();
        const { signal } = taken;
        void clock.sleep(STALLED_MS, signal).then(() => {
          if (!signal.aborted && !ended.signal.aborted) onStalled();
        });
      },
      async cancel() {
        taken.abort();
        ended.abort();
        await frames.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}
