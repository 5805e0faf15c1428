import type { Socket } from 'node:net';
import type { Clock } from '../util/clock.ts';

/** What became of the one line that the other side was to send. */
export type ReadLine =
  | { readonly kind: 'line'; readonly text: string }
  /** It sent more than a line may have. */
  | { readonly kind: 'too-long' }
  /** It went away, or closed its side, before the line ended. */
  | { readonly kind: 'cut-short' }
  | { readonly kind: 'timeout' };

/** Reads one line from a connection, within bounds of bytes and time; whatever follows it is not looked at. Never rejects. */
export function readOneLine(
  socket: Socket,
  { maxBytes, timeoutMs, clock }: { readonly maxBytes: number; readonly timeoutMs: number; readonly clock: Clock },
): Promise<ReadLine> {
  return new Promise((resolve) => {
    const over = new AbortController();
    const parts: Buffer[] = [];
    let bytes = 0;
    const end = (read: ReadLine) => {
      over.abort();
      socket.off('data', take).off('end', cut).off('close', cut).off('error', cut).pause();
      resolve(read);
    };
    const cut = () => end({ kind: 'cut-short' });
    const take = (part: Buffer) => {
      const at = part.indexOf(0x0a);
      parts.push(at === -1 ? part : part.subarray(0, at));
      bytes += parts.at(-1)!.length;
      if (bytes > maxBytes) return end({ kind: 'too-long' });
      if (at !== -1) end({ kind: 'line', text: Buffer.concat(parts).toString('utf8') });
    };
    socket.on('data', take).on('end', cut).on('close', cut).on('error', cut);
    void clock.sleep(timeoutMs, over.signal).then(() => end({ kind: 'timeout' }));
  });
}
