import { sortedBy } from './rules.ts';
import type { PortSetting } from './types.ts';

/** `80`, `80/tcp` or `8000-8010/udp` as a port that is only exposed. */
export function exposedPort(text: string): PortSetting {
  const [target = '', protocol = 'tcp'] = text.split('/');
  return { target, protocol, hostIp: '', published: null };
}

/** Ports in one order, each once; what is published is exposed anyway. */
export function sortedPorts(ports: readonly PortSetting[]): readonly PortSetting[] {
  const published = new Set(ports.filter((port) => port.published !== null).map(portOf));
  const kept = ports.filter((port) => port.published !== null || !published.has(portOf(port)));
  const once = new Map(kept.map((port) => [JSON.stringify([port.target, port.protocol, port.hostIp, port.published]), port]));
  return sortedBy(once.values(), (port) => `${portOf(port)} ${port.hostIp} ${port.published}`);
}

function portOf({ target, protocol }: PortSetting): string {
  return `${target}/${protocol}`;
}
