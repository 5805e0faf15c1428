import type { ComposeService, Service } from '../types.ts';

export type PublishedPort = Service['published'][number];

/** A service's ports: `fixed` ones are known before it starts, `floating` ones are picked by Docker at every start. */
export interface PublishedPorts {
  readonly fixed: readonly PublishedPort[];
  readonly floating: readonly {
    readonly hostIp: string;
    readonly target: number;
    readonly protocol: string;
    readonly written: string;
  }[];
}

/** Reads the rendered `ports`; Compose expands what it can, so a range that is left means "any of these". */
export function publishedPorts(compose: ComposeService): PublishedPorts {
  const fixed: PublishedPort[] = [];
  const floating: PublishedPorts['floating'][number][] = [];
  for (const { host_ip, published, target, protocol = 'tcp' } of compose.ports ?? []) {
    const port = Number(published);
    const hostIp = host_ip || '0.0.0.0';
    if (Number.isInteger(port) && port > 0) fixed.push({ hostIp, port, target, protocol });
    else floating.push({ hostIp, target, protocol, written: published && published !== '0' ? published : 'any free port' });
  }
  return { fixed, floating };
}

/** Where this machine reaches a port that is bound to the address: a wildcard is no address to connect to. */
export function connectHost(hostIp: string): string {
  return ['', '0.0.0.0', '::', '[::]'].includes(hostIp) ? '127.0.0.1' : hostIp.replace(/^\[(.*)\]$/, '$1');
}
