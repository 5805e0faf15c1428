import type { Risk } from '../fleet/types.ts';
import type { ServiceKey } from '../model/ids.ts';
import { topologicalOrder } from './graph.ts';
import type { Links } from './links.ts';
import type { Work } from './work.ts';

/** Risk as a number: low comes first. */
export const RISK_LEVEL: Readonly<Record<Risk, number>> = { low: 0, medium: 1, high: 2 };

const RISKS: readonly Risk[] = ['low', 'medium', 'high'];

/** Where a service stands in the plan by its dependencies and risks. */
export interface Standpoint {
  /** The highest of its own risk and those of what it waits for: dependencies win over risk. */
  readonly risk: Risk;
  /** Longest path over links and risk gates, from 1. */
  readonly wave: number;
}

/** Effective risk and wave of every planned service; linear in services and links. */
export function standpoints(works: ReadonlyMap<ServiceKey, Work>, links: Links): ReadonlyMap<ServiceKey, Standpoint> {
  const order = topologicalOrder(new Map([...works.keys()].map((key) => [key, (links.get(key) ?? []).map((l) => l.to)])));
  const risks = new Map<ServiceKey, Risk>();
  for (const key of order) {
    const inherited = (links.get(key) ?? []).map((link) => RISK_LEVEL[risks.get(link.to)!]);
    risks.set(key, RISKS[Math.max(RISK_LEVEL[works.get(key)!.service.risk], ...inherited)]!);
  }
  const found = new Map<ServiceKey, Standpoint>();
  let gate = 0;
  for (const risk of RISKS) {
    const members = order.filter((key) => risks.get(key) === risk);
    for (const key of members) {
      // Links to a lower risk lie behind the gate already.
      const before = (links.get(key) ?? []).map((link) => found.get(link.to)!.wave);
      found.set(key, { risk, wave: 1 + Math.max(gate, ...before) });
    }
    gate = members.reduce((last, key) => Math.max(last, found.get(key)!.wave), gate);
  }
  return found;
}

/** The gates that a replace of a risk waits at: every lower risk that the plan holds. */
export function gatesBelow(risk: Risk, present: ReadonlySet<Risk>): string[] {
  return RISKS.slice(0, RISK_LEVEL[risk])
    .filter((lower) => present.has(lower))
    .map((lower) => `risk:${lower}`);
}
