import type { KeyObject } from 'node:crypto';
import { CompactEncrypt, CompactSign, compactDecrypt, compactVerify } from 'jose';
import type { ReportKey } from './report-key.ts';

/** `typ` of what a coordinator signs, so that no other JWS of the same key can pass for one (RFC 8725 section 3.11). */
const ORDER_TYPE = 'firebreak-agent-order+jws';

/** `typ` of what an agent says, under the key that it shares with the coordinator of one run. */
const REPORT_TYPE = 'firebreak-agent-report+jws';

/** Signs an order to an agent. */
export function signOrder(order: unknown, { key, alg, kid }: ReportKey): Promise<string> {
  return new CompactSign(bytesOf(order)).setProtectedHeader({ alg, kid, typ: ORDER_TYPE }).sign(key);
}

/** The order, when the key signed exactly this; null otherwise. Nothing of it is looked at before. */
export async function readOrder(text: string, { key, alg }: ReportKey): Promise<unknown> {
  return verified(text, { key, alg, type: ORDER_TYPE });
}

/** Signs what an agent found under the key of its run (HS256). */
export function signReport(report: unknown, secret: Uint8Array): Promise<string> {
  return new CompactSign(bytesOf(report)).setProtectedHeader({ alg: 'HS256', typ: REPORT_TYPE }).sign(secret);
}

/** The report, when whoever wrote it holds the key of the run; null otherwise. */
export async function readReport(text: string, secret: Uint8Array): Promise<unknown> {
  return verified(text, { key: secret, alg: 'HS256', type: REPORT_TYPE });
}

/** Encrypts for one agent: ECDH-ES on P-256 with A256GCM (RFC 7518 section 4.6), an own key for every message. */
export function encryptFor({ key }: ReportKey, value: unknown): Promise<string> {
  return new CompactEncrypt(bytesOf(value)).setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM' }).encrypt(key);
}

/** What was encrypted for this key; null for anything else. */
export async function decryptWith({ key }: ReportKey, text: string): Promise<unknown> {
  try {
    const { plaintext } = await compactDecrypt(text, key, {
      keyManagementAlgorithms: ['ECDH-ES'],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    return JSON.parse(new TextDecoder().decode(plaintext));
  } catch {
    return null;
  }
}

async function verified(
  text: string,
  { key, alg, type }: { readonly key: KeyObject | Uint8Array; readonly alg: string; readonly type: string },
): Promise<unknown> {
  try {
    const { payload, protectedHeader } = await compactVerify(text, key, { algorithms: [alg] });
    return protectedHeader.typ === type ? JSON.parse(new TextDecoder().decode(payload)) : null;
  } catch {
    return null;
  }
}

function bytesOf(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
