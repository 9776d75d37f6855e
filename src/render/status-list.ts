import type { Unsupported } from './target.ts';
import type { RevocationTarget } from './target.ts';
import { showLive, sortOut } from './target.ts';

/**
 * The claims of a Status List Token with one bit a token (draft-ietf-oauth-status-list sections 4 and 5.1): bit
 * `index % 8` of byte `index / 8`, least significant bit first, set for tokens that are refused.
 */
export const statusListTarget: RevocationTarget = {
  id: 'token-status-list',
  title: 'the claims of a Status List Token, or with --key the token',
  reads: 'verifiers of Token Status List, from the address of --status-uri; signed tokens have typ statuslist+jwt',
  cannot: 'It can refuse single tokens only, those whose entry has a status_index.',
  render: (list, { statusUri, statusSize, statusTtl, compress }) => {
    const { fit, unsupported } = sortOut(list.entries, (entry) =>
      entry.statusIndex === null
        ? {
            message: `a status list cannot refuse ${showLive(entry)}: it knows tokens by their index only`,
            hint: 'add status_index to an entry of one token, or render it for another target',
          }
        : null,
    );
    const indexes = fit.flatMap(({ statusIndex }) => (statusIndex === null ? [] : [statusIndex]));
    const lists = new Set(fit.map(({ iss }) => iss));
    const faults = [...(statusUri === null ? [MISSING_URI] : []), ...(lists.size > 1 ? [SEVERAL_ISSUERS] : [])];
    const claims = {
      sub: statusUri,
      iat: Math.floor(list.now / 1000),
      ttl: statusTtl,
      status_list: { bits: 1, lst: Buffer.from(compress(bitsOf(indexes, statusSize))).toString('base64url') },
    };
    return { text: `${JSON.stringify(claims, null, 2)}\n`, unsupported: [...faults, ...unsupported] };
  },
};

const MISSING_URI: Unsupported = {
  at: null,
  message: 'a status list must name the address that it is fetched from',
  hint: 'add --status-uri with the uri that tokens have in status.status_list',
  blocks: true,
};

const SEVERAL_ISSUERS: Unsupported = {
  at: null,
  message: 'indexes of several issuers cannot stand in one list',
  hint: 'choose one with --issuer, and render a list for each',
  blocks: true,
};

/** Whole bytes for at least so many tokens, and for every index; a power of two, so that the length tells little. */
function bitsOf(indexes: readonly number[], size: number): Uint8Array {
  const least = indexes.reduce((most, index) => Math.max(most, index + 1), Math.max(8, size));
  const bytes = new Uint8Array(2 ** Math.ceil(Math.log2(least)) / 8);
  for (const index of indexes) {
    const at = Math.floor(index / 8);
    bytes[at] = (bytes[at] ?? 0) | (1 << (index % 8));
  }
  return bytes;
}
