import { describe, expect, it } from 'vitest';
import type { EnvoyMatch } from '../../src/adapters/envoy/match.ts';
import { covers } from '../../src/adapters/envoy/match.ts';

function match(shape: EnvoyMatch['shape'], text: string, rest: Partial<EnvoyMatch> = {}): EnvoyMatch {
  return { shape, text, ignoresCase: false, isNarrowed: false, methods: null, ...rest };
}

describe('an earlier rule takes every request of a later one', () => {
  it.for([
    { earlier: match('prefix', '/'), later: match('regex', '/labels/\\d+'), is: true },
    { earlier: match('prefix', '/'), later: match('unknown', ''), is: true },
    { earlier: match('regex', '/.*'), later: match('path', '/x'), is: true },
    { earlier: match('prefix', '/api'), later: match('prefix', '/apis'), is: true },
    { earlier: match('segment', '/api'), later: match('prefix', '/apis'), is: false },
    { earlier: match('segment', '/api'), later: match('prefix', '/api'), is: false },
    { earlier: match('segment', '/api'), later: match('path', '/api'), is: true },
    { earlier: match('segment', '/api'), later: match('segment', '/api/v1'), is: true },
    { earlier: match('prefix', '/api/v1'), later: match('prefix', '/api'), is: false },
    { earlier: match('path', '/api'), later: match('prefix', '/api'), is: false },
    { earlier: match('prefix', '/api', { isNarrowed: true }), later: match('path', '/api/x'), is: false },
    { earlier: match('prefix', '/api'), later: match('path', '/api/x', { isNarrowed: true }), is: true },
    { earlier: match('prefix', '/API', { ignoresCase: true }), later: match('path', '/api/x'), is: true },
    { earlier: match('prefix', '/api'), later: match('path', '/api/x', { ignoresCase: true }), is: false },
    { earlier: match('unknown', ''), later: match('unknown', ''), is: false },
  ])('$earlier.shape $earlier.text over $later.shape $later.text: $is', ({ earlier, later, is }) => {
    expect(covers(earlier, later)).toBe(is);
  });
});
