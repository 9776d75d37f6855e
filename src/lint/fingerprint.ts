import { hash } from 'node:crypto';
import type { RuleId } from '../model/finding.ts';

/** What makes a finding the same one in the next run: no line numbers, no message. */
export interface Identity {
  readonly rule: RuleId;
  readonly file: string;
  readonly subject: string;
  readonly value: string;
}

/**
 * 16 hex digits that stay when lines move, comments change or lists are reordered, and change when the offending value
 * does. `ordinal` tells findings apart that are the same in everything, counted from 0.
 */
export function fingerprintOf({ rule, file, subject, value }: Identity, ordinal = 0): string {
  const parts = ['v1', rule, file, subject, value, ...(ordinal === 0 ? [] : [ordinal])];
  return hash('sha256', JSON.stringify(parts), 'hex').slice(0, 16);
}
