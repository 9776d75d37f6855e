/** Whether the one who shows a bound token is the one it was made for. */
import { createHash } from 'node:crypto';
import { EmbeddedJWK, calculateJwkThumbprint, compactVerify, decodeProtectedHeader } from 'jose';
import type { EffectiveTokenClass } from '../model/policy.ts';
import type { Presented } from './mint.ts';
import { NONCE, PROOF_TARGET } from './mint.ts';

/** Null when the token is not bound and may be so, or when its proof is right. */
export async function possessionProblem(
  rules: EffectiveTokenClass,
  presented: Presented,
  claims: Readonly<Record<string, unknown>>,
): Promise<string | null> {
  const accept = rules.bindingAccept.value;
  const { cnf } = claims;
  if (typeof cnf !== 'object' || cnf === null) {
    const byAddress = accept.includes('ip') && rules.ipCidrs.contributions.length > 0;
    return accept.includes('bearer') || byAddress ? null : 'the token is not bound';
  }
  if ('jkt' in cnf) return accept.includes('dpop') ? proofProblem(rules, presented, cnf.jkt) : 'DPoP is not accepted';
  if (!('x5t#S256' in cnf)) return 'the confirmation is of no known kind';
  if (!accept.includes('mtls')) return 'certificates are not accepted';
  const shown = createHash('sha256')
    .update(presented.certificate ?? '')
    .digest('base64url');
  return shown === cnf['x5t#S256'] ? null : 'the certificate is another one';
}

/** RFC 9449 section 4.3, with the options that the policy has. */
async function proofProblem(rules: EffectiveTokenClass, presented: Presented, jkt: unknown): Promise<string | null> {
  const { proof, compact, candidate, seen } = presented;
  if (proof === null) return 'there is no proof';
  const algorithms = rules.dpopAlgorithms.value.filter((alg) => !alg.startsWith('HS') && alg !== 'none');
  const { payload } = await compactVerify(proof, EmbeddedJWK, { algorithms: [...algorithms] });
  const { jwk, typ } = decodeProtectedHeader(proof);
  if (typ !== 'dpop+jwt' || jwk === undefined) return 'this is no proof';
  if ((await calculateJwkThumbprint(jwk)) !== jkt) return 'the proof is of another key';
  const claims: unknown = JSON.parse(new TextDecoder().decode(payload));
  if (typeof claims !== 'object' || claims === null) return 'the proof has no claims';
  const of = (name: string): unknown => Reflect.get(claims, name);
  if (of('htm') !== PROOF_TARGET.htm || of('htu') !== PROOF_TARGET.htu) return 'the proof is for another request';
  const age = candidate.context.now - Number(of('iat')) * 1000;
  if (Math.round(age) > rules.dpopMaxProofAge.value) return 'the proof is too old';
  if (Math.round(-age) > rules.clockSkew.value) return 'the proof is from the future';
  if (rules.dpopRequireNonce.value && of('nonce') !== NONCE) return 'the proof has no nonce';
  const ath = createHash('sha256').update(compact).digest('base64url');
  if (rules.dpopRequireAth.value && of('ath') !== ath) return 'the proof does not name the token';
  const isReplay = seen.has(String(of('jti')));
  return isReplay && rules.dpopReplayCache.value === 'required' ? 'the proof was shown before' : null;
}
