import type { ComposeModel, ComposeService } from '../fleet/types.ts';

/** Parts of a name that make its value a secret: DB_PASSWORD, apiKey, client-secret. */
const SECRET_PARTS: ReadonlySet<string> = new Set(
  'password passwd pass pwd passphrase secret secrets token tokens key keys apikey credential credentials auth pat dsn jwt salt webhook'.split(
    ' ',
  ),
);

/** Last parts that make it a setting about a secret and not the secret: PASSWORD_FILE, TOKEN_TTL, KEY_LENGTH. */
const HARMLESS_ENDINGS: ReadonlySet<string> = new Set(
  'file path dir url uri host port name user username length size ttl expiry expires timeout seconds minutes hours days enabled algorithm alg type method mode count limit min max version header prefix'.split(
    ' ',
  ),
);

/**
 * Words that are no secret even when they are somebody's password: to blank them out everywhere would make logs unreadable and hide
 * nothing. Where they stand behind a telling name (`PASSWORD=secret`) they are still removed.
 */
const TRIVIAL: ReadonlySet<string> = new Set(
  'password passwd secret secrets token default change changeme change-me change_me example testing localhost postgres development production required optional disabled enabled'.split(
    ' ',
  ),
);

/** Shorter values would blank out ordinary words. Characters. */
const MIN_LENGTH = 6;

/** `scheme://user:password@host`. */
const USERINFO = /\b[a-z][a-z0-9+.-]*:\/\/[^\s/?#:@]*:([^\s/?#@]+)@/gi;

/** Whether a variable of this name holds a secret. */
export function isSecretName(name: string): boolean {
  const parts = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
  if (HARMLESS_ENDINGS.has(parts.at(-1) ?? '')) return false;
  return parts.some((part) => SECRET_PARTS.has(part) || /(password|passwd|secret|token|apikey)$/.test(part));
}

/** All secret values that rendered Compose models hold: by the names of variables and build arguments, and in URLs. */
export function secretValues(models: readonly ComposeModel[]): Set<string> {
  const found = new Set<string>();
  for (const model of models) {
    const inTheOpen = openNames(model);
    for (const [name, value] of Object.values(model.services).flatMap(settings)) {
      const secrets = [...userinfo(value), ...(isSecretName(name) ? value.split(/\r?\n/) : [])];
      for (const secret of secrets) if (isWorthHiding(secret, inTheOpen)) found.add(secret);
    }
  }
  return found;
}

/** The passwords of the URLs in a text, as written and decoded. */
function userinfo(value: string): readonly string[] {
  return [...value.matchAll(USERINFO)].flatMap(([, password = '']) => [password, decoded(password)]);
}

function settings(service: ComposeService): readonly (readonly [string, string])[] {
  const pairs = [...Object.entries(service.environment ?? {}), ...Object.entries(service.build?.args ?? {})];
  return pairs.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : []));
}

function isWorthHiding(value: string, inTheOpen: ReadonlySet<string>): boolean {
  const bare = value.trim();
  const isNumber = /^\d+$/.test(bare) && bare.length < 10;
  const isPemFrame = /^-----(BEGIN|END) [A-Z0-9 ]+-----$/.test(bare);
  return bare.length >= MIN_LENGTH && !isNumber && !isPemFrame && !TRIVIAL.has(bare.toLowerCase()) && !inTheOpen.has(bare);
}

/** Names that stand in the model for all to see: a password that equals one is no secret, and hiding it would hide the service. */
function openNames(model: ComposeModel): ReadonlySet<string> {
  const names = [model.name, ...Object.keys(model.networks ?? {}), ...Object.keys(model.volumes ?? {})];
  for (const [name, service] of Object.entries(model.services)) {
    names.push(
      name,
      service.container_name ?? '',
      ...(service.image ?? '').split(/[/:@]/),
      ...Object.keys(service.environment ?? {}),
    );
  }
  return new Set(names);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
