type Variables = Readonly<Record<string, string | undefined>>;

const VARIABLE = /\$(?:\$|\{(\w+)(?:(:?[-?+])([^{}]*))?\}|([A-Za-z_]\w*))/g;

/** A text with its variables filled in as Compose does; null when one has no value and no default. Nested defaults are not understood. */
export function interpolate(text: string, variables: Variables): string | null {
  let known = true;
  const filled = text.replace(VARIABLE, (whole, braced?: string, operator?: string, word = '', bare?: string) => {
    if (whole === '$$') return '$';
    const value = variables[braced ?? bare ?? ''];
    const isSet = value !== undefined && (value !== '' || operator?.startsWith(':') !== true);
    if (operator?.endsWith('+')) return isSet ? word : '';
    if (isSet) return value;
    if (operator?.endsWith('-')) return word;
    known = false;
    return '';
  });
  return known && !filled.includes('${') ? filled : null;
}
