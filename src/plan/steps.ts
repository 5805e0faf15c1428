import { type ImageId, type ServiceKey, stepId } from '../model/ids.ts';
import type { Leaders, Link } from './links.ts';
import type { PlanStep, StepKind } from './types.ts';
import type { Work } from './work.ts';

/** What a service's steps refer to besides its own work. */
export interface StepContext {
  readonly works: ReadonlyMap<ServiceKey, Work>;
  readonly links: readonly Link[];
  readonly leaders: Leaders;
  /** The risk gates of its replace. */
  readonly gates: readonly string[];
}

/** The kinds of step that a work has, in the order in which they are done. */
export function kindsOf(work: Work): StepKind[] {
  const kinds = ['backup', 'build', 'test', 'replace', 'verify'] as const;
  return kinds.filter((kind) => work[kind] !== null);
}

/** The steps of a planned service: each needs the one before it, what its links say, and the gates. */
export function stepsOf(work: Work, context: StepContext): PlanStep[] {
  const kinds = kindsOf(work);
  return kinds.map((kind, i) => {
    const previous = i > 0 ? [stepId(work.service.key, kinds[i - 1]!)] : [];
    const { needs, after } = waitsOf(kind, work, context);
    const all = needs.length === 0 ? previous : [...new Set([...previous, ...needs])];
    const base = { id: stepId(work.service.key, kind), kind, needs: all };
    return Object.assign(
      base,
      after.length > 0 ? { after } : null,
      ownPart(kind, work, context),
      imagePart(kinds, kind, work.image),
    );
  });
}

const NO_WAITS = { needs: [], after: [] };

function waitsOf(
  kind: StepKind,
  work: Work,
  { works, links, leaders, gates }: StepContext,
): { needs: string[]; after: string[] } {
  const mine = links.filter((link) => link.step === kind);
  if (mine.length === 0 && kind !== 'build' && kind !== 'replace') return NO_WAITS;
  const idsOf = (wanted: readonly Link[]) => wanted.map((link) => stepToAwait(works.get(link.to)!, link.waitsFor));
  const needs = idsOf(mine.filter((link) => link.required));
  const after = idsOf(mine.filter((link) => !link.required)).filter((id) => !needs.includes(id));
  const leader = kind === 'build' ? leaders.get(work.service.key) : undefined;
  if (leader !== undefined) needs.push(stepId(leader, 'build'));
  if (kind === 'replace') needs.push(...gates);
  return { needs, after: [...new Set(after)] };
}

/** The step of a dependency that stands for it; its last one when it has none of the kind, so that its failure is known in time. */
function stepToAwait(work: Work, kind: StepKind): string {
  return stepId(work.service.key, work[kind as keyof Work] ? kind : kindsOf(work).at(-1)!);
}

type OwnPart = Pick<PlanStep, 'cause' | 'guard' | 'action' | 'pull' | 'sameBuildAs' | 'as' | 'follows'>;

function ownPart(kind: StepKind, work: Work, { leaders, works }: StepContext): OwnPart {
  switch (kind) {
    case 'backup':
      return { cause: work.backup! };
    case 'build':
      return buildPart(work, leaders);
    case 'test':
      return { cause: work.test!.cause, ...guardPart(work.test!) };
    case 'replace': {
      const { action, cause, follows } = work.replace!;
      const known = follows.filter((key) => works.has(key));
      return { cause, ...guardPart(work.replace!), action, ...(known.length > 0 && { follows: known }) };
    }
    case 'verify':
      return { cause: work.verify!.cause, ...guardPart(work.verify!) };
    case 'rollback':
      throw new Error('a rebuild plan has no rollback step');
  }
}

function guardPart({ guard }: Pick<NonNullable<Work['test']>, 'guard'>): Pick<PlanStep, 'guard'> {
  return guard === null ? {} : { guard };
}

function buildPart(work: Work, leaders: Leaders): OwnPart {
  const { cause, pull } = work.build!;
  const leader = leaders.get(work.service.key);
  const { builtBy } = work.standing;
  return {
    cause,
    ...(pull && { pull }),
    ...(leader !== undefined && { sameBuildAs: leader }),
    ...(builtBy !== null && { as: builtBy }),
  };
}

/** Only the first step after the backup says which image it is about. */
function imagePart(kinds: readonly StepKind[], kind: StepKind, image: ImageId | null): Pick<PlanStep, 'image'> {
  const first = kinds.find((k) => k !== 'backup');
  return kind === first && kind !== 'build' && image !== null ? { image } : {};
}
