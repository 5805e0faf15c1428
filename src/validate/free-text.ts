import type { ListedCheck } from '../fleet/validation-types.ts';

/** What a sentence plainly asks for, and the check of ours that answers it. The first that fits counts. */
const ANSWERS: readonly (readonly [RegExp, string])[] = [
  [/\blogs?\b.*\b(?:errors?|exceptions?|clean)\b|\b(?:errors?|exceptions?)\b.*\blogs?\b/i, 'container-logs'],
  [/\brestart|\bcrash[- ]?loop/i, 'restarts'],
  [/\b(?:memory|cpu|resource)s?\b.*\b(?:limit|use|usage|within|normal)|\bresource (?:use|usage)\b/i, 'limits'],
  [/\b(?:response|answer)s?\b.*\btimes?\b|\blatency\b/i, 'endpoints'],
  [/\bhealth[ -]?(?:check|endpoint)s?\b|\bendpoints?\b.*\b(?:answer|respond)/i, 'endpoints'],
  [/\b(?:services?|containers?)\b.*\b(?:healthy|running|up)\b/i, 'up'],
  [/\bstate file\b/i, 'state-file'],
  [/\b(?:services?|images?)\b.*\b(?:re)?built\b|\b(?:all|every) builds?\b.*\b(?:succe|complete|pass)/i, 'outcome'],
];

/** Words that make a sentence about more than a check of ours sees. */
const MORE = /\b(?:dashboard|manual|metric|user|customer|team|data|backup|document|performance|by hand)/i;

/** The check that answers an entry of free text; null = none does for certain: it is the operator's. */
export function answeredBy({ check }: ListedCheck): string | null {
  if (check.kind !== 'text' || MORE.test(check.text)) return null;
  return ANSWERS.find(([shape]) => shape.test(check.text))?.[1] ?? null;
}
