/** How a service has fared with the network in this run, milliseconds since 1970. */
export interface NetworkRecord {
  /** Since when every try has failed for the network or a registry; null = the last one did not. */
  readonly failingSinceMs: number | null;
  /** When the last of its builds or pulls that went through was begun; null = none yet. */
  readonly throughFromMs: number | null;
}

/** Nothing is known of it yet. */
export const NO_NETWORK_RECORD: NetworkRecord = { failingSinceMs: null, throughFromMs: null };

/**
 * Whether what failed a service after all its tries (a registry's 5xx or 429, a reset connection, DNS: docker/cli/transient.ts) is an outage,
 * which stops the run, or the service's own, such as a mistyped registry, which fails that service alone.
 *
 * It is the service's own when the network was seen to work for the others meanwhile: since its first failed try another service's build or
 * pull was begun and went through, and no other service is failed by the network. In doubt it is an outage: a run that stopped loses nothing.
 */
export function isNetworkOutage(failed: NetworkRecord, others: readonly NetworkRecord[]): boolean {
  const since = failed.failingSinceMs;
  if (since === null) return false;
  const seenToWork = others.some(({ throughFromMs }) => throughFromMs !== null && throughFromMs >= since);
  return !seenToWork || others.some(({ failingSinceMs }) => failingSinceMs !== null);
}
