/** Behind these a value is a secret, but for the place of one. */
const TELLING =
  /((?:password|passwd|passphrase|secret|token|credentials?|(?:api|access|private|signing|encryption|master)[_-]?key)(?!\w*_(?:file|path|url|dir)\b)\w*["']?\s*[:=]\s*)(.*)$/i;

/** `scheme://user:password@`. */
const USERINFO = /(:\/\/[^\s/?#:@]*:)([^\s/?#@]+)(?=@)/g;

/**
 * A line of a file with the passwords in it blanked out at the same length: those of URLs, and all that stands behind a key like DB_PASSWORD.
 * Names of variables stay, so that it can still be seen where they are used.
 */
export function maskPasswords(line: string): string {
  return line
    .replace(USERINFO, (_, before: string, password: string) => before + starred(password))
    .replace(TELLING, (_, key: string, value: string) => key + starred(value));
}

/** Everything but names of variables, quotes and brackets. */
function starred(text: string): string {
  return text.replace(/\$\{\w+|\$\w+|[\s"'{}[\],]|./g, (part) => (part.length > 1 || /[\s"'{}[\],]/.test(part) ? part : '*'));
}
