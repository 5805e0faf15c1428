import type { ServiceKey } from '../model/ids.ts';
import { because } from './causes.ts';
import type { ResumeFacts } from './input.ts';
import type { Achieved, Standing } from './standing.ts';
import type { TagUnit } from './tags.ts';
import type { Work } from './work.ts';

/**
 * Services of one tag are one replace unit (contract, section 3): what the run that is continued has built for one of them counts for all, as
 * long as it would be built of the same inputs. Those to whom it was never told would build the tag a second time.
 */
export function sharedBuilds(
  resume: ResumeFacts,
  {
    units,
    standing,
  }: { readonly units: ReadonlyMap<ServiceKey, TagUnit>; readonly standing: (key: ServiceKey) => Standing | undefined },
): ResumeFacts {
  const built = new Map(resume.built);
  for (const [key, { members }] of units) {
    if (built.has(key)) continue;
    const made = members.flatMap((member) => {
      const one = resume.built.get(member.key);
      return one && stillBuilt(standing(member.key)!, one.inputs) ? [one] : [];
    });
    const inputs = standing(key)!.fingerprint.inputs;
    if (made[0]) built.set(key, { image: made[0].image, inputs });
  }
  return { ...resume, built };
}

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
