import { describe, expect, it } from 'vitest';
import { parseShare, showShare } from '../../src/model/share.ts';

describe('showShare', () => {
  it.for([
    [0, '0%'],
    [1, '100%'],
    [0.001, '0.1%'],
    [0.12345, '12.35%'],
    [0.00001, '<0.01%'],
    [0.99999999, '>99.99%'],
  ] as const)('%d is %s', ([share, text]) => {
    expect(showShare(share)).toBe(text);
  });
});

describe('parseShare', () => {
  it.for([
    ['0.1%', 0.001],
    ['90%', 0.9],
    ['100%', 1],
    ['100.5%', null],
    ['0.9', null],
    ['-1%', null],
    ['%', null],
  ] as const)('%s', ([text, share]) => {
    expect(parseShare(text)).toBe(share);
  });
});
