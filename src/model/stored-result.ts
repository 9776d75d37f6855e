import type { DrillResult, JudgedPrediction } from './drill.ts';

/** One signature over a result: a flattened JWS without its payload, which is the result itself (RFC 7515 section 7.2.2). */
export interface ResultSignature {
  readonly protected: string;
  readonly signature: string;
}

/** A DrillResult as it was read from a file. */
export interface StoredResult {
  /** As the user would type it. */
  readonly file: string;
  readonly result: DrillResult;
  /** Bounds, owners and products of that run, for reports. */
  readonly predictions: readonly JudgedPrediction[];
  readonly signatures: readonly ResultSignature[];
  /** The document as it was written, for signatures and comparison. */
  readonly document: Readonly<Record<string, unknown>>;
}
