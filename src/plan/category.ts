import type { Service } from '../fleet/types.ts';

/** The category that a service is planned, counted and shown under. */
export function categoryOf({ category }: Pick<Service, 'category'>): string {
  return category ?? 'uncategorised';
}
