import { readDiscovery } from '../audit/read-discovery.ts';
import type { FetchedDocument } from '../model/ports.ts';

/** The issuer that a fetched discovery document names; null when it is none. */
export function issuerIn(answer: FetchedDocument): string | null {
  if (!answer.ok) return null;
  const { discovery } = readDiscovery('', answer.body);
  return discovery?.issuer ?? null;
}
