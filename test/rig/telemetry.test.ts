import { chmodSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Notification } from '../../src/telemetry/notify/notification.ts';
import { eventually } from '../support/eventually.ts';
import { Receiver } from '../support/receiver.ts';
import { Rig } from '../support/rig/rig.ts';

const SECRET = 'c3cretpathofthehook';

interface SentSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly status: { readonly code: number; readonly message?: string };
}

/** All spans that a collector got. */
function spansOf(collector: Receiver): SentSpan[] {
  return collector
    .bodies<{ resourceSpans: { scopeSpans: { spans: SentSpan[] }[] }[] }>()
    .flatMap(({ resourceSpans }) => resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)));
}

/** One trace as a tree of names; fails when it is not one. */
function treeOf(spans: readonly SentSpan[]): string[] {
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
  expect(spans.filter(({ parentSpanId }) => parentSpanId === undefined)).toHaveLength(1);
  const below = (parent: string | undefined, indent: string): string[] =>
    spans
      .filter(({ parentSpanId }) => parentSpanId === parent)
      .flatMap(({ name, spanId, status }) => [
        `${indent}${name}${status.message ? ` ${status.message}` : ''}`,
        ...below(spanId, `${indent}  `),
      ]);
  const tree = below(undefined, '');
  expect(tree).toHaveLength(spans.length);
  return tree;
}

/** Processes that deliver for this fleet after a run. */
function deliverers(rig: Rig): number[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      return line.includes('deliver-outbox') && line.includes(rig.root) ? [Number(pid)] : [];
    } catch {
      return [];
    }
  });
}

const hook = (receiver: Receiver) => receiver.url(`/services/${SECRET}`).href;
const about = (on: string[], to: object) => ({ monitoring: { notifications: [{ on, ...to }] } });

/** Prints on one line each: stdin, the first argument, and what the kernel knows of the process. */
const TELL = `#!/bin/sh
{ /bin/cat; printf '%s\\n' "$1"; /bin/cat /proc/$$/stat; } > told-$SLIPWAY_NOTIFICATION
`;

/** Ends what would go on after a test that has failed. */
function endDeliverers(rig: Rig): void {
  onTestFinished(() => {
    for (const pid of deliverers(rig)) process.kill(pid, 'SIGKILL');
  });
}

/** A run of one service that succeeds. */
async function rebuildA(rig: Rig, env: Record<string, string> = {}) {
  rig.finishUps();
  const cli = rig.start(['rebuild', 'a'], env);
  await rig.finishBake(await rig.bake('a'));
  return cli;
}

describe('off unless configured', () => {
  test('nothing is sent, whatever the environment says', async () => {
    const rig = await Rig.open();
    const collector = await Receiver.open();
    rig.fleet({ a: {} });
    const cli = await rebuildA(rig, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url().href });
    expect((await cli.ended).exitCode).toBe(0);
    expect(collector.received).toEqual([]);
    expect(deliverers(rig)).toEqual([]);
  });
});

