/** A written size as Docker reads it: a number with `b`, `k`, `m`, `g` or `t`, also as `mb` or `MiB`; always powers of 1024. */
export const SIZE_PATTERN = /^(\d+(?:\.\d+)?) ?(?:([kKmMgGtT])(?:[iI]?[bB])?|[bB])?$/;

/** Bytes of a written size, rounded down; null when it is not one. */
export function parseSize(text: string): number | null {
  const match = SIZE_PATTERN.exec(text);
  if (!match) return null;
  const power = match[2] ? 'kmgt'.indexOf(match[2].toLowerCase()) + 1 : 0;
  const bytes = Math.floor(Number.parseFloat(match[1]!) * 1024 ** power);
  return Number.isSafeInteger(bytes) ? bytes : null;
}
