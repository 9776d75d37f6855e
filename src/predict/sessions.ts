import type { BoundTree } from '../model/prediction.ts';
import type { VerifierFacts } from './facts.ts';
import { leaf, series } from './tree.ts';

/** Sessions and connections made from a token at the last moment live on. */
export function withDerivedSessions({ session }: VerifierFacts, tree: BoundTree): BoundTree {
  return session.lifetime.value === 0
    ? tree
    : series('with derived sessions', [tree, leaf('S', 'sessions made from tokens', session.lifetime)]);
}

/** Whether the end of a token by its own exp is also the end of what was made from it. */
export function sessionsEndAtExp({ session }: VerifierFacts): boolean {
  return session.endsAtExp || session.lifetime.value === 0;
}
