/** What RE2 leaves out so that a match takes linear time: it looks around nowhere and remembers nothing. */
const LEFT_OUT: readonly (readonly [RegExp, string])[] = [
  [/^(?:[^\\]|\\.)*?\(\?<?[=!]/s, 'looking ahead or behind, as `(?=` does, is not possible'],
  [/^(?:[^\\]|\\.)*?\\(?:[1-9]|k<)/s, 'a reference back, as `\\1`, is not possible'],
];

/** Longer ones are no pattern but a text. */
const MAX_CHARS = 1000;

/**
 * Why a regular expression of the configuration cannot be used; null = nothing is seen against it. Log lines are input from outside, so
 * they are matched in linear time (RE2). This is a look that every command can afford; what RE2 itself says comes when it is used.
 */
export function patternTrouble(source: string): string | null {
  if (source.length > MAX_CHARS) return `a pattern of more than ${MAX_CHARS} characters is not read`;
  const leftOut = LEFT_OUT.find(([shape]) => shape.test(source));
  if (leftOut) return leftOut[1];
  try {
    new RegExp(asJavaScript(source));
    return null;
  } catch (error) {
    return `not a regular expression: ${(error as Error).message.replace(/^Invalid regular expression: (\/.*\/\w*: )?/s, '')}`;
  }
}

/** RE2's own spellings of what JavaScript has too, as far as the syntax goes. */
function asJavaScript(source: string): string {
  return source
    .replace(/\(\?[imsU]+(-[imsU]+)?:/g, '(?:')
    .replace(/\(\?[imsU]+(-[imsU]+)?\)/g, '')
    .replace(/\(\?P</g, '(?<');
}
