import type { ComposeModel } from '../fleet/types.ts';

/** Host paths from which a service reads files: bind mounts, and the files of its secrets and configs. Folders may be among them. */
export function boundPaths(model: ComposeModel, service: string): readonly string[] {
  const definition = model.services[service];
  if (!definition) return [];
  const mounted = (definition.volumes ?? []).flatMap(({ type, source }) => (type === 'bind' && source ? [source] : []));
  const named = (kind: 'secrets' | 'configs') => {
    const definitions = (model[kind] ?? {}) as Readonly<Record<string, { readonly file?: string } | null>>;
    const used = (definition[kind] ?? []) as readonly { readonly source: string }[];
    return used.flatMap(({ source }) => definitions[source]?.file ?? []);
  };
  // A rendered model has each dollar twice.
  return [...new Set([...mounted, ...named('secrets'), ...named('configs')])].map((path) => path.replaceAll('$$', '$'));
}
