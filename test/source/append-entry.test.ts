import { describe, expect, it } from 'vitest';
import { editDocument } from '../../src/source/edit-document.ts';

const ENTRY = { drill: 'incident-7', every: '30d', environments: ['prod'] };

/** The text with the entry in the list below `spec.drills` of the document that begins in the line. */
function appended(text: string, { file = 'policy.yaml', line = 1 } = {}): string | null {
  return editDocument(file, text, {
    title: '',
    safe: false,
    document: { file, line, column: 1, endLine: line, endColumn: 1 },
    changes: [{ kind: 'append-entry', pointer: '/spec/drills', entry: ENTRY }],
  });
}

describe('an entry that is added to a list', () => {
  it.each([
    [
      'after the last one, behind its comment',
      'spec:\n  drills:\n    - { drill: a, every: 7d } # weekly\n# the end\n',
      'spec:\n  drills:\n    - { drill: a, every: 7d } # weekly\n    - { drill: incident-7, every: 30d, environments: [prod] }\n# the end\n',
    ],
    [
      'of entries in several lines',
      'spec:\n  drills:\n    - drill: a\n      every: 7d\n  keys: {}\n',
      'spec:\n  drills:\n    - drill: a\n      every: 7d\n    - { drill: incident-7, every: 30d, environments: [prod] }\n  keys: {}\n',
    ],
    [
      'on one line',
      'spec: { drills: [{ drill: a, every: 7d }] }\n',
      'spec: { drills: [{ drill: a, every: 7d }, { drill: incident-7, every: 30d, environments: [prod] }] }\n',
    ],
    [
      'that is not there yet',
      'spec:\n  keys: {} # none\n',
      'spec:\n  keys: {} # none\n  drills: [{ drill: incident-7, every: 30d, environments: [prod] }]\n',
    ],
    [
      'with Windows line ends',
      'spec:\r\n  drills:\r\n    - { drill: a, every: 7d }\r\n',
      'spec:\r\n  drills:\r\n    - { drill: a, every: 7d }\r\n    - { drill: incident-7, every: 30d, environments: [prod] }\r\n',
    ],
  ])('stands %s', (_, text, expected) => {
    expect(appended(text)).toBe(expected);
  });

  it('is JSON in JSON, and goes into the document that is meant', () => {
    expect(appended('{ "spec": { "drills": [{ "drill": "a" }] } }', { file: 'policy.json' })).toBe(
      '{ "spec": { "drills": [{ "drill": "a" }, {"drill":"incident-7","every":"30d","environments":["prod"]}] } }',
    );
    expect(appended('spec: { drills: [] }\n---\nspec: {}\n', { line: 3 })).toMatch(
      /^spec: \{ drills: \[\] \}\n---\nspec: \{ drills: \[\{ drill: incident-7/,
    );
  });

  it.each([
    ['a text stands there', 'spec: { drills: none }\n'],
    ['the list is another one by its name', 'a: &list [{ drill: a }]\nspec:\n  drills: *list\n'],
  ])('is not written where %s', (_, text) => {
    expect(appended(text)).toBeNull();
  });
});
