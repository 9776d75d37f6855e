import type { JwksFacts, KeyDiagnosis } from '../model/key.ts';
import type { Location } from '../model/location.ts';
import { startOf } from '../model/location.ts';
import { analyseKey } from './analysis/analyse-key.ts';
import { readPemBody } from './der.ts';
import type { Blocklist } from './analysis/known-compromised.ts';
import { boundedPrimality } from './analysis/primality.ts';
import type { JwksOrigin, JwksReading } from './key-facts.ts';
import { MAX_JWKS_LENGTH, MAX_KEYS, UNKNOWN_ORIGIN, describeKey } from './key-facts.ts';

/** One block; its line ends may be written out, as they are in JSON. */
const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----((?:[A-Za-z0-9+/=\s]|\\[rn])*?)-----END \1-----/g;

/** Tells whether a text holds a key in PEM (RFC 7468), in its first 4 KiB. Certificates are not keys. */
export function looksLikePem(text: string): boolean {
  return /-----BEGIN (?:RSA PUBLIC|RSA PRIVATE|PUBLIC|PRIVATE|EC PRIVATE) KEY-----/.test(text.slice(0, 4096));
}

/**
 * Reads the keys of a PEM file (PKCS#1, PKCS#8, SEC 1, SPKI) as a key set without names. Text around the blocks is
 * skipped, as RFC 7468 section 5.2 allows, and so are certificates and parameters beside a key. Only the public numbers of a private key are examined; that it lies here is
 * a diagnosis of its own.
 */
export function readKeyFile(
  file: string,
  text: string,
  origin: JwksOrigin = UNKNOWN_ORIGIN,
  blocklist: Blocklist | null = null,
): JwksReading {
  if (text.length > MAX_JWKS_LENGTH) {
    return refused(startOf(file), 'the file is over 1 MiB; a key file of that size is not read', 'pass one PEM file');
  }
  const all = [...text.matchAll(BLOCK)];
  const ofKeys = all.filter(([, label]) => label?.endsWith('KEY'));
  const blocks = ofKeys.length > 0 ? ofKeys : all;
  if (blocks.length === 0) {
    return refused(
      startOf(file),
      'the file holds no complete PEM block',
      'a key starts with -----BEGIN PUBLIC KEY-----',
    );
  }
  if (blocks.length > MAX_KEYS) {
    const message = `the file has ${blocks.length} PEM blocks; a file of over ${MAX_KEYS} is not read`;
    return refused(startOf(file), message, 'pass the keys in several files');
  }
  const keys = [];
  const isPrime = boundedPrimality();
  for (const { index: offset, 1: label = '', 2: body = '' } of blocks) {
    const at = lineAt(file, text, offset);
    const key = readPemBody(label, Buffer.from(body.replaceAll(/\\[rn]/g, ''), 'base64'));
    if (key === null) {
      const message = `the block ${JSON.stringify(label)} is no RSA, EC or OKP key that can be read`;
      return refused(at, message, 'encrypted keys and certificates are not read; export the public key as SPKI');
    }
    const diagnoses = [...(key.isPrivate ? [PRIVATE] : []), ...analyseKey(key.jwk, blocklist, isPrime)];
    keys.push(describeKey(key.jwk, { index: keys.length, at, locate: () => at, diagnoses, duplicateMembers: [] }));
  }
  const jwks: JwksFacts = { file, ...origin, container: 'pem', keys, duplicateMembers: [], at: startOf(file) };
  return { jwks, problems: [] };
}

const PRIVATE: KeyDiagnosis = {
  weakness: 'private-material',
  severity: 'error',
  message: 'the private half of the key stands in this file',
  member: null,
};

function lineAt(file: string, text: string, offset: number): Location {
  const lines = text.slice(0, offset).split(/\r\n|\n|\r/);
  const line = lines.length;
  const column = (lines.at(-1)?.length ?? 0) + 1;
  return { file, line, column, endLine: line, endColumn: column };
}

function refused(at: Location, message: string, hint: string): JwksReading {
  return { jwks: null, problems: [{ code: 'jwks/unreadable', message, hint, at }] };
}
