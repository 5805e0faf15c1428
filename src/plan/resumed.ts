import { because } from './causes.ts';
import type { Achieved, Standing } from './standing.ts';
import type { Work } from './work.ts';

/** What the run that is continued has put in place and nobody has judged; null = there is no such thing, or it does not run any more. */
export function unjudgedWork(standing: Standing, achieved: Achieved | null): Work | null {
  const image = achieved?.replacedBy;
  if (image === undefined || image !== standing.image || !standing.up || standing.mixed) return null;
  const cause = because('failed-before', 'it was replaced earlier in this run and has no verdict yet');
  const { service } = standing;
  return {
    service,
    standing,
    cause,
    backup: null,
    build: null,
    test: null,
    replace: null,
    verify: { cause, guard: null },
    image,
  };
}

/** Whether a build of these inputs still counts. Unknown inputs: a success stays, unless what was built from them failed. */
export function stillBuilt(s: Standing, builtFrom: string | null): boolean {
  return s.fingerprint.inputs === builtFrom && (builtFrom !== null || s.record?.status !== 'failed');
}
