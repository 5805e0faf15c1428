import { markdownTable } from './markdown-table.ts';

/** The part of a JSON Schema (draft 7) that the configuration's schema uses. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly propertyNames?: JsonSchema;
  readonly items?: JsonSchema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
}

interface Row {
  readonly key: string;
  readonly schema: JsonSchema;
}

/** The reference of docs/configuration.md: one table for each top-level key that has keys of its own. */
export function renderReference(schema: JsonSchema): string {
  const sections = Object.entries(schema.properties ?? {}).map(([key, part]) => {
    const rows = rowsBelow(part, key);
    const head = `### \`${key}\`\n\n${part.description}`;
    return rows.length === 0 ? `${head}\n\n${details(part)}` : `${head}\n\n${table(rows)}`;
  });
  return `${sections.join('\n\n')}\n`;
}

/** Every key of the schema with its full path; `<name>` stands for a name of the user's. */
export function rowsBelow(schema: JsonSchema, path: string): Row[] {
  const own = Object.entries(schema.properties ?? {}).map(([key, part]) => ({ key: `${path}.${key}`, schema: part }));
  const rows = own.flatMap((row) => [row, ...rowsBelow(row.schema, row.key)]);
  const below = (part: JsonSchema, suffix: string) => rowsBelow(part, `${path}${suffix}`);
  const { additionalProperties: named, items, anyOf } = schema;
  return [
    ...rows,
    ...(typeof named === 'object' ? below(named, '.<name>') : []),
    ...(items ? below(items, '[]') : []),
    ...(anyOf ?? []).flatMap((one) => below(one, '')),
  ];
}

function table(rows: readonly Row[]): string {
  const body = rows.map(({ key, schema }) => [`\`${key}\``, typeOf(schema), defaultOf(schema), schema.description ?? '']);
  return markdownTable(['key', 'value', 'default', 'meaning'], body);
}

function details(schema: JsonSchema): string {
  const value = defaultOf(schema);
  return `Value: ${typeOf(schema)}.${value === '' ? '' : ` Default: ${value}.`}`;
}

function typeOf(schema: JsonSchema): string {
  if (schema.anyOf) return [...new Set(schema.anyOf.map(typeOf))].join(' or ');
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (Array.isArray(schema.type)) return schema.type.map((type) => typeOf({ type })).join(' or ');
  if (schema.items) return schema.items.type === undefined ? 'list' : `list of ${plural(typeOf(schema.items))}`;
  switch (schema.type) {
    case 'string':
      return looksLikeDuration(schema) ? 'duration' : 'text';
    case 'integer':
      return 'whole number';
    case 'boolean':
      return '`true`, `false`';
    case 'object':
      return 'mapping';
    case 'null':
      return '`null`';
    default:
      return String(schema.type ?? 'anything');
  }
}

function plural(type: string): string {
  return type === 'text'
    ? 'texts'
    : type.startsWith('list')
      ? type.replace('list', 'lists')
      : type.replace(/^mapping$/, 'mappings');
}

function looksLikeDuration(schema: JsonSchema): boolean {
  return schema.pattern?.includes('ms)') ?? false;
}

/** Defaults of whole mappings say nothing: their keys have their own. */
function defaultOf(schema: JsonSchema): string {
  const value = schema.default;
  if (value === undefined || (typeof value === 'object' && value !== null && !Array.isArray(value))) return '';
  return `\`${typeof value === 'string' && value !== '' ? value : JSON.stringify(value)}\``;
}
