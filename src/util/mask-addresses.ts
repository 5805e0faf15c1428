/** Addresses of this machine are no secrets, and health checks are often written as such. */
const LOOPBACK = /^(?:localhost|127\.[\d.]+|\[::1\])(?::\d+)?$/i;

/**
 * The text with everything of a web address but its host blanked out, at the same length: whoever knows a webhook's path or a user's
 * password can use it. `webhook: host/path` counts too, where `https://` was forgotten.
 */
export function maskAddresses(text: string): string {
  return text
    .replace(/(\bhttps?:\/\/)([^\s/?#"'`]*)([^\s"'`,}\]]*)/gi, (whole, scheme: string, authority: string, rest: string) =>
      LOOPBACK.test(authority) ? whole : scheme + withoutUser(authority) + stars(rest),
    )
    .replace(
      /(webhook(?!_env|_file)\w*["']?\s*:\s*["']?)(?!https?:)([^\s/"',}]+)(\/[^\s"',}]*)/gi,
      (_, key: string, host: string, rest: string) => key + host + stars(rest),
    );
}

function withoutUser(authority: string): string {
  const at = authority.lastIndexOf('@');
  return stars(authority.slice(0, at + 1)) + authority.slice(at + 1);
}

function stars(text: string): string {
  return '*'.repeat(text.length);
}
