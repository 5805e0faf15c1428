import { describe, expect, test } from 'vitest';
import { LogReader } from '../../../../src/docker/watch/log-reader.ts';

const at = (ns: number) => `2026-02-04T14:00:00.${String(ns).padStart(9, '0')}Z `;

/** A message as the engine frames it (Engine API, "Stream format"). */
function frame(text: string): Buffer {
  const payload = Buffer.from(text);
  const head = Buffer.alloc(8);
  head[0] = 1;
  head.writeUInt32BE(payload.length, 4);
  return Buffer.concat([head, payload]);
}

describe('LogReader', () => {
  test('takes the time from each line, and lines that an answer gave again come once', () => {
    const reader = new LogReader(100);
    expect(reader.since()).toEqual({});
    expect(reader.push(frame(`${at(1)}a\n`))).toEqual(['a']);
    expect(reader.push(Buffer.concat([frame(`${at(2)}b\n`), frame(`${at(2)}b\n`)]))).toEqual(['b', 'b']);
    expect(reader.end()).toEqual([]);
    expect(reader.since()).toEqual({ since: '1770213600.000000002' });
    const again = [frame(`${at(2)}b\n`), frame(`${at(2)}b\n`), frame(`${at(2)}c\n`), frame(`${at(3)}d\n`)];
    expect(reader.push(Buffer.concat(again))).toEqual(['c', 'd']);
  });

  test('a log that has lost its older lines meanwhile loses nothing more', () => {
    const reader = new LogReader(100);
    reader.push(Buffer.concat([frame(`${at(1)}a\n`), frame(`${at(1)}b\n`)]));
    reader.end();
    expect(reader.push(Buffer.concat([frame(`${at(5)}c\n`), frame(`${at(1)}d\n`)]))).toEqual(['c', 'd']);
  });

  test('puts together the pieces of a long message, each of which has the time', () => {
    const reader = new LogReader(100);
    expect(reader.push(frame(`${at(1)}one `))).toEqual([]);
    expect(reader.push(frame(`${at(1)}two\n`))).toEqual(['one two']);
  });

  test('gives a line without an end in pieces, so that it cannot fill the memory', () => {
    const reader = new LogReader(40);
    const lines = ['x', 'y', 'z'].flatMap((char) => reader.push(frame(`${at(1)}${char.repeat(30)}`)));
    expect(lines.map((line) => line[0])).toEqual(['x', 'y', 'z']);
    expect(lines.join('')).toHaveLength(90);
  });

  test('a terminal writes no frames, and chunks end anywhere, also within a character', () => {
    const reader = new LogReader(100);
    const bytes = Buffer.from(`${at(1)}größe\r\n${at(2)}b\r\n${at(3)}end`);
    const lines = [...bytes].flatMap((byte) => reader.push(Buffer.from([byte])));
    expect([...lines, ...reader.end()]).toEqual(['größe', 'b', 'end']);
  });
});
