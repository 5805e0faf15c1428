import { err, ok, type Result } from '../../model/result.ts';
import { EngineUnavailable, type StepFailure } from '../port.ts';
import { EngineRefusal } from '../problem.ts';
import { engineFailure } from '../replace-failures.ts';
import { Caller } from './caller.ts';
import type { Client } from './clients.ts';
import type { ComposeClient } from './compose-up.ts';
import type { ComposeStage } from './faults.ts';
import { Life } from './life.ts';
import type { World } from './world.ts';

/** A process that a Slipway starts: for whom, and what ends it early. */
export interface ClientOrder {
  readonly program: Client['program'];
  readonly project: string;
  readonly service: string;
  readonly owner: Life;
  readonly signal: AbortSignal;
}

/** How it ended: by itself (and what it could not do), killed by its Slipway, or killed by somebody else. */
export type ClientEnd =
  | { readonly end: 'done' }
  | { readonly end: 'failed'; readonly error: Error }
  | { readonly end: 'aborted' | 'killed' };

/** Runs a process until it ends. One whose Slipway dies works on; one that is killed leaves what it has done so far. */
export function runClient(world: World, order: ClientOrder, work: (client: ComposeClient) => Promise<void>): Promise<ClientEnd> {
  const life = new Life(world.time);
  const client: Client = { program: order.program, project: order.project, life, owner: order.owner };
  world.clients.add(client);
  const ended = new Promise<ClientEnd>((resolve) => {
    const finish = (end: ClientEnd) => {
      order.signal.removeEventListener('abort', abort);
      world.clients.done(client);
      resolve(end);
    };
    const abort = () => {
      finish({ end: 'aborted' });
      life.end();
    };
    life.whenOver(() => finish({ end: 'killed' }));
    if (order.signal.aborted) return abort();
    order.signal.addEventListener('abort', abort, { once: true });
    work(composeClient(world, life, order.service)).then(
      () => finish({ end: 'done' }),
      (error: Error) => finish({ end: 'failed', error }),
    );
  });
  return order.owner.bind(ended);
}

/** What a process that was to make containers came to, as the CLI half of the real engine says it. */
export function composeResult(
  ended: ClientEnd,
  of: { readonly call: string; readonly code: 'replace-failed' | 'preflight-failed' },
): Result<null, StepFailure> {
  const failed = (message: string) => err({ failure: { code: of.code, message, lastLogLines: [message] }, transient: false });
  switch (ended.end) {
    case 'done':
      return ok(null);
    case 'aborted':
      return err({ failure: { code: 'interrupted' }, transient: false });
    case 'killed':
      return failed(`${of.call} was ended by SIGKILL`);
    case 'failed':
      if (ended.error instanceof EngineRefusal) return failed(`Error response from daemon: ${ended.error.message}`);
      if (ended.error instanceof EngineUnavailable) return engineFailure(ended.error.problem);
      throw ended.error;
  }
}

function composeClient(world: World, life: Life, service: string): ComposeClient {
  return {
    world,
    caller: new Caller(world, life, service),
    life,
    meet: (stage: ComposeStage) => {
      const how = world.faults.compose(service, stage);
      if (how === null) return Promise.resolve();
      if (how === 'error') return Promise.reject(new EngineRefusal(500, `the engine failed to ${stage} a container`));
      life.end();
      return new Promise(() => {});
    },
  };
}
