import { describe, expect, it } from 'vitest';
import { lint } from '../../src/lint/lint.ts';
import { readEstate } from '../../src/lint/read-whole.ts';
import { SHORT_LIVED, permitText } from '../../src/rules/example-exceptions.ts';

/** `rule: message` of every finding about exceptions, on a day. */
function told(day: string, waiver: string): readonly string[] {
  const files = [
    { file: 'policy.yaml', text: SHORT_LIVED },
    { file: 'waiver.yaml', text: waiver },
  ];
  return lint(readEstate(files, { now: Date.parse(`${day}T12:00:00Z`) }))
    .findings.filter(({ rule }) => rule.startsWith('lint/'))
    .map(({ rule, message, at }) => `${at.line}:${at.column} ${rule}: ${message}`);
}

const HOUR = permitText('lifetime: { max: 1h }');

describe('a waiver that only permits', () => {
  it('is no finding while it counts', () => {
    expect(told('2026-05-01', HOUR)).toEqual([]);
  });

  it('is told two weeks before its end, and after it', () => {
    expect(told('2026-06-29', HOUR)).toEqual([
      '10:12 lint/exception-ending: waiver "nightly-jobs" ends in 2 days, after 2026-06-30 (@batch); then what it permits is refused',
    ]);
    expect(told('2026-07-01', HOUR)).toEqual([
      '10:12 lint/waiver-expired: waiver "nightly-jobs" ended on 2026-06-30 and no longer permits anything (@batch); its reason was: nightly jobs hold one token for a whole run',
    ]);
  });

  it('may not last longer than others', () => {
    expect(told('2026-05-01', HOUR.replace('expires: 2026-06-30', 'expires: 2026-08-31'))).toEqual([
      '10:12 lint/exception-too-long: waiver "nightly-jobs" lasts until 2026-08-31, more than 90 days from the day it was created',
    ]);
  });

  it('that permits nothing new is unused, field by field', () => {
    expect(told('2026-05-01', permitText('lifetime: { max: 5m }, algorithms: [RS256]'))).toEqual([
      '5:31 lint/waiver-unused: waiver "nightly-jobs" permits nothing new: every policy of its target allows this access_token.lifetime.max anyway',
    ]);
  });

  it('and silences says both when it has ended', () => {
    const both = HOUR.replace('  permits:', '  rules: [policy/lifetime-over-profile]\n  permits:');
    expect(told('2026-07-01', both)).toEqual([
      '11:12 lint/waiver-expired: waiver "nightly-jobs" ended on 2026-06-30 and no longer silences policy/lifetime-over-profile or permits anything (@batch); its reason was: nightly jobs hold one token for a whole run',
    ]);
  });
});
