import type { LiveEntry } from './live-entries.ts';
import type { RevocationTarget, Unsupported } from './target.ts';
import { commented, headerLines, showLive, sortOut } from './target.ts';

/**
 * The map that the lines of `haproxy` look up. Keys are `scope/what/value` with scope and value in base64, because a key
 * of a map ends at the first blank and cannot be escaped; scope `*` stands for every issuer.
 */
export const haproxyMapTarget: RevocationTarget = {
  id: 'haproxy-map',
  title: 'a map file',
  reads: 'HAProxy 2.5 or newer, from the file that the lines of `haproxy` name; reload after a change',
  cannot:
    'It compares printable ASCII only: HAProxy does not decode other characters that stand as \\u00e9 in a token.',
  render: (list) => {
    const { fit, unsupported } = sortOut(list.entries, faultOf);
    const markers = new Set(fit.filter(({ by }) => by === 'kid').map(({ iss }) => `${scopeOf(iss)}/kid-required 1`));
    const lines = [...fit.flatMap((entry) => [`# ${showLive(entry)}`, lineOf(entry)]), ...[...markers].sort()];
    return {
      text: commented('#', headerLines('haproxy-map', list)) + lines.map((line) => `${line}\n`).join(''),
      unsupported,
    };
  },
};

function faultOf(entry: LiveEntry): Omit<Unsupported, 'at'> | null {
  const odd = [entry.iss, entry.value].find((text) => text !== null && !/^[\x20-\x7e]*$/.test(text));
  if (odd === undefined) return null;
  return {
    message: `HAProxy cannot compare ${JSON.stringify(odd)}: it has characters outside of printable ASCII`,
    hint: 'name the token by another claim, or refuse it at another enforcement point too',
  };
}

function lineOf({ iss, by, value, issuedBefore }: LiveEntry): string {
  const what = by === null ? 'all' : `${by}/${base64(value ?? '')}`;
  return issuedBefore === null ? `${scopeOf(iss)}/${what} 1` : `${scopeOf(iss)}/before/${what} ${issuedBefore}`;
}

function scopeOf(iss: string | null): string {
  return iss === null ? '*' : base64(iss);
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
