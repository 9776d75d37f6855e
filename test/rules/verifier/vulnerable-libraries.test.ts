import { describe, expect, it } from 'vitest';
import { isKnownLibrary } from '../../../src/adapters/known-libraries.ts';
import { KNOWN_FAULTS, compareVersions, isAffected } from '../../../src/rules/vulnerable-libraries.ts';

describe('the order of versions', () => {
  const ascending = ['1.9', '2.0.0-alpha', '2.0.0-rc.1', '2.0.0', '2.0.1', '2.10.0', '10.0.0'];

  it.each(ascending.slice(1).map((version, index) => [ascending[index] ?? '', version] as const))(
    'puts %s before %s',
    (earlier, later) => {
      expect(compareVersions(earlier, later)).toBeLessThan(0);
      expect(compareVersions(later, earlier)).toBeGreaterThan(0);
    },
  );

  it.each([
    ['2.0', '2.0.0'],
    ['v3.1.0', '3.1.0'],
    ['1.2.3+build', '1.2.3'],
    ['6.0.0.Final', '6.0.0'],
    ['2.0.0.post1', '2.0.0'],
  ])('takes %s for %s', (left, right) => {
    expect(compareVersions(left, right)).toBe(0);
  });
});

describe('known faults', () => {
  it('are all of packages that an adapter looks for', () => {
    for (const { ecosystem, package: name } of KNOWN_FAULTS) expect(isKnownLibrary(ecosystem, name), name).toBe(true);
  });

  it.each([
    ['CVE-2026-29000', '4.5.8', true],
    ['CVE-2026-29000', '4.5.9', false],
    ['CVE-2026-29000', '5.7.8', true],
    ['CVE-2026-29000', '6.3.3', false],
    ['CVE-2022-29217', '1.4.2', false],
    ['CVE-2022-29217', '2.3.0', true],
    ['CVE-2020-26160', '3.2.0', true],
    ['CVE-2020-26160', '4.0.0-preview1', false],
  ])('%s is in %s: %s', (id, version, expected) => {
    expect(KNOWN_FAULTS.some((fault) => fault.id === id && isAffected(fault, version))).toBe(expected);
  });
});
