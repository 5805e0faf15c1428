import type * as z from 'zod';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { nearest } from '../../util/nearest.ts';
import { olderNameOf } from './dialect.ts';
import { type Explanation, readExplanation } from './explain.ts';
import { type Located, type Path, spanOfKey, spanOfValue } from './located.ts';
import type { Source, Span } from './source.ts';

type Issue = z.core.$ZodIssue;

/** Where the validated value came from: the written tree, and the written path of each path of the value. */
export interface Origin {
  readonly source: Source;
  readonly tree: Located;
  readonly writtenPath: (path: Path) => Path;
}

/** zod's issues as diagnostics, at the key where the key is wrong and at the value otherwise. */
export function diagnoseIssues(issues: readonly Issue[], origin: Origin): Diagnostic[] {
  return issues.flatMap((issue) => diagnoseIssue(issue, [], origin));
}

function diagnoseIssue(issue: Issue, parent: Path, origin: Origin): Diagnostic[] {
  const path = [...parent, ...issue.path];
  const explanation = readExplanation(issue.message);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey([...path, key], explanation?.knownKeys ?? [], origin));
    case 'invalid_key': {
      const inner = issue.issues.map((one) => readExplanation(one.message)).find((one) => one !== null);
      return [diagnostic(path, inner ?? plain(issue), origin, spanOfKey)];
    }
    case 'invalid_union': {
      const branch = issue.errors.find(isInside);
      if (branch) return branch.flatMap((one) => diagnoseIssue(one, path, origin));
      return [diagnostic(path, explanation ?? plain(issue), origin, spanOfValue)];
    }
    default:
      return [diagnostic(path, explanation ?? plain(issue), origin, spanOfValue)];
  }
}

/** Whether the value had the form of this branch of a union, so that what is wrong lies inside. */
function isInside(branch: readonly Issue[]): boolean {
  return (
    branch.length > 0 && branch.every((one) => one.path.length > 0 || one.code === 'unrecognized_keys' || one.code === 'custom')
  );
}

function plain(issue: Issue): Explanation {
  return { code: 'bad-value', message: issue.message };
}

function unknownKey(path: Path, knownKeys: readonly string[], origin: Origin): Diagnostic {
  const key = String(path.at(-1));
  const near = nearest(key, knownKeys);
  const known = knownKeys.map((one) => `\`${one}\``).join(', ');
  const moved = path.length === 1 ? olderNameOf(key) : undefined;
  const remedy = moved
    ? `this key belongs to the older form; here it is \`${moved}\``
    : near
      ? `did you mean \`${near}\`?`
      : `the keys here are ${known}`;
  return diagnostic(path, { code: 'unknown-key', message: 'there is no such key', remedy }, origin, spanOfKey);
}

function diagnostic(
  path: Path,
  explanation: Explanation,
  origin: Origin,
  spanOf: (tree: Located, path: Path) => Span,
): Diagnostic {
  const written = origin.writtenPath(path);
  const { code, remedy } = explanation;
  return origin.source.diagnose(spanOf(origin.tree, written), {
    code,
    remedy,
    message: label(written, origin.tree) + explanation.message,
  });
}

/** `port of weather-api: `, or the dotted path where no service is near. */
function label(path: Path, tree: Located): string {
  if (path.length === 0) return '';
  const [section, category, list, index, ...rest] = path;
  if ((section === 'categories' || section === 'service_categories') && list === 'services' && typeof index === 'number') {
    const name = nameAt(tree, path.slice(0, 4)) ?? `service ${index + 1} of ${String(category)}`;
    return rest.length === 0 ? `${name}: ` : `${dotted(rest)} of ${name}: `;
  }
  return `${dotted(path)}: `;
}

function nameAt(tree: Located, path: Path): string | undefined {
  let here: unknown = tree.value;
  for (const key of [...path, 'name']) here = (here as Record<PropertyKey, unknown> | null | undefined)?.[key];
  return typeof here === 'string' && here !== '' ? here : undefined;
}

function dotted(path: Path): string {
  return path.map((key, i) => (typeof key === 'number' ? `[${key}]` : i === 0 ? String(key) : `.${String(key)}`)).join('');
}
