import type { Service } from '../fleet/types.ts';

/** Last words of label keys by which people group services, in the order of preference. */
const GROUPING = ['category', 'group', 'tier', 'layer', 'domain', 'component', 'part-of'];

/** What a label says of a service's group, with the label; `slipway.category` comes first. */
export function groupByLabel(service: Service): { readonly value: string; readonly label: string } | null {
  const labels = Object.entries(labelsOf(service)).filter(([, value]) => value.trim() !== '');
  const own = labels.find(([key]) => key === 'slipway.category');
  const other = GROUPING.map((word) => labels.find(([key]) => isGrouping(key, word))).find((one) => one !== undefined);
  const [label, value] = own ?? other ?? [];
  return label === undefined ? null : { value: value!, label };
}

/** Whether `slipway.critical` says that a service is; null = it says nothing. */
export function criticalByLabel(service: Service): boolean | null {
  const said = labelsOf(service)['slipway.critical']?.toLowerCase();
  return said === undefined ? null : ['true', 'yes', '1'].includes(said);
}

/** A whole word at the end of a key such as `com.example.tier`; labels that tools act upon (`traefik.http.…`) group nothing. */
function isGrouping(key: string, word: string): boolean {
  return (
    (key === word || key.endsWith(`.${word}`) || key.endsWith(`/${word}`)) &&
    !/^(?:traefik|com\.docker|org\.opencontainers|caddy|homepage)\b/.test(key)
  );
}

function labelsOf({ compose }: Service): Readonly<Record<string, string>> {
  const labels = (compose.labels ?? {}) as Readonly<Record<string, unknown>> | readonly string[];
  const entries = Array.isArray(labels)
    ? labels.map((one: string) => [one.split('=')[0]!, one.slice(one.indexOf('=') + 1)])
    : Object.entries(labels).map(([key, value]) => [key, String(value ?? '')]);
  return Object.fromEntries(entries);
}
