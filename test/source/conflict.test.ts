import { describe, expect, it } from 'vitest';
import { findConflict } from '../../src/source/conflict.ts';

describe('findConflict', () => {
  it.for([
    ['<<<<<<< HEAD\na\n=======\nb\n>>>>>>> work\n', 1],
    ['x\r\n<<<<<<< HEAD\r\na\r\n||||||| base\r\nc\r\n=======\r\nb\r\n>>>>>>> work\r\n', 2],
    ['<<<<<<< a\n<<<<<<< b\n=======\n>>>>>>> c', 2],
    ['=======\n<<<<<<< HEAD\n>>>>>>> work\n', null],
    ['Title\n=======\n', null],
    ['a: "<<<<<<< HEAD"\n', null],
    ['<<<<<<<< HEAD\n=======\n>>>>>>> work\n', null],
  ] as const)('%j', ([text, line]) => {
    expect(findConflict('a.yaml', text)?.line ?? null).toBe(line);
  });
});
