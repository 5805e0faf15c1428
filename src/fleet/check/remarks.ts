import type { Diagnostic } from '../../model/diagnostic.ts';
import { replaceUnit } from '../tags.ts';
import type { Service } from '../types.ts';

/** Services in no category, in one line: they are rebuilt only when named. */
export function remarkUncategorised(services: readonly Service[]): Diagnostic[] {
  const left = services.filter((service) => service.category === null).map((service) => service.key);
  if (left.length === 0) return [];
  return [
    {
      code: 'service-in-no-category',
      severity: 'info',
      message: `In no category: ${left.join(', ')}`,
      remedy: 'They are rebuilt only when named, and started only when something selected needs them',
    },
  ];
}

/** Services that were taken for one-shots without anybody having said so, in one line. */
export function remarkGuessedOneShots(guesses: readonly { readonly key: string; readonly why: string }[]): Diagnostic[] {
  if (guesses.length === 0) return [];
  return [
    {
      code: 'one-shot-guessed',
      severity: 'info',
      message: `Taken for one-shots: ${guesses.map(({ key, why }) => `${key} (${why})`).join('; ')}`,
      remedy: 'Where that is wrong, set `kind: service` in the configuration',
    },
  ];
}

/** Services that run one whole tag: replacing one replaces all, and two different builds would overwrite each other. */
export function remarkSharedTags(services: readonly Service[]): Diagnostic[] {
  const units = services.map((service) => replaceUnit({ services }, service));
  const shared = units.filter((unit, index) => unit.length > 1 && unit[0] === services[index]);
  return shared.flatMap((unit) => {
    const keys = unit.map((service) => service.key).join(', ');
    const builds = new Set(unit.map(({ build }) => JSON.stringify(build)).filter((build) => build !== 'null'));
    if (builds.size > 1) return [conflictingBuilds(unit, keys)];
    return builds.size === 0 ? [] : [sharedTag(unit, keys)];
  });
}

function conflictingBuilds(unit: readonly Service[], keys: string): Diagnostic {
  return {
    code: 'two-builds-one-tag',
    severity: 'warning',
    message: `${keys} are built differently to the same tag ${unit[0]!.image}: whichever is built last is what all of them run`,
    ...unit[0]!.place,
    remedy: 'Give each its own `image` in the Compose file',
    related: unit.slice(1).map((service) => ({ ...service.place, message: service.key })),
  };
}

function sharedTag(unit: readonly Service[], keys: string): Diagnostic {
  return {
    code: 'two-services-one-tag',
    severity: 'info',
    message: `${keys} run the same tag ${unit[0]!.image} and are built and replaced as one`,
    ...unit[0]!.place,
  };
}
