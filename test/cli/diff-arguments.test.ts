import { describe, expect, it } from 'vitest';
import { askedSides, looksLikePath, splitTreePath } from '../../src/cli/diff-arguments.ts';

const nothingOnDisk = (): boolean => false;

describe('askedSides', () => {
  it.for([
    { args: [], base: null, head: null, isExact: false },
    { args: ['main'], base: 'main', head: null, isExact: false },
    { args: ['main', 'work'], base: 'main', head: 'work', isExact: false },
    { args: ['main..work'], base: 'main', head: 'work', isExact: true },
    { args: ['main...work'], base: 'main', head: 'work', isExact: false },
    { args: ['..work'], base: 'HEAD', head: 'work', isExact: true },
    { args: ['main...'], base: 'main', head: 'HEAD', isExact: false },
    { args: ['v1.0..v1.1'], base: 'v1.0', head: 'v1.1', isExact: true },
    { args: ['a:x/y.yaml..b:x/y.yaml'], base: 'a:x/y.yaml', head: 'b:x/y.yaml', isExact: true },
    { args: ['../old'], base: '../old', head: null, isExact: false },
    { args: ['..', '.'], base: '..', head: '.', isExact: false },
  ])('$args', ({ args, base, head, isExact }) => {
    expect(askedSides(args, nothingOnDisk)).toEqual({ base, head, isExact });
  });

  it('takes a path that exists for a path, dots and all', () => {
    expect(askedSides(['a..b'], (path) => path === 'a..b')).toEqual({ base: 'a..b', head: null, isExact: false });
  });

  it('keeps exact what was asked to be', () => {
    expect(askedSides(['a...b'], nothingOnDisk, { isExact: true }).isExact).toBe(true);
  });
});

describe('looksLikePath', () => {
  it.for(['.', '..', './a', '../a', '/a', 'a/', String.raw`C:\a`])('%s is one', (text) => {
    expect(looksLikePath(text)).toBe(true);
  });

  it.for(['main', 'feature/a', 'origin/main', 'v1.0', 'HEAD~1', 'main:policies', '..b', 'a..'])(
    '%s is none',
    (text) => {
      expect(looksLikePath(text)).toBe(false);
    },
  );
});

describe('splitTreePath', () => {
  it.for([
    ['main:policies', { ref: 'main', path: 'policies' }],
    ['main:', { ref: 'main', path: '' }],
    ['HEAD^{/fix: it}:a:b', { ref: 'HEAD^{/fix: it}', path: 'a:b' }],
    ['HEAD^{/fix: it}', null],
    [':policies', null],
    ['main', null],
  ] as const)('%s', ([text, parts]) => {
    expect(splitTreePath(text)).toEqual(parts);
  });
});
