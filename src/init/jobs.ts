import type { Service } from '../fleet/types.ts';
import { wordsOf } from './vocabulary.ts';

const JOBS =
  /^(?:migrate|migration|migrations|migrator|init|initdb|seed|seeder|seeds|setup|bootstrap|provision|createbuckets|createbucket|fixtures|backfill|job)$/;

/**
 * Why a service is a job that ends, where the configuration has to say so; null = it is none, or the Compose file says it plainly. What Compose
 * calls nothing (no restart policy) and names like a migration is one: as a service it would be judged as one that has ended.
 */
export function jobReason(service: Service, services: readonly Service[]): string | null {
  const { compose, kind, name } = service;
  const isNeeded = services.some(({ dependsOn }) => dependsOn.some(({ to }) => to === service.key));
  const said = compose.restart !== undefined || compose.deploy?.restart_policy !== undefined;
  if (kind === 'one-shot') {
    const awaited = services.some(({ dependsOn }) => dependsOn.some((e) => e.to === service.key && e.condition === 'completed'));
    return awaited || said ? null : 'nothing restarts it, and nobody needs it';
  }
  const serves = service.published.length > 0 || compose.expose !== undefined || compose.healthcheck !== undefined;
  if (serves || isNeeded || said) return null;
  const word = wordsOf(name).find((one) => JOBS.test(one));
  return word === undefined ? null : `"${word}", nothing restarts it, and nobody needs it`;
}
