import type { RunId, ServiceKey } from '../../model/ids.ts';

/** What the page shows. */
export type View =
  | { readonly kind: 'services' }
  | { readonly kind: 'timeline' }
  | { readonly kind: 'graph' }
  | { readonly kind: 'history' }
  | { readonly kind: 'service'; readonly service: ServiceKey };

/** An address within the page: a view, and the run that it is about; null = the newest, also when a newer one starts. */
export interface Route {
  readonly view: View;
  readonly run: RunId | null;
}

const PLAIN_VIEWS = ['services', 'timeline', 'graph', 'history'] as const;

/** Reads a location's hash; what it does not know is the services. */
export function readRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const run = new URLSearchParams(query).get('run');
  return { view: readView(path), run: run === null || run === '' ? null : run };
}

/** The hash of a route. */
export function hashOf({ view, run }: Route): string {
  const query = run === null ? '' : `?run=${encodeURIComponent(run)}`;
  return `#/${pathOf(view)}${query}`;
}

function readView(path: string): View {
  const plain = PLAIN_VIEWS.find((kind) => kind === path);
  if (plain) return { kind: plain };
  const service = /^service\/(.+)$/.exec(path)?.[1];
  return service === undefined ? { kind: 'services' } : { kind: 'service', service: decoded(service) };
}

function pathOf(view: View): string {
  if (view.kind === 'services') return '';
  return view.kind === 'service' ? `service/${encodeURIComponent(view.service)}` : view.kind;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
