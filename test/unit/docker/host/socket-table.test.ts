import { expect, test } from 'vitest';
import { readSocketTable } from '../../../../src/docker/host/socket-table.ts';

const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';

test('only sockets that listen are read, with their addresses', () => {
  const text = `${HEAD}   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1001 1 0 100 0 0 10 0
   1: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1002 1 0 100 0 0 10 0
   2: 0100007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 1003 1 0 100 0 0 10 0
`;
  expect(readSocketTable(text, 'tcp')).toEqual([
    { protocol: 'tcp', address: '127.0.0.1', port: 8080, inode: '1001' },
    { protocol: 'tcp', address: '0.0.0.0', port: 22, inode: '1002' },
  ]);
  expect(readSocketTable(text, 'udp')).toEqual([]);
});

test.each([
  ['00000000000000000000000000000000', '::'],
  ['00000000000000000000000001000000', '::1'],
  ['0000000000000000FFFF00000100007F', '127.0.0.1'],
  ['000080FE00000000FF0003020100FEFF', 'fe80::203:ff:fffe:1'],
  ['B80D0120000000000000000001000000', '2001:db8::1'],
])('the kernel’s %s is %s', (hex, address) => {
  const text = `${HEAD}   0: ${hex}:0050 00000000000000000000000000000000:0000 07 0:0 00:0 0 0 0 77 2 x 0\n`;
  expect(readSocketTable(text, 'udp')).toEqual([{ protocol: 'udp', address, port: 80, inode: '77' }]);
});