describe('traces', () => {
  const otel = (collector: Receiver) => ({ monitoring: { otel: { endpoint: collector.url().origin } } });

  test('a run is one trace', async () => {
    const rig = await Rig.open();
    const collector = await Receiver.open();
    rig.fleet({ a: {}, b: { depends_on: { a: { condition: 'service_started', required: true } } } }, otel(collector));
    rig.finishUps();
    const cli = rig.start(['rebuild', 'a', 'b']);
    await Promise.all(['a', 'b'].map(async (service) => rig.finishBake(await rig.bake(service))));
    expect((await cli.ended).exitCode).toBe(0);
    expect(collector.received[0]).toMatchObject({
      method: 'POST',
      path: '/v1/traces',
      headers: { 'content-type': 'application/json' },
    });
    expect(treeOf(spansOf(collector))).toEqual([
      'rebuild phase1',
      '  a',
      '    build',
      '    replace',
      '    verify',
      '  b',
      '    build',
      '    replace',
      '    verify',
    ]);
  });

  test('a run that failed and went back is one trace', async () => {
    const rig = await Rig.open();
    const collector = await Receiver.open();
    rig.fleet({ a: {} }, { ...otel(collector), categories: { core: { services: [{ name: 'a', critical: true }] } } });
    rig.engine.runService('rig', 'a', rig.engine.addImage('rig-a:latest'));
    const cli = rig.start(['rebuild', 'a']);
    await rig.finishBake(await rig.bake('a'));
    const up = await rig.call(/ up .* a$/);
    rig.engine.failing.add(rig.engine.images.get('rig-a:latest')!);
    rig.finishUps();
    await rig.finishUp(up);
    expect((await cli.ended).exitCode).toBe(1);
    expect(treeOf(spansOf(collector))).toEqual([
      'rebuild phase1 service-failed',
      '  a exited',
      '    backup',
      '    build',
      '    replace',
      '    verify exited',
      '    rollback',
    ]);
  });

  test('an interrupted run and its continuation are one trace', async () => {
    const rig = await Rig.open();
    const collector = await Receiver.open();
    rig.fleet({ a: {}, b: {} }, otel(collector));
    rig.finishUps();
    const cli = rig.start(['rebuild', 'a', 'b', '--batch-size', '1']);
    const bake = await rig.bake('a');
    cli.signal('SIGINT');
    await cli.prints('SIGINT');
    await rig.finishBake(bake);
    expect((await cli.ended).exitCode).toBe(130);
    const again = rig.start(['rebuild', '--continue']);
    await rig.finishBake(await rig.bake('b'));
    expect((await again.ended).exitCode).toBe(0);
    expect(treeOf(spansOf(collector))).toEqual([
      'rebuild phase1',
      '  a',
      '    build',
      '  rebuild --continue phase1',
      '    b',
      '      build',
      '      replace',
      '      verify',
      '    a',
      '      replace',
      '      verify',
    ]);
  });

  test('a run that was killed is sent by its continuation', async () => {
    const rig = await Rig.open();
    const collector = await Receiver.open();
    rig.fleet({ a: {} }, otel(collector));
    rig.finishUps();
    const cli = rig.start(['rebuild', 'a']);
    await rig.bake('a');
    cli.signal('SIGKILL');
    await cli.ended;
    expect(collector.received).toEqual([]);
    const again = rig.start(['rebuild', '--continue']);
    await rig.finishBake(await rig.bake('a'));
    expect((await again.ended).exitCode).toBe(0);
    expect(treeOf(spansOf(collector))).toEqual([
      'rebuild phase1 process-died',
      '  a',
      '    build',
      '  rebuild --continue phase1',
      '    a',
      '      build',
      '      replace',
      '      verify',
    ]);
  });
});

