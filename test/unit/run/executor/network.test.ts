import { expect, test } from 'vitest';
import { isNetworkOutage, type NetworkRecord, NO_NETWORK_RECORD } from '../../../../src/run/executor/network.ts';

const failing: NetworkRecord = { failingSinceMs: 1000, throughFromMs: null };
const through = (fromMs: number): NetworkRecord => ({ failingSinceMs: null, throughFromMs: fromMs });

test.each<[string, NetworkRecord, readonly NetworkRecord[], boolean]>([
  ['nothing was seen to work since: in doubt an outage', failing, [NO_NETWORK_RECORD], true],
  ['it is the only service', failing, [], true],
  ['another build went through, but was begun before', failing, [through(999)], true],
  ['another build was begun since and went through: its own', failing, [through(1000)], false],
  ['another one is failed by the network too', failing, [through(1000), { failingSinceMs: 5000, throughFromMs: null }], true],
  ['another one that once went through is failed by it now', failing, [{ failingSinceMs: 5000, throughFromMs: 2000 }], true],
  ['it was not the network', through(1), [failing], false],
])('%s', (_name, failed, others, expected) => {
  expect(isNetworkOutage(failed, others)).toBe(expected);
});
