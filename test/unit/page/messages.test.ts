import { expect, test } from 'vitest';
import { readMessage } from '../../../src/page/state/messages.ts';

test.each([
  ['run', '{"run":"r1","live":true}', { type: 'run', run: 'r1', live: true }],
  ['run', '{"run":null,"live":false}', { type: 'run', run: null, live: false }],
  ['events', '[]', { type: 'events', events: [] }],
  ['live', '{"live":false}', { type: 'live', live: false }],
  ['problem', '{"code":"x","message":"the disk is gone"}', { type: 'problem', message: 'the disk is gone' }],
])('%s is understood', (event, data, message) => {
  expect(readMessage({ event, data })).toEqual(message);
});

test('what a newer server may say is passed over', () => {
  expect(readMessage({ event: 'weather', data: 'not even JSON' })).toBeNull();
  expect(readMessage({ data: '{}' })).toBeNull();
});
