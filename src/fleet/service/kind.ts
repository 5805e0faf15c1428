import type { ComposeService, Service } from '../types.ts';
import { namedEdges } from './edges.ts';

/** What a service is, and what that rests on (traps T7); `guessed` is worth telling the operator. */
export interface KindFinding {
  readonly kind: Service['kind'];
  readonly guessed: string | null;
}

/**
 * Whether a service is a job that ends: somebody waits for its completion, the configuration says so, or it serves nobody (no ports,
 * no health check, no dependents) and is told never to restart. Guessed: it serves nobody, sits behind a profile and has no policy.
 * A missing restart policy alone says nothing: most development files have none. Who is built from its image does not need it running.
 */
export function serviceKind(
  name: string,
  services: Readonly<Record<string, ComposeService>>,
  configured: Service['kind'] | undefined,
): KindFinding {
  if (configured !== undefined) return { kind: configured, guessed: null };
  const needed = Object.values(services).flatMap((other) =>
    namedEdges(other).filter((edge) => edge.name === name && edge.source !== 'build'),
  );
  if (needed.some((edge) => edge.condition === 'completed')) return { kind: 'one-shot', guessed: null };
  const compose = services[name]!;
  if (needed.length > 0 || servesSomebody(compose)) return { kind: 'service', guessed: null };
  if (restartPolicy(compose) === 'no') return { kind: 'one-shot', guessed: null };
  if (restartPolicy(compose) === null && (compose.profiles ?? []).length > 0) {
    return { kind: 'one-shot', guessed: 'it sits behind a profile and has no restart policy' };
  }
  return { kind: 'service', guessed: null };
}

function servesSomebody(compose: ComposeService): boolean {
  const expose = (compose.expose as readonly unknown[] | undefined) ?? [];
  return (compose.ports ?? []).length > 0 || expose.length > 0 || compose.healthcheck !== undefined;
}

/** As written; `deploy.restart_policy` counts too; null = nothing is said. */
function restartPolicy(compose: ComposeService): string | null {
  const condition = (compose.deploy?.restart_policy as { condition?: string } | undefined)?.condition;
  return compose.restart ?? (condition === 'none' ? 'no' : (condition ?? null));
}
