/**
 * What a value is by its looks alone, in words that tell nothing of it: prefixes that providers give their tokens so that scanners
 * find them (GitHub's, GitLab's, Slack's and others' token documentation).
 */
const SHAPES: readonly (readonly [what: string, shape: RegExp])[] = [
  ['a private key', /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----|\bAGE-SECRET-KEY-1[0-9A-Z]{50,}/],
  ['an AWS access key', /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/],
  ['a GitHub token', /\bgh[pousr]_[A-Za-z0-9]{30,}|\bgithub_pat_[A-Za-z0-9_]{22,}/],
  ['a GitLab token', /\bgl(?:pat|dt|rt|cbt|ptt|agent)-[\w-]{20,}/],
  ['a Slack token', /\bxox[abeoprs]-[\w-]{10,}/],
  ['a Slack webhook', /\bhooks\.slack\.com\/(?:services|workflows)\/[\w/]{20,}/],
  ['a Stripe key', /\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,}/],
  ['an API key', /\bsk-(?:[a-z]{2,8}-)?[\w-]{20,}/],
  ['a Google API key', /\bAIza[\w-]{35}/],
  ['an npm token', /\bnpm_[A-Za-z0-9]{36}/],
  ['a PyPI token', /\bpypi-[\w-]{50,}/],
  ['a Docker token', /\bdckr_(?:pat|oat)_[\w-]{20,}/],
  ['a Vault token', /\bhv[sbr]\.[\w-]{20,}/],
  ['a SendGrid key', /\bSG\.[\w-]{16,}\.[\w-]{16,}/],
  ['a JSON web token', /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/],
  ['a URL with a password', /\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/?#:@]{0,256}:[^\s/?#@]{1,1024}@/i],
  ['a password as an option', /(?:^|\s)--?[\w-]{0,40}(?:password|passwd|requirepass|secret|token|api-?key)(?:=|\s+)[^\s$-]\S*/i],
];

/** What kind of secret a value looks like, for example `a private key`; null = none that is known by its looks. Never a part of the value. */
export function secretShape(value: string): string | null {
  return SHAPES.find(([, shape]) => shape.test(value))?.[0] ?? null;
}

/** Settings that are called like a secret and are none: a switch, a number of seconds, a place where the secret is, nothing at all. */
const NO_SECRET = /^(?:|true|false|yes|no|on|off|none|null|nil|disabled|enabled|optional|required|auto|basic|bearer|\d{1,4})$/i;

/** Whether a value behind a name like PASSWORD can be the secret itself, and is not a switch or the path of a file with it. */
export function canBeSecret(value: string): boolean {
  const bare = value.trim();
  if (NO_SECRET.test(bare)) return false;
  const isPath = /^(?:\.{0,2}\/|~\/)[\w./-]+$/.test(bare) && bare.includes('/');
  const isAddress = /^[a-z][a-z0-9+.-]*:\/\//i.test(bare);
  return !isPath && !isAddress;
}
