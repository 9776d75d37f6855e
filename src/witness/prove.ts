/** Whether a real verifier tells the two sides apart by a token. */
import type { Candidate } from '../diff/candidate.ts';
import type { Prove } from '../diff/diff-input.ts';
import type { EffectivePolicy } from '../model/policy.ts';
import type { Presented } from './mint.ts';
import { mint } from './mint.ts';
import { refusal } from './reference-verifier.ts';

/** Mints the candidate with keys that nobody keeps and shows it to a verifier of each side. */
export const prove: Prove = async (candidate: Candidate, { before, after }) => {
  const presented = await mint(candidate);
  if (presented === null) return null;
  return { before: await isAccepted(before, presented), after: await isAccepted(after, presented) };
};

/** Whether a verifier of one of the policies lets it in; no policy at all keeps nothing out. */
async function isAccepted(policies: readonly EffectivePolicy[] | 'everything', presented: Presented): Promise<boolean> {
  if (policies === 'everything') return true;
  for (const policy of policies) if ((await refusal(policy, presented)) === null) return true;
  return false;
}
