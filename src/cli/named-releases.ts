import type { Diagnostic } from '../model/diagnostic.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { Release } from '../release/types.ts';
import type { ReleaseList } from '../run/releases/listed-releases.ts';

/** The releases that the operator named. None: all are listed. One: it is shown. Two: they are compared. */
export function namedReleases(
  { releases }: ReleaseList,
  names: readonly string[],
  { compare }: { readonly compare: boolean },
): Result<readonly Release[], Diagnostic> {
  const known = new Map(releases.map(({ release }) => [release.release, release]));
  const unknown = names.find((name) => !known.has(name));
  if (unknown !== undefined) return err(noSuch(unknown, [...known.keys()]));
  if (names.length > 2) return err(problem('too-many-releases', 'At most two releases can be compared', 'name two of them'));
  const found = names.map((name) => known.get(name)!);
  if (!compare || found.length === 2) return ok(found);
  const others = releases.map(({ release }) => release).filter((release) => !found.includes(release));
  const [newest, next] = others;
  if (!newest || (found.length === 0 && !next))
    return err(problem('nothing-to-compare', 'There are no two releases to compare', 'see `slipway releases`'));
  return ok(found.length === 1 ? [found[0]!, newest] : [next!, newest]);
}

function noSuch(name: string, known: readonly string[]): Diagnostic {
  const remedy = known.length === 0 ? 'There is none yet' : `There are ${known.slice(0, 5).join(', ')}`;
  return problem('unknown-release', `There is no release ${name}`, remedy);
}

function problem(code: string, message: string, remedy: string): Diagnostic {
  return { code, severity: 'error', message, remedy };
}
