/** What a line says about a token when it holds the whole payload or header as an object. */
import type { RecordedUse } from '../model/recorded-use.ts';
import type { LogLine } from './log-format.ts';
import { claimFields, headerFields } from './use-of-token.ts';
import { object } from './values.ts';

/** The fields that a whole payload, a whole header or both give; empty without either. */
export function metadataFields(payload: LogLine | null, header: LogLine | null): Partial<RecordedUse> {
  return { ...(payload === null ? {} : claimFields(payload)), ...(header === null ? {} : headerFields(header)) };
}

export interface FoundMetadata {
  readonly payload: LogLine | null;
  readonly header: LogLine | null;
}

/**
 * Payload and header in what Envoy's jwt_authn filter left behind: either of them itself, or both below names that the
 * configuration chose (`payload_in_metadata`, `header_in_metadata`).
 */
export function findMetadata(line: LogLine): FoundMetadata {
  let payload: LogLine | null = null;
  let header: LogLine | null = null;
  for (const value of Object.values(line)) {
    const outer = object(value);
    if (outer === null) continue;
    for (const inner of [outer, ...Object.values(outer).map(object)]) {
      if (inner === null) continue;
      if (payload === null && isPayload(inner)) payload = inner;
      else if (header === null && isHeader(inner)) header = inner;
    }
  }
  return { payload, header };
}

function isPayload(value: LogLine): boolean {
  return ['iss', 'exp', 'sub', 'aud'].filter((name) => Object.hasOwn(value, name)).length >= 2;
}

function isHeader(value: LogLine): boolean {
  return typeof value['alg'] === 'string' && !Object.hasOwn(value, 'iss');
}
