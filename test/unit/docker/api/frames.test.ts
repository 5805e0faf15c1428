import { describe, expect, test } from 'vitest';
import { FrameReader } from '../../../../src/docker/api/frames.ts';
import { TailLines } from '../../../../src/docker/api/output.ts';

function frame(stream: number, text: string): Buffer {
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

const read = (reader: FrameReader, chunk: Buffer) => reader.push(chunk).map((payload) => payload.toString());

describe('the engine’s multiplexed output', () => {
  test('keeps both streams in order, however it is cut', () => {
    const bytes = Buffer.concat([frame(1, 'one\n'), frame(2, 'two\n'), frame(1, ''), frame(1, 'three\n')]);
    for (let size = 1; size <= bytes.length; size += 1) {
      const reader = new FrameReader();
      const texts: string[] = [];
      for (let from = 0; from < bytes.length; from += size) texts.push(...read(reader, bytes.subarray(from, from + size)));
      expect(texts.join('')).toBe('one\ntwo\nthree\n');
    }
  });

  test('passes on what has no frames, as a terminal writes it', () => {
    const reader = new FrameReader();
    expect(read(reader, Buffer.from('plain text'))).toEqual(['plain text']);
    expect(read(reader, Buffer.from(' more'))).toEqual([' more']);
  });
});

describe('the last lines', () => {
  test('are kept over pieces, an open one too', () => {
    const tail = new TailLines(2);
    for (const piece of ['a\nb', 'b\r\n', 'c']) tail.add(piece);
    expect(tail.lines).toEqual(['bb', 'c']);
  });

  test('are bounded in length', () => {
    const tail = new TailLines(2, 3);
    tail.add('abcdef\nghi');
    tail.add('jkl');
    expect(tail.lines).toEqual(['abc', 'ghi']);
  });
});
