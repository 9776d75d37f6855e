import type { LiveEntry } from './live-entries.ts';
import type { RevocationTarget } from './target.ts';
import { headerLines } from './target.ts';

const PREFIX = 'firebreak:revoked';

/** Commands that add the entries; each key goes by itself when its entry ends. */
export const redisTarget: RevocationTarget = {
  id: 'redis',
  title: 'SET commands, one a line',
  reads: 'Redis 6.2 or newer, through `redis-cli < FILE`; services look the keys up',
  cannot: 'It takes nothing back: delete the key of an entry that was removed before its end.',
  render: (list) => {
    const lines = list.entries.map(command);
    // redis-cli sends every line that is not empty, so the header is a key too, and a service can show which list it holds.
    const header = `SET ${quoted('firebreak:revocations')} ${quoted(headerLines('redis', list).join(' '))}`;
    return { text: [header, ...lines, ''].join('\n'), unsupported: [] };
  },
};

function command(entry: LiveEntry): string {
  const { issuedBefore, expires } = entry;
  return `SET ${quoted(keyOf(entry))} ${issuedBefore ?? 1} EXAT ${expires}`;
}

/**
 * `firebreak:revoked:jti:x`, `firebreak:revoked:before:sub:x`, `firebreak:revoked:before:all`; what is about one issuer has
 * `iss:` and the issuer, percent-encoded so that no colon of it can be taken for one of ours, in front of that.
 */
function keyOf({ iss, by, value, issuedBefore }: LiveEntry): string {
  const scope = iss === null ? [] : ['iss', encodeURIComponent(iss)];
  const cutOff = issuedBefore === null ? [] : ['before'];
  return [PREFIX, ...scope, ...cutOff, ...(by === null ? ['all'] : [by, value])].join(':');
}

/** A word of redis-cli: in double quotes, with everything but letters that cannot mean anything as bytes (`\x0a`). */
function quoted(text: string): string {
  const bytes = [...Buffer.from(text, 'utf8')].map((byte) =>
    byte >= 0x20 && byte <= 0x7e && byte !== 0x22 && byte !== 0x5c
      ? String.fromCodePoint(byte)
      : `\\x${byte.toString(16).padStart(2, '0')}`,
  );
  return `"${bytes.join('')}"`;
}
