import { createHash } from 'node:crypto';

/** A place in which a name can be created once: lock files in a folder, marker containers on an engine. */
export interface ExclusiveStore {
  /** Creates the name with this content, atomically; `taken` when it exists. */
  create(name: string, content: string): Promise<'created' | 'taken'>;
  /** Its content; null when it does not exist. */
  read(name: string): Promise<string | null>;
  remove(name: string): Promise<void>;
}

/** How an attempt came out; `by`: the content that holds the name, null when it went as we looked. */
export type Attempt =
  | { readonly kind: 'acquired'; readonly tookOver: string | null }
  | { readonly kind: 'held'; readonly by: string | null };

export interface AttemptOptions {
  readonly store: ExclusiveStore;
  readonly content: string;
  /** Whether the holder with this content is surely gone. */
  readonly isGone: (content: string) => Promise<boolean>;
}

/** A chain of processes that each died inside a take-over is no longer than this. */
const MAX_DEPTH = 4;

/**
 * Tries once to create the name, taking over from a holder that is gone. Of several takers one wins, because what a holder left may
 * only be removed under a claim: a second name made of the digest of exactly that content, acquired in the same way. Who gets the
 * claim late finds other content under the name, and leaves it alone.
 */
export async function attempt(name: string, options: AttemptOptions, depth = 0): Promise<Attempt> {
  const { store, content, isGone } = options;
  if ((await store.create(name, content)) === 'created') return { kind: 'acquired', tookOver: null };
  const stale = await store.read(name);
  if (stale === null || depth > MAX_DEPTH || !(await isGone(stale))) return { kind: 'held', by: stale };
  const removed = await removeExactly(name, stale, options, depth + 1);
  if (!removed || (await store.create(name, content)) === 'taken') return { kind: 'held', by: await store.read(name) };
  return { kind: 'acquired', tookOver: stale };
}

/** Removes the name if it still holds what this process put there. No claim: nobody takes over from a process that lives. */
export async function removeOwn(store: ExclusiveStore, name: string, content: string): Promise<void> {
  if ((await store.read(name)) === content) await store.remove(name);
}

/** Removes the name if it holds exactly this content; whether it did. */
async function removeExactly(name: string, present: string, options: AttemptOptions, depth: number): Promise<boolean> {
  const claim = `${name}-${createHash('sha256').update(present).digest('hex').slice(0, 12)}`;
  if ((await attempt(claim, options, depth)).kind === 'held') return false;
  try {
    if ((await options.store.read(name)) !== present) return false;
    await options.store.remove(name);
    return true;
  } finally {
    await options.store.remove(claim);
  }
}
