import { shortId } from '../model/ids.ts';
import type { ServiceDifference } from '../release/compare.ts';
import type { Release, ReleasedService } from '../release/types.ts';
import { counted } from '../util/human.ts';
import { printable } from '../util/printable.ts';
import type { Paint } from './paint.ts';

/** What the engine still has; null = it could not be asked. */
export interface Holdings {
  /** Whether it has the service's image. */
  readonly image: (service: ReleasedService) => boolean;
  /** Whether a keeper saves that image from being pruned. */
  readonly keeper: (service: ReleasedService) => boolean;
}

/** A release in a list. */
export interface ReleaseLine {
  readonly release: Release;
  readonly kept: boolean;
}

/** A release in a list as scripts get it. */
export function releaseDocument({ release, kept }: ReleaseLine, holdings: Holdings | null): object {
  const services = Object.values(release.services).filter(({ image }) => image !== null);
  const count = (is: (service: ReleasedService) => boolean) => services.filter(is).length;
  return {
    release: release.release,
    at: release.at,
    phase: release.phase,
    origin: release.origin,
    kept,
    services: services.length,
    healthy: count(({ healthy }) => healthy),
    images: holdings && count(holdings.image),
    keepers: holdings && count(holdings.keeper),
  };
}

/** The releases, one line each. */
export function renderReleases(lines: readonly ReleaseLine[], holdings: Holdings | null, paint: Paint): string {
  if (lines.length === 0) return 'No release yet: the first run leaves one, and so does slipway adopt.\n';
  const width = Math.max(7, ...lines.map(({ release }) => release.release.length));
  const header = `${'release'.padEnd(width)}  ${'taken'.padEnd(20)}  ${'from'.padEnd(7)}  services  images`;
  return `${[paint.dim(header), ...lines.map((line) => releaseLine(line, { width, holdings, paint }))].join('\n')}\n`;
}

function releaseLine(
  { release, kept }: ReleaseLine,
  { width, holdings, paint }: { readonly width: number; readonly holdings: Holdings | null; readonly paint: Paint },
): string {
  const services = Object.values(release.services).filter(({ image }) => image !== null);
  const unwell = services.filter(({ healthy }) => !healthy).length;
  const well = unwell === 0 ? `${services.length} well` : paint.warn(`${services.length}, ${unwell} not well`);
  const origin = release.origin === 'run' ? 'run' : 'adopted';
  const parts = [
    printable(release.release).padEnd(width),
    release.at.slice(0, 19).replace('T', ' ').padEnd(20),
    origin.padEnd(7),
    well.padEnd(8),
    imagesText(services, holdings, paint),
    ...(kept ? [] : [paint.dim('past its keep')]),
  ];
  return parts.join('  ');
}

function imagesText(services: readonly ReleasedService[], holdings: Holdings | null, paint: Paint): string {
  if (holdings === null) return paint.dim('not known');
  const gone = services.filter((service) => !holdings.image(service)).length;
  if (gone > 0) return paint.bad(`${gone} of ${services.length} gone`);
  const open = services.filter((service) => !holdings.keeper(service)).length;
  return open > 0 ? paint.warn(`all there, ${counted(open, 'one', 'of them')} not safe from pruning`) : 'all there';
}

/** The services of a release. */
export function renderRelease(release: Release, holdings: Holdings | null, paint: Paint): string {
  const rows = Object.entries(release.services).sort(([a], [b]) => (a < b ? -1 : 1));
  const width = Math.max(7, ...rows.map(([key]) => key.length));
  const head = `${paint.bold(`Release ${printable(release.release)}`)} of ${release.at.slice(0, 19).replace('T', ' ')}, ${
    release.origin === 'run' ? 'left by a run' : 'adopted'
  }`;
  const header = paint.dim(`${'service'.padEnd(width)}  image         ${'ran'.padEnd(8)}  configuration`);
  const lines = rows.map(([key, service]) => {
    const gone = holdings !== null && service.image !== null && !holdings.image(service) ? paint.bad('  its image is gone') : '';
    const ran = service.healthy ? 'well'.padEnd(8) : paint.warn('not well');
    const from = service.configuration === 'files' ? 'from the files' : paint.warn('from the container');
    const image = service.image === null ? '-' : shortId(service.image);
    return `${printable(key).padEnd(width)}  ${image.padEnd(12)}  ${ran}  ${from}${gone}`;
  });
  return `${[head, '', header, ...lines].join('\n')}\n`;
}

/** What differs between two releases, service by service. */
export function renderComparison(
  { first, second }: { readonly first: Release; readonly second: Release },
  differences: readonly ServiceDifference[],
  paint: Paint,
): string {
  const head = paint.bold(`From ${printable(first.release)} to ${printable(second.release)}`);
  if (differences.length === 0) return `${head}\nNothing differs.\n`;
  const width = Math.max(...differences.map(({ service }) => service.length));
  const blocks = differences.map((difference) => {
    const [line = '', ...rest] = differenceLines(difference);
    const indent = ' '.repeat(width + 2);
    return [`${printable(difference.service).padEnd(width)}  ${line}`, ...rest.map((text) => `${indent}${text}`)].join('\n');
  });
  return `${[head, '', ...blocks].join('\n')}\n`;
}

function differenceLines({ in: where, image, tag, config, files }: ServiceDifference): readonly string[] {
  if (where !== 'both') return [where === 'first' ? 'only in the first' : 'only in the second'];
  const short = (id: string | null) => (id === null ? 'none' : shortId(id));
  const fields = (config ?? []).map(({ field, names }) => (names.length === 0 ? field : `${field} (${names.join(', ')})`));
  return [
    ...(image ? [`image ${short(image.first)} -> ${short(image.second)}`] : []),
    ...(tag ? [`tag ${tag.first} -> ${tag.second}`] : []),
    ...(fields.length > 0 ? [`configuration: ${fields.join('; ')}`] : []),
    ...(config === null ? ['configuration: differs, but cannot be read'] : []),
    ...files.map((path) => `file ${path}`),
  ].map(printable);
}
