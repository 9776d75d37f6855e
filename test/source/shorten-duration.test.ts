import { describe, expect, it } from 'vitest';
import { shortenDuration } from '../../src/source/shorten-duration.ts';

const MINUTE = 60_000;

describe('shortenDuration', () => {
  it.each([
    { written: 900, from: 15 * MINUTE, to: 5 * MINUTE, result: 300 },
    { written: 15, from: 15 * MINUTE, to: 5 * MINUTE, result: 5 },
    { written: 900_000, from: 15 * MINUTE, to: 90_500, result: 90_500 },
    { written: '900', from: 15 * MINUTE, to: 5 * MINUTE, result: '300' },
    { written: '15m', from: 15 * MINUTE, to: 5 * MINUTE, result: '5m' },
    { written: '1h30m', from: 90 * MINUTE, to: 90_000, result: '90s' },
    { written: '15m', from: 15 * MINUTE, to: 90_500, result: '90s' },
    { written: '1500ms', from: 1500, to: 250, result: '250ms' },
    { written: 'PT15M', from: 15 * MINUTE, to: 5 * MINUTE, result: 'PT300S' },
    { written: 'P1D', from: 86_400_000, to: 3_600_000, result: 'PT3600S' },
  ])('$written to $to ms is $result', ({ written, from, to, result }) => {
    expect(shortenDuration(written, from, to)).toBe(result);
  });

  it.each([
    { why: 'a unit too coarse', written: 1, from: 3_600_000, to: MINUTE },
    { why: 'a placeholder', written: '${TTL:15m}', from: 15 * MINUTE, to: MINUTE },
    { why: 'a longer duration', written: '5m', from: 5 * MINUTE, to: 6 * MINUTE },
    { why: 'what another repair has shortened', written: '5m', from: 15 * MINUTE, to: 10 * MINUTE },
    { why: 'nothing left', written: '5m', from: 5 * MINUTE, to: 0 },
    { why: 'a flag', written: true, from: 5 * MINUTE, to: MINUTE },
  ])('leaves $why alone', ({ written, from, to }) => {
    expect(shortenDuration(written, from, to)).toBeNull();
  });
});
