import fc from 'fast-check';
import { parse, stringify } from 'yaml';

/** How many mutations of one sort of files are tried, the properties of it together: `SLIPWAY_FUZZ`, else few enough for the quick check. */
export const FUZZ = Number(process.env.SLIPWAY_FUZZ ?? 100);

/** How long one load may take, milliseconds: far more than it does, on a machine that does much else. */
export const BOUND_MS = 5000;

/** How long a property of `FUZZ` loads may take, milliseconds. */
export const TIMEOUT_MS = 20_000 + FUZZ * 40;

type Mutation = (bytes: Buffer) => Buffer;

/** The text with one to four things done to it that happen to files: by people, editors, crashes, disks and those who mean harm. */
export function mutated(base: fc.Arbitrary<string>): fc.Arbitrary<Buffer> {
  return fc
    .tuple(base, fc.array(mutation, { minLength: 1, maxLength: 4 }))
    .map(([text, mutations]) => readable(mutations.reduce<Buffer>((bytes, mutate) => mutate(bytes), Buffer.from(text))));
}

/** A document, in YAML or JSON, with values at some places replaced by any other, keys lost or renamed, and then perhaps mutated as text. */
export function mutatedDocument(base: fc.Arbitrary<string>, form: 'yaml' | 'json'): fc.Arbitrary<Buffer> {
  const write = form === 'yaml' ? asYaml : (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  const changed = fc
    .tuple(
      base,
      fc.array(fc.tuple(fc.nat(), anyValue, fc.constantFrom('replace', 'remove', 'rename')), { minLength: 1, maxLength: 3 }),
    )
    .map(([text, changes]) => {
      const document = { root: form === 'yaml' ? parse(text) : JSON.parse(text) } as Holder;
      for (const [which, value, how] of changes) change(document, which, { value, how });
      return write(document.root);
    });
  return fc.oneof(
    { weight: 3, arbitrary: changed.map((text) => readable(Buffer.from(text))) },
    { weight: 1, arbitrary: mutated(changed) },
  );
}

const TOKENS = [
  ...[': ', '- ', '? ', '{', '}', '[', ']', ',', '&a ', '*a', '<<: *a', '!!str ', '!x ', '!!binary ', '|', '>-', '"', "'", '#'],
  ...['---\n', '...\n', '%YAML 1.1\n', '\t', '\r', '\r\n', '\n', ' ', '\\', '\\u0000', 'null', '~', 'true', 'on', '.nan', '.inf'],
  ...[
    '0x1F',
    '1e999',
    '-0',
    '2024-02-30',
    '9007199254740993',
    '${X:-',
    '$',
    '__proto__',
    'constructor',
    'toString',
    '\u2028',
    '\u202e',
  ],
  ...[
    'ünïcödé',
    '🌍',
    '\ufffd',
    '\ufeff',
    '\u0000',
    '\u001b[31m',
    '../../etc/passwd',
    '/dev/zero',
    '-rf',
    '{}',
    '[]',
    '""',
    '0',
    '-1',
  ],
];

const token = fc.oneof(fc.constantFrom(...TOKENS), fc.string({ maxLength: 8 }), fc.string({ unit: 'grapheme', maxLength: 4 }));

const anyValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(null, true, '', 0, -1, 1e308, [], {}, [[]], [null], { a: null }, '__proto__', 'x'.repeat(100_000)),
  fc.constantFrom(40, 400, 4000).map(nested),
);

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc
    .tuple(fc.nat(), fc.nat(255))
    .map(([at, value]) => onBytes((bytes) => bytes.fill(value, at % bytes.length, (at % bytes.length) + 1))),
  fc.tuple(fc.nat(), fc.nat(40), token).map(([at, length, put]) => splice(at, length, Buffer.from(put))),
  fc
    .tuple(fc.nat(), fc.constantFrom([0xff], [0xc3], [0xed, 0xa0, 0x80], [0], [0xfe, 0xff]))
    .map(([at, put]) => splice(at, 0, Buffer.from(put))),
  fc.nat().map((at) => onBytes((bytes) => bytes.subarray(0, at % bytes.length))),
  fc.tuple(fc.nat(), fc.nat()).map(([a, b]) => onLines((lines) => lines.with(a % lines.length, lines[b % lines.length]!))),
  fc.nat().map((at) => onLines((lines) => lines.toSpliced(at % lines.length, 1))),
  fc
    .tuple(fc.nat(), fc.nat(12))
    .map(([at, by]) => onLines((lines) => lines.with(at % lines.length, ' '.repeat(by) + lines[at % lines.length]!.trimStart()))),
  fc.tuple(fc.nat(), token).map(([at, put]) => onLines((lines) => lines.toSpliced(at % lines.length, 0, put))),
  fc
    .tuple(fc.nat(), fc.constantFrom(10, 100, 10_000), fc.constantFrom('[', '{', '{a: ', '- ', '"', 'x', '\n', '&a *a '))
    .map(([at, times, what]) => splice(at, 0, Buffer.from(what.repeat(times)))),
  fc.constantFrom(crlf, withMark, laughs, doubled, widened),
);

