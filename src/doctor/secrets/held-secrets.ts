import type { ComposeModel, ComposeService } from '../../fleet/types.ts';
import { isSecretName } from '../../journal/secret-values.ts';
import { isMapping } from '../../util/is-mapping.ts';
import { canBeSecret, secretShape } from './value-shapes.ts';

/** A place of a rendered model that holds a secret. The value itself stays where it is, only to be compared. */
export interface HeldSecret {
  /** The service's name, or null for a part of the model that services share. */
  readonly service: string | null;
  /** From the service, or from the model: `['environment', 'DB_PASSWORD']`. */
  readonly path: readonly [section: string, ...rest: string[]];
  /** What it is, in words that tell nothing of it. */
  readonly what: string;
  readonly value: string;
}

/** Keys that are made to be shown, and rules about secrets. A log may hide them all the same; nobody need move them. */
const OPEN_NAME = /(?:^|[_.-])(?:public|publishable|site|policy)(?:[_.-]|$)/i;

/** Every secret that a rendered model holds: by the names of settings, and by what values look like. */
export function heldSecrets(model: ComposeModel): readonly HeldSecret[] {
  const services = Object.entries(model.services).flatMap(([name, service]) => ofService(name, service));
  return [...services, ...contents(model, 'configs'), ...contents(model, 'secrets')];
}

function ofService(name: string, service: ComposeService): readonly HeldSecret[] {
  const named = [
    ...settings(service.environment).map(([key, value]) => ({ path: ['environment', key] as const, key, value })),
    ...settings(service.build?.args).map(([key, value]) => ({ path: ['build', 'args', key] as const, key, value })),
    ...settings(service.labels).map(([key, value]) => ({ path: ['labels', key] as const, key, value })),
  ];
  const words = [
    ...['command', 'entrypoint'].map((key) => [[key] as const, service[key]] as const),
    [['healthcheck', 'test'] as const, service.healthcheck?.test] as const,
  ];
  return [
    ...named.flatMap(({ path, key, value }) => {
      const what =
        secretShape(value) ?? (isSecretName(key) && !OPEN_NAME.test(key) && canBeSecret(value) ? 'a secret by its name' : null);
      return what === null ? [] : [{ service: name, path, what, value }];
    }),
    ...words.flatMap(([path, written]) => {
      const value = Array.isArray(written) ? written.join(' ') : typeof written === 'string' ? written : '';
      const what = secretShape(value);
      return what === null ? [] : [{ service: name, path, what, value }];
    }),
  ];
}

/** Configs that hold a secret are shown to everybody who may look at the container; secrets with `content` are in the file as they are. */
function contents(model: ComposeModel, section: 'configs' | 'secrets'): readonly HeldSecret[] {
  const named = isMapping(model[section]) ? Object.entries(model[section]) : [];
  return named.flatMap(([name, definition]) => {
    const value = isMapping(definition) && typeof definition.content === 'string' ? definition.content : '';
    const what = secretShape(value) ?? (section === 'secrets' && value !== '' ? 'a secret' : null);
    return what === null ? [] : [{ service: null, path: [section, name, 'content'] as const, what, value }];
  });
}

function settings(written: unknown): readonly (readonly [string, string])[] {
  if (!isMapping(written)) return [];
  return Object.entries(written).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : []));
}
