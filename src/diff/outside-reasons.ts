/** Why a token lies outside of all boxes, for what is seen in its use and not in the token itself. */
import type { Witness } from '../model/change.ts';
import type { AxisName } from './axis.ts';
import type { Box, Point } from './box.ts';
import { axesBeyond } from './box-algebra.ts';

const WORDS: Readonly<Record<AxisName, { readonly message: string; readonly reference: string }>> = {
  format: { message: 'the format of the token is another one', reference: 'RFC 9068 section 1' },
  issuer: { message: 'keys of this issuer are taken from another address', reference: 'RFC 8725 section 3.8' },
  signature: { message: 'the algorithm or the size of its key is not allowed', reference: 'RFC 7518 section 3.1' },
  keySource: { message: 'keys are not taken from there', reference: 'RFC 8725 section 3.10' },
  kid: { message: 'no key is looked for under this kid', reference: 'RFC 7515 section 4.1.4' },
  typ: { message: 'the type is not allowed', reference: 'RFC 8725 section 3.11' },
  crit: { message: 'a critical extension is not understood', reference: 'RFC 7515 section 4.1.11' },
  audience: { message: 'the token is for somebody else', reference: 'RFC 8725 section 3.9' },
  claims: { message: 'a claim is missing or not allowed', reference: 'RFC 7519 section 4' },
  times: { message: 'the token lives too long, is too old or has expired', reference: 'RFC 7519 section 4.1.4' },
  start: { message: 'the token is not valid yet', reference: 'RFC 7519 section 4.1.5' },
  binding: { message: 'the token is not bound as it must be', reference: 'RFC 9700 section 2.2.1' },
  proofAlgorithm: { message: 'the algorithm of the proof is not allowed', reference: 'RFC 9449 section 4.3' },
  proofAge: { message: 'the proof is too old or from the future', reference: 'RFC 9449 section 11.1' },
  proofNonce: { message: 'the proof has no nonce', reference: 'RFC 9449 section 9' },
  proofAth: { message: 'the proof does not name the token', reference: 'RFC 9449 section 7.1' },
  proofUse: { message: 'the proof was shown before', reference: 'RFC 9449 section 11.1' },
  address: { message: 'the address of the client is not allowed', reference: 'RFC 4632 section 3.1' },
  familyAge: { message: 'the family of the refresh token is too old', reference: 'RFC 9700 section 4.14.2' },
  use: { message: 'the refresh token, or one of its family, was used before', reference: 'RFC 9700 section 4.14.2' },
};

/** The reasons of the box that comes nearest; of several one for tokens that are bound in the same way. */
export function outsideReasons(point: Point, boxes: readonly Box[]): Witness['reasons'] {
  const beyond = boxes.map((box) => axesBeyond(box, point)).toSorted((a, b) => a.length - b.length);
  const nearest = beyond.find((axes) => !axes.includes('binding')) ?? beyond[0] ?? [];
  // Named apart from what `decide` looks at: no TokenTest can expect these.
  return nearest.map((axis) => ({ path: `verifier.${axis}`, ...WORDS[axis] }));
}
