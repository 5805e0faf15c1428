import type { ListedCheck } from '../../fleet/validation-types.ts';

/** What a sentence plainly asks for, and the check of doctor that answers it. The first that fits counts. */
const ANSWERS: readonly (readonly [RegExp, string])[] = [
  [/\bbuildkit\b/i, 'buildkit'],
  [/\bdocker(?: engine)?\b.*\b(?:version|running|installed|daemon)\b|\b(?:version|installation) of docker\b/i, 'tools'],
  [/\b(?:disk|free) space\b|\bspace on (?:the )?disk\b/i, 'disk-space'],
  [/\b(?:memory|ram)\b.*\b(?:free|available|enough|sufficient)\b/i, 'memory'],
  [
    /\bbackups?\b.*\b(?:exists?|present|made|taken|created|complete|available|verified|verify)\b|\bverify\b.*\bbackups?\b/i,
    'backup',
  ],
  [/\bports?\b.*\b(?:conflicts?|clash|free|available)\b/i, 'host-ports'],
  [/\b(?:environment variables?|env(?:ironment)? files?|\.env)\b/i, 'variables'],
  [/\bphase 0\b.*\bcomplete/i, 'status-file'],
  [/\b(?:compose|config(?:uration)?)\b.*\b(?:valid|validates?|syntax|correct)\b/i, 'configuration'],
];

/** Words that make a sentence about more than a check of ours sees. */
const MORE = /\b(?:manual|customer|user|team|restored?|by hand|document|dependenc|requirements)/i;

/** The check that answers an entry of free text; null = none does for certain: it is the operator's. */
export function answeredBy({ check }: ListedCheck): string | null {
  if (check.kind !== 'text' || MORE.test(check.text)) return null;
  return ANSWERS.find(([shape]) => shape.test(check.text))?.[1] ?? null;
}
