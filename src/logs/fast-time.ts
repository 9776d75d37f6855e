import type { Buffer } from 'node:buffer';
import { time } from './values.ts';

/** `2026-03-02T09:15:` */
const PREFIX = 17;

/**
 * A reader of RFC 3339 times in UTC, in milliseconds since the epoch; -1 for everything else. The minute of the line
 * before is mostly the minute of this one.
 */
export function createTimeReader(): (bytes: Buffer, start: number, end: number) => number {
  const prefix = new Uint8Array(PREFIX);
  let minute = -1;

  const isSame = (bytes: Buffer, start: number): boolean => {
    for (let at = PREFIX - 1; at >= 0; at -= 1) if (prefix[at] !== bytes[start + at]) return false;
    return true;
  };

  return (bytes, start, end) => {
    const length = end - start;
    if (length < 20 || length > 30 || bytes[end - 1] !== 0x5a) return -1;
    if (minute === -1 || !isSame(bytes, start)) {
      const ms = time(`${bytes.toString('latin1', start, start + PREFIX)}00Z`);
      if (ms === null) return -1;
      minute = ms;
      for (let at = 0; at < PREFIX; at += 1) prefix[at] = bytes[start + at] ?? 0;
    }
    let seconds = 0;
    for (let at = start + PREFIX; at < start + PREFIX + 2; at += 1) {
      const digit = (bytes[at] ?? 0) - 48;
      if (digit < 0 || digit > 9) return -1;
      seconds = seconds * 10 + digit;
    }
    if (seconds > 59) return -1;
    let ms = 0;
    if (length > 20) {
      if (bytes[start + PREFIX + 2] !== 0x2e || length === 21) return -1;
      let weight = 100;
      for (let at = start + PREFIX + 3; at < end - 1; at += 1) {
        const digit = (bytes[at] ?? 0) - 48;
        if (digit < 0 || digit > 9) return -1;
        ms += digit * Math.trunc(weight);
        weight /= 10;
      }
    }
    return minute + seconds * 1000 + ms;
  };
}
