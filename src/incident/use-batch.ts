import { SCOPE_GROUPS } from '../model/incident-scope.ts';

/** Uses whose values are still bytes: where each of them starts and ends, -1 where a use has none. */
export interface UseBatch {
  size: number;
  /** Milliseconds since the epoch. */
  readonly times: Float64Array;
  readonly counts: Float64Array;
  /** 1 for uses before the leak, 0 for those after it. */
  readonly areBefore: Uint8Array;
  /** By index in `SCOPE_GROUPS`; networks follow from addresses. */
  readonly starts: readonly Int32Array[];
  readonly ends: readonly Int32Array[];
}

/** Uses whose groups are counted at once. */
export const BATCH_SIZE: number = 1024;

export function createUseBatch(): UseBatch {
  return {
    size: 0,
    times: new Float64Array(BATCH_SIZE),
    counts: new Float64Array(BATCH_SIZE),
    areBefore: new Uint8Array(BATCH_SIZE),
    starts: SCOPE_GROUPS.map(() => new Int32Array(BATCH_SIZE)),
    ends: SCOPE_GROUPS.map(() => new Int32Array(BATCH_SIZE)),
  };
}
