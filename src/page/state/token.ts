/** Where the token is kept: for this tab only, and gone with it. */
const KEY = 'slipway.token';

/**
 * The token that the address brought along (`#token=…`: a fragment is never sent), or that this tab has from before. The fragment is
 * taken out of the address, so that it is not in the history, a bookmark or a screenshot.
 */
export function takeToken(): string | null {
  const brought = /^#token=([^&]+)/.exec(location.hash)?.[1];
  if (brought === undefined) return kept();
  keepToken(decodeURIComponent(brought));
  history.replaceState(null, '', `${location.pathname}${location.search}#/`);
  return kept();
}

/** Keeps a token for this tab; an empty one is forgotten. */
export function keepToken(token: string): void {
  if (token === '') sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, token);
}

function kept(): string | null {
  return sessionStorage.getItem(KEY);
}
