import type { KeyDiagnosis } from '../../model/key.ts';
import { diagnosis } from './diagnosis.ts';
import type { Blocklist } from './known-compromised.ts';
import { compromisedHash, publishedIn } from './known-compromised.ts';

/** Looks a key up by its number among the published ones, then on the block list given. Empty for any other key. */
export function diagnoseCompromised(
  value: bigint,
  member: string,
  blocklist: Blocklist | null,
): readonly KeyDiagnosis[] {
  const hash = compromisedHash(value);
  const place = publishedIn(hash);
  if (place !== null) {
    return [diagnosis('known-compromised', `private half of this key is public: ${place}`, member)];
  }
  const list = blocklist?.find(hash) ?? null;
  if (list === null) return [];
  return [
    diagnosis(
      'known-compromised',
      `private half of this key is known: it is on the block list given (list ${list})`,
      member,
    ),
  ];
}
