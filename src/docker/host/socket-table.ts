import type { Listener, PortProtocol } from '../host-port.ts';

/** States of a socket that waits for others: TCP_LISTEN; an unconnected UDP socket is TCP_CLOSE (linux `include/net/tcp_states.h`). */
const WAITING: Readonly<Record<PortProtocol, string>> = { tcp: '0A', udp: '07' };

/** The waiting sockets of `/proc/net/tcp`, `tcp6`, `udp` or `udp6` (proc_net_tcp(5)). */
export function readSocketTable(text: string, protocol: PortProtocol): Listener[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
      const [hex = '', port = ''] = local.split(':');
      if (state !== WAITING[protocol] || inode === undefined) return [];
      return [{ protocol, address: addressOf(hex), port: Number.parseInt(port, 16), inode }];
    });
}

/** The kernel writes addresses as words of the machine's byte order, little-endian on all that Docker runs on. */
function addressOf(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) =>
    (word.match(/../g) ?? []).toReversed().map((byte) => Number.parseInt(byte, 16)),
  );
  if (bytes.length === 4) return bytes.join('.');
  // ::ffff:a.b.c.d is an IPv4 address in a table of IPv6.
  if (bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255) return bytes.slice(12).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16));
  return shortened(groups);
}

/** The longest run of zero groups as `::` (RFC 5952). */
function shortened(groups: readonly string[]): string {
  const text = groups.join(':');
  const runs = [...text.matchAll(/(?<![^:])0(?::0)+(?![^:])/g)].sort((a, b) => b[0].length - a[0].length);
  const [longest] = runs;
  if (longest === undefined) return text;
  const before = text.slice(0, longest.index).replace(/:$/, '');
  return `${before}::${text.slice(longest.index + longest[0].length).replace(/^:/, '')}`;
}
