/** XML attributes, escaped. */
export function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${xml(`${value}`)}"`)
    .join(' ');
}

/** Milliseconds as JUnit writes times. */
export function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** The total of the values. */
export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** Escaped for text and attributes; characters that XML 1.0 (section 2.2) has not or advises against are replaced, lone surrogates too. */
export function xml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\u007E\u00A0-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