/** Shown as text when a property fails. */
function readable(bytes: Buffer): Buffer {
  return Object.assign(bytes, { [fc.toStringMethod]: () => JSON.stringify(bytes.toString('utf8')) });
}

/** What is nested too deeply for the writer is written as JSON, which is YAML too. */
function asYaml(value: unknown): string {
  try {
    return stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return JSON.stringify(value);
    throw error;
  }
}

function onBytes(work: (bytes: Buffer) => Buffer): Mutation {
  return (bytes) => (bytes.length === 0 ? bytes : work(Buffer.from(bytes)));
}

function onLines(work: (lines: string[]) => string[]): Mutation {
  return onBytes((bytes) => Buffer.from(work(bytes.toString('latin1').split('\n')).join('\n'), 'latin1'));
}

function splice(at: number, length: number, put: Buffer): Mutation {
  return (bytes) => {
    const from = at % (bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from + length)]);
  };
}

function crlf(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replaceAll('\n', '\r\n'), 'latin1');
}

function withMark(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from('\ufeff'), bytes]);
}

function doubled(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, bytes]);
}

/** As an editor that writes UTF-16 saves it. */
function widened(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('utf8'), 'utf16le');
}

/** A billion laughs before the text. */
function laughs(bytes: Buffer): Buffer {
  const names = [...'bcdefghij'];
  const lines = names.map((name, i) => `x-${name}: &${name} [${`*${i === 0 ? 'a' : names[i - 1]}, `.repeat(9)}]`);
  return Buffer.concat([Buffer.from(`x-a: &a [ha]\n${lines.join('\n')}\n`), bytes, Buffer.from('\nfleet: *j\ncategories: *j\n')]);
}

type Holder = Record<string | number, unknown>;

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i += 1) value = i % 2 ? [value] : { a: value };
  return value;
}

function change(root: Holder, which: number, { value, how }: { value: unknown; how: 'replace' | 'remove' | 'rename' }): void {
  const places = placesOf(root);
  const [holder, key] = places[which % places.length]!;
  const old = holder[key];
  // A copy: what is given once for all must not grow from one mutation to the next.
  if (how === 'replace' || Array.isArray(holder) || holder === root) holder[key] = JSON.parse(JSON.stringify(value));
  else delete holder[key];
  if (how === 'rename' && !Array.isArray(holder) && holder !== root) holder[`${key}x`] = old;
}

/** Every place of a value; what is nested very deeply counts as one. */
function placesOf(value: unknown, depth = 0): [Holder, string | number][] {
  if (value === null || typeof value !== 'object' || depth > 30) return [];
  const holder = value as Holder;
  const keys = Array.isArray(value) ? value.map((_, i) => i) : Object.keys(holder);
  return keys.flatMap((key): [Holder, string | number][] => [[holder, key], ...placesOf(holder[key], depth + 1)]);
}
