import { describe, expect, it } from 'vitest';
import { child, rootOf } from '../../src/adapters/config-node.ts';
import { secretsOf } from '../../src/adapters/secret.ts';
import { parseConfig } from '../../src/source/parse-config.ts';

function secretOf(value: string): string {
  const [document] = parseConfig('a.json', JSON.stringify({ secret: value }));
  if (document === undefined) return 'no document';
  const [secret] = secretsOf(child(rootOf(document), 'secret'), 'client');
  return secret === undefined ? 'none' : (secret.wellKnown ?? 'a secret');
}

describe('a secret setting', () => {
  it.for([
    ['...', 'none'],
    ['**********', 'none'],
    ['<your-secret>', 'none'],
    ['${CLIENT_SECRET}', 'none'],
    ['secret', 'a documented default secret'],
    ['CHANGE-THIS! VERY IMPORTANT!', 'a placeholder that nobody replaced'],
    ['ChangeMe', 'a placeholder that nobody replaced'],
    ['your-session-secret-min-16-chars', 'a placeholder that nobody replaced'],
    ['my-client-secret', 'a placeholder that nobody replaced'],
    ['changement-4f8a1c', 'a secret'],
    ['my-client-secret-4f8a1c9e2b7d', 'a secret'],
    ['Vz4mKq8sTb1xWn7L', 'a secret'],
  ] as const)('with %s holds %s', ([value, expected]) => {
    expect(secretOf(value)).toBe(expected);
  });
});
