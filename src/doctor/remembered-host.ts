import type { HostPort } from '../docker/host-port.ts';

/** A host whose answers are kept for one look; `anew` asks again, for what may have changed since. */
export interface RememberedHost extends HostPort {
  anew(): HostPort;
}

/** The same host, asked only once for what several checks of one look need. */
export function rememberHost(host: HostPort): RememberedHost {
  const engineHost = once(() => host.engineHost());
  const containers = once(() => host.containers());
  const listeners = once(() => host.listeners());
  return { ...host, engineHost, containers, listeners, anew: () => host };
}

/** Asks already now for what the checks before a rebuild will want; whoever needs an answer hears what went wrong. */
export function warmUp(host: HostPort): void {
  void Promise.allSettled([host.engineHost(), host.containers(), host.listeners()]);
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | null = null;
  return () => {
    answer ??= ask();
    return answer;
  };
}
