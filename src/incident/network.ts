import { parseAddress, parseCidr, showCidr } from '../policy/cidr.ts';

/** What providers give to one place: a /24 of IPv4, a /48 of IPv6 (RFC 6177 section 2). */
const V4_LENGTH = 24;
const V6_LENGTH = 48;

/** A number from 0 to 255 without leading zeros. */
const PART = String.raw`(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`;
/** Dotted decimal, the form of most addresses. */
const V4 = new RegExp(String.raw`^(${PART}\.${PART}\.${PART})\.(${PART})$`);

/** `203.0.113.0/24` for `203.0.113.7`; null for what is no address. */
export function networkOf(ip: string): string | null {
  const [, most, last] = V4.exec(ip) ?? [];
  if (most !== undefined && last !== undefined) return `${most}.0/${V4_LENGTH}`;
  const address = parseAddress(ip);
  if (address === null) return null;
  const isV4 = address >> 32n === 0xffffn;
  const range = parseCidr(
    isV4 && ip.includes(':') ? `${ip}/${V4_LENGTH + 96}` : `${ip}/${isV4 ? V4_LENGTH : V6_LENGTH}`,
  );
  return range === null ? null : showCidr(range);
}