describe('notifications', () => {
  test('a webhook, Slack and a command are told of a failure and of the end', async () => {
    const rig = await Rig.open();
    const [json, slack] = [await Receiver.open(), await Receiver.open()];
    const command = ['./tell', '$HOME; echo'];
    rig.fleet(
      { a: {} },
      {
        monitoring: {
          notifications: [
            { webhook_env: 'HOOK' },
            { on: ['completion'], webhook_file: 'secrets/slack', format: 'slack' },
            { on: ['failure'], command },
          ],
        },
      },
    );
    rig.write({ 'secrets/slack': `${hook(slack)}\n`, tell: TELL });
    chmodSync(join(rig.root, 'tell'), 0o755);
    const cli = rig.start(['rebuild', 'a'], { HOOK: hook(json) });
    await (await rig.bake('a')).exit(1);
    const { exitCode, stdout, stderr } = await cli.ended;
    expect([exitCode, stderr]).toEqual([1, '']);
    expect(json.bodies<Notification>().map(({ event, outcome }) => [event, outcome])).toEqual([
      ['failure', 'running'],
      ['completion', 'failed'],
    ]);
    expect(json.received[0]).toMatchObject({ path: `/services/${SECRET}`, headers: { 'content-type': 'application/json' } });
    expect(slack.bodies<{ text: string }>()[0]!.text).toContain('phase1: rebuild failed after');
    const [stdin, argument, stat] = readFileSync(join(rig.root, 'told-failure'), 'utf8').split('\n');
    expect(JSON.parse(stdin!)).toEqual(json.bodies()[0]);
    expect(argument).toBe(command[1]);
    const [pid, , , , group] = stat!.split(' ');
    expect(group).toBe(pid);
    expect(`${stdout}${stderr}`).not.toContain(SECRET);
    expect(rig.filesHolding(SECRET)).toEqual(['secrets/slack']);
    expect(deliverers(rig)).toEqual([]);
  });

  test('a webhook that hangs: no step waits for it, and another process delivers after the end', async () => {
    const rig = await Rig.open();
    const receiver = await Receiver.open();
    receiver.answer = 'never';
    rig.fleet(
      { a: {}, b: { depends_on: { a: { condition: 'service_started', required: true } } } },
      about(['wave', 'completion'], { webhook: hook(receiver) }),
    );
    endDeliverers(rig);
    rig.finishUps();
    const cli = rig.start(['rebuild', 'a', 'b']);
    await rig.finishBake(await rig.bake('a'));
    const held = await rig.bake('b');
    await receiver.requests(1);
    await rig.finishBake(held);
    const { exitCode, stdout, stderr } = await cli.ended;
    const endedMs = Date.now();
    const last = rig.journal().at(-1)!;
    expect(last).toMatchObject({ type: 'run-finished', outcome: 'done', exitCode: 0 });
    expect(exitCode).toBe(0);
    // The first notification hung all the while and nobody waited for it: it is the only one that was tried, and never answered.
    const idsOf = () => receiver.received.map(({ headers }) => headers['idempotency-key']);
    expect(new Set(idsOf()).size).toBe(1);
    expect(endedMs - Date.parse(last.at)).toBeLessThan(10_000);
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(
      `the webhook at 127.0.0.1:${receiver.port}: 3 notifications not delivered yet`,
    );
    expect(`${stdout}${stderr}`).not.toContain(SECRET);
    // Whoever goes on tries the same again, and once it is taken delivers the rest.
    const triedMeanwhile = receiver.received.length;
    await eventually('somebody goes on', () => receiver.received.length > triedMeanwhile);
    expect(deliverers(rig)).toHaveLength(1);
    expect(rig.files().filter((path) => path.includes('outbox'))).toEqual([]);
    expect(rig.filesHolding(SECRET)).toEqual(['slipway.yaml']);
    expect(new Set(idsOf()).size).toBe(1);
    receiver.answer = 200;
    await eventually('nobody delivers any more', () => deliverers(rig).length === 0);
    expect(new Set(idsOf()).size).toBe(3);
    expect(receiver.bodies<Notification>().at(-1)).toMatchObject({ event: 'completion', outcome: 'done' });
  });

  test('the record of a run is the same with a webhook that hangs, a command that fails and without any', async () => {
    const recordOf = async (config: object) => {
      const rig = await Rig.open();
      rig.fleet({ a: {} }, { ...config });
      endDeliverers(rig);
      const { exitCode } = await (await rebuildA(rig)).ended;
      const facts = rig.journal().filter(({ type }) => !['step-progress', 'health-sample'].includes(type));
      return [exitCode, ...facts.map((event) => [event.type, 'kind' in event && event.kind, 'status' in event && event.status])];
    };
    const receiver = await Receiver.open();
    receiver.answer = 'never';
    const notifications = [{ webhook: hook(receiver) }, { command: ['/bin/false'] }].map((to) => ({
      on: ['wave', 'completion'],
      ...to,
    }));
    const told = await recordOf({ monitoring: { notifications, otel: { endpoint: receiver.url().origin } } });
    expect(told).toEqual(await recordOf({}));
    expect(receiver.received.length).toBeGreaterThan(0);
  });

  test('kill -9 of the run leaves nothing behind and sends nothing more', async () => {
    const rig = await Rig.open();
    const receiver = await Receiver.open();
    receiver.answer = 'never';
    rig.fleet({ a: {}, b: {} }, about(['failure'], { webhook: hook(receiver) }));
    const cli = rig.start(['rebuild', 'a', 'b']);
    await (await rig.bake('a')).exit(1);
    await rig.bake('b');
    await receiver.requests(1);
    cli.signal('SIGKILL');
    await cli.ended;
    expect(deliverers(rig)).toEqual([]);
    expect(rig.files().filter((path) => path.includes('outbox'))).toEqual([]);
    expect(rig.filesHolding(SECRET)).toEqual(['slipway.yaml']);
  });

  test('what is refused is said at the end by its host alone, and changes no exit code', async () => {
    const rig = await Rig.open();
    const [missing, elsewhere, late] = [await Receiver.open(), await Receiver.open(), await Receiver.open()];
    missing.answer = 404;
    elsewhere.answer = (response) => response.writeHead(301, { location: hook(missing) }).end();
    late.next.push(500, (response) => response.writeHead(429, { 'retry-after': '0' }).end());
    const webhooks = [missing, elsewhere, late].map((receiver) => ({ webhook: hook(receiver) }));
    const others = [{ webhook_env: 'NOT_SET' }, { command: ['./nowhere', SECRET] }];
    rig.fleet(
      { a: {} },
      { monitoring: { notifications: [...webhooks, ...others].map((to) => ({ on: ['completion'], ...to })) } },
    );
    endDeliverers(rig);
    const cli = await rebuildA(rig);
    const { exitCode, stderr } = await cli.ended;
    expect(exitCode).toBe(0);
    const said = stderr.replaceAll(/\s+/g, ' ');
    expect(said).toContain('the webhook of NOT_SET will not be told of this run: the environment variable NOT_SET is not set');
    expect(said).toContain(
      `the webhook at 127.0.0.1:${missing.port} was not told of this run: 1 notification not delivered: it answers 404`,
    );
    expect(said).toContain('it answers with a redirect (301), which is not followed');
    expect(said).toContain(
      'the command ./nowhere was not told of this run: 1 notification not delivered: it cannot be started (ENOENT)',
    );
    expect(said).not.toContain(SECRET);
    expect(missing.received).toHaveLength(1);
    // 500, then 429, then taken: after a second each.
    await late.requests(3);
    await eventually('nobody delivers any more', () => deliverers(rig).length === 0);
  });
});
