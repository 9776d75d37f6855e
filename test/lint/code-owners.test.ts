import { describe, expect, it } from 'vitest';
import { hasOwner } from '../../src/lint/code-owners.ts';
import { readEstate } from '../../src/lint/read-whole.ts';
import { rule } from '../../src/rules/policy/approvals-unprotected.ts';
import { approvalText } from '../../src/rules/example-exceptions.ts';

const FILE = 'policies/approvals/orders.yaml';

describe('CODEOWNERS', () => {
  it.for([
    ['* @a', true],
    ['*.yaml @a', true],
    ['*.yml @a', false],
    ['/policies/ @a', true],
    ['policies/ @a', true],
    ['approvals/ @a', true],
    ['/approvals/ @a', false],
    ['policies @a', true],
    ['/policies/* @a', false],
    ['/policies/approvals/* @a', true],
    ['/policies/** @a', true],
    ['**/approvals/** @a', true],
    ['orders.yaml @a', true],
    ['/orders.yaml @a', false],
    ['policies/approvals/orders.yaml a@example.com', true],
    ['# * @a', false],
    ['* # @a', false],
    ['* @a\n/policies/approvals/', false],
    ['/policies/approvals/\n* @a', true],
    ['* @a\r\n/docs/ @b\r\n', true],
    ['[Approvals]\n/policies/approvals/ @a\n[Docs]\n/docs/ @b', true],
    ['[Approvals][2] @a\n/policies/approvals/', true],
    ['^[Approvals] @a\n/policies/approvals/', false],
    ['* @a\n[Other]\n/policies/approvals/', true],
    ['policies/appro\\vals/ @a', true],
    ['', false],
  ] as const)('%j: %s', ([text, expected]) => {
    expect(hasOwner(text, FILE)).toBe(expected);
  });

  it('reads paths with blanks', () => {
    expect(hasOwner('/my\\ policies/ @a', 'my policies/a.yaml')).toBe(true);
  });
});

describe('approvals', () => {
  const found = (files: Readonly<Record<string, string>>, soughtCodeOwners = false): readonly string[] => {
    const inputs = Object.entries(files).map(([file, text]) => ({ file, text }));
    const { estate, problems } = readEstate(inputs, { now: Date.parse('2026-06-01'), soughtCodeOwners });
    expect(problems).toEqual([]);
    return [...rule.check(estate, estate)].map(({ message, at }) => `${at.file}: ${message}`);
  };
  const approval = { [FILE]: approvalText('2026-06-30') };

  it('are told when nobody must review them', () => {
    expect(found({ ...approval, CODEOWNERS: '/src/ @a' })).toEqual([
      `${FILE}: CODEOWNERS asks nobody for a review of approvals in policies/approvals/`,
    ]);
    expect(found(approval, true)).toEqual([
      `${FILE}: there is no CODEOWNERS that asks for a review of approvals in policies/approvals/`,
    ]);
  });

  it('are not told of where somebody must, or nobody looked', () => {
    expect(found({ ...approval, CODEOWNERS: '* @a' })).toEqual([]);
    expect(found(approval)).toEqual([]);
  });

  it('go by the first file that a code host reads', () => {
    expect(found({ ...approval, '.github/CODEOWNERS': '* @a', CODEOWNERS: '' })).toEqual([]);
    expect(found({ ...approval, '.github/CODEOWNERS': '', 'docs/CODEOWNERS': '* @a' })).toHaveLength(1);
  });
});
