import { isIP } from 'node:net';

/** Where a server listens: `host` as the operator gave it. */
export interface Listening {
  readonly host: string;
  readonly port: number;
}

const EVERY_ADDRESS = ['0.0.0.0', '::', ''];

/** Whether only this machine can reach the address: 127.0.0.0/8, ::1 (RFC 6890), or the name `localhost` (RFC 6761). */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase();
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
}

/** The host as it stands in a URL. */
function urlHost(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host;
}

/** The address to open in a browser. */
export function addressOf({ host, port }: Listening): string {
  return `http://${EVERY_ADDRESS.includes(host) ? '127.0.0.1' : urlHost(host)}:${port}`;
}

/**
 * Whether a Host header names us. A page of a stranger can make its own name point to this machine (DNS rebinding), so names are accepted only
 * if they are ours; the port may be another, as behind `ssh -L`. Who listens on all addresses is reached by any address, but by no other name.
 */
export function isOurHost(header: string | undefined, { host }: Listening): boolean {
  const name = hostnameOf(header ?? '');
  if (name === null) return false;
  if (isLoopback(name) || name === host.toLowerCase()) return true;
  return EVERY_ADDRESS.includes(host) && isIP(name) !== 0;
}

/** Whether an Origin header is that of our own page, loaded from the very address in the Host header. */
export function isOurOrigin(origin: string, hostHeader: string): boolean {
  return origin.toLowerCase() === `http://${hostHeader.toLowerCase()}`;
}

/** The name or address without its port; null when the header is malformed. */
function hostnameOf(header: string): string | null {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(header);
  const name = match?.[1] ?? match?.[2];
  return name === undefined ? null : name.toLowerCase();
}
