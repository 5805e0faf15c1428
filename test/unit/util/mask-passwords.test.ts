import { expect, test } from 'vitest';
import { maskPasswords } from '../../../src/util/mask-passwords.ts';

test.each([
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: Compose's own syntax.
  ['  URL: postgres://app:hunter2@db/${DB}', '  URL: postgres://app:*******@db/${DB}'],
  ['  URL: postgres://app:${PW}x@db', '  URL: postgres://app:${PW}*@db'],
  ['  DB_PASSWORD: "a b${X}c"', '  DB_PASSWORD: "* *${X}*"'],
  ['  - API_KEY=${API_KEY:-abc123}', '  - API_KEY=${API_KEY********}'],
  ['  { TOKEN: abc, PORT: 80 }', '  { TOKEN: ***, ***** ** }'],
  ['  TOKEN_FILE: /run/secrets/token', '  TOKEN_FILE: /run/secrets/token'],
  ['  image: shop/api:latest', '  image: shop/api:latest'],
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: Compose's own syntax.
])('%s', (line, masked) => {
  expect(maskPasswords(line)).toBe(masked);
  expect(masked).toHaveLength(line.length);
});
