import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadWith, model } from '../../../support/compose-fleet.ts';
import { folderWith } from '../../../support/folder.ts';

const COMPOSE = `version: "3"
services:
  web:
    image: web
    environment: { COST: "$$PRICE", PRICE: "\${PRICE}", ALSO: $PRICE }
`;
const UNSET = 'The "PRICE" variable is not set. Defaulting to a blank string.';

test('what Compose warns of is a warning with its place, once each, and forbids nothing', async () => {
  const root = folderWith({ 'compose.yaml': COMPOSE });
  const obsolete = `${join(root, 'compose.yaml')}: the attribute \`version\` is obsolete, it will be ignored`;
  const warnings = [UNSET, obsolete, UNSET, 'something else.'];
  const { fleet, diagnostics } = await loadWith(root, { '': model('web: {image: web}') }, { warnings });
  expect(fleet?.services).toHaveLength(1);
  const found = diagnostics.map(({ code, severity, message, file, line, column }) => [
    code,
    severity,
    message,
    file,
    line,
    column,
  ]);
  const file = join(root, 'compose.yaml');
  expect(found).toEqual([
    ['variable-not-set', 'warning', UNSET.slice(0, -1), file, 5, 45],
    ['compose-warning', 'warning', 'the attribute `version` is obsolete, it will be ignored', file, 1, 1],
    ['compose-warning', 'warning', 'something else', undefined, undefined, undefined],
  ]);
  expect(diagnostics[0]).toMatchObject({
    remedy: expect.stringContaining('PRICE:-}'),
    evidence: expect.stringContaining('PRICE'),
  });
});

test('a variable that no file of the project uses has no place', async () => {
  const root = folderWith({ 'compose.yaml': 'include: [other.yaml]\n' });
  const { diagnostics } = await loadWith(root, { '': model('web: {image: web}') }, { warnings: [UNSET] });
  expect(diagnostics[0]).not.toHaveProperty('line');
});
