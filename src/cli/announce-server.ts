import { isLoopback } from '../serve/listening.ts';
import type { RunningServer } from '../serve/server.ts';
import type { Call } from './command.ts';
import { complain } from './look.ts';
import type { SERVE_FLAGS } from './options/serve.ts';
import type { ServeToken } from './serve-token.ts';

/** Says where the page is. A token that we made is printed here and nowhere else, in the part of the address that browsers never send. */
export function announceServer(
  { values, world }: Pick<Call<typeof SERVE_FLAGS>, 'values' | 'world'>,
  { address, listening }: RunningServer,
  { token, origin }: ServeToken,
): void {
  const url = origin === 'made' ? `${address}/#token=${token}` : `${address}/`;
  if (values.output === 'json') world.out.write(`${JSON.stringify({ version: 1, type: 'serving', address, url })}\n`);
  else world.out.write(`Serving at ${url}\n`);
  if (isLoopback(listening.host)) return;
  const message = `Others can reach ${listening.host}, and what they send, the token too, is not encrypted on the way`;
  const remedy = 'Safer: listen on 127.0.0.1 and come through ssh -L';
  complain(world, [{ code: 'not-encrypted', severity: 'warning', message, remedy }], values);
}
