import { UserError } from '../model/failure.ts';
import type { Secret } from '../model/secret.ts';
import { spellingsOf } from './spellings.ts';

/** Shorter spellings stand in innocent texts, too; a token, a key or a secret of a client is far longer. */
const SHORTEST = 8;

/**
 * Knows every secret that a run has met and lets no text out that holds one. It is the last thing between a mistake of
 * ours and a file: whatever forgot to leave a secret out, this throws, and nothing is written.
 */
export class SecretWatch {
  readonly #needles = new Set<string>();

  keep(secret: Secret): void {
    const value = secret.reveal();
    // A token without its signature opens nothing, and reports show its claims.
    const parts = value.split('.');
    const signature = parts.length === 3 ? (parts[2] ?? '') : '';
    for (const spelling of [value, signature].flatMap(spellingsOf))
      if (spelling.length >= SHORTEST) this.#needles.add(spelling);
  }

  holds(text: string): boolean {
    for (const needle of this.#needles) if (text.includes(needle)) return true;
    return false;
  }

  /** The text as it is. @throws UserError drill/secret-in-output when it holds a secret; nothing of it may be written */
  passed(text: string, where: string): string {
    if (!this.holds(text)) return text;
    throw new UserError(
      'drill/secret-in-output',
      `a secret would have been written to ${where}, so it was not written`,
      {
        hint: 'this is a bug in firebreak; report it with the drill, and without any output',
      },
    );
  }
}
