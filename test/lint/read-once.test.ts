import { expect, it } from 'vitest';
import { readOnce } from '../../src/lint/read-once.ts';

it('reads a text of a file once, and again under another name', () => {
  const read: string[] = [];
  const once = readOnce((file, text) => {
    read.push(`${file} ${text}`);
    return { file, text };
  });
  const first = once('a', '1');
  expect(once('a', '1')).toBe(first);
  once('a', '2');
  expect(once('a', '1')).toBe(first);
  expect(once('b', '1')).toEqual({ file: 'b', text: '1' });
  expect(read).toEqual(['a 1', 'a 2', 'b 1']);
});
