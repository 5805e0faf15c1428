import type { ServiceKey } from '../../model/ids.ts';
import { nearest } from '../../util/nearest.ts';
import type { ModelService } from './model-service.ts';
import { publishedPorts } from './published-ports.ts';

/** What a written service name stands for. */
export type NameMatch =
  | { readonly kind: 'found'; readonly key: ServiceKey }
  | { readonly kind: 'ambiguous'; readonly keys: readonly ServiceKey[] }
  | { readonly kind: 'unknown' };

/** Looks up `service` or `project/service`; the bare name counts when only one project has it. */
export function findService(services: readonly ModelService[], written: string): NameMatch {
  const keys = services
    .filter(
      (service) => service.key === written || service.name === written || `${service.project.name}/${service.name}` === written,
    )
    .map((service) => service.key);
  if (keys.length === 0) return { kind: 'unknown' };
  return keys.length === 1 || keys.includes(written)
    ? { kind: 'found', key: keys.includes(written) ? written : keys[0]! }
    : { kind: 'ambiguous', keys };
}

/** The service that an unknown name most likely means, and what speaks for it; null when nothing does. */
export function suggestService(
  services: readonly ModelService[],
  written: string,
  port: number | null,
): { readonly key: ServiceKey; readonly why: string } | null {
  const byContainer = services.find((service) => service.compose.container_name === written);
  if (byContainer) return { key: byContainer.key, why: `its container_name is ${written}` };
  const names = services.flatMap((service) => [service.key, service.name]);
  const close = nearest(written, names) ?? shared(written, names);
  const byName = services.find((service) => service.key === close || service.name === close);
  if (byName) return { key: byName.key, why: 'its name is the nearest' };
  const byPort =
    port === null ? undefined : services.find((service) => publishedPorts(service.compose).fixed.some((p) => p.port === port));
  return byPort ? { key: byPort.key, why: `it publishes port ${port}` } : null;
}

/** `calendar` for `calendar-service`: the one name whose words are all in the other. */
function shared(written: string, names: readonly string[]): string | undefined {
  const wanted = words(written);
  const matches = names.filter((name) => {
    const own = words(name);
    return own.every((word) => wanted.includes(word)) || wanted.every((word) => own.includes(word));
  });
  return new Set(matches).size === 1 ? matches[0] : undefined;
}

function words(name: string): string[] {
  return name.toLowerCase().split(/[-_./]/);
}
