import type { Report, Rule, Severity } from '../../model/finding.ts';
import { EC_GOOD, keySetText } from '../example-keys.ts';
import { subjectOf } from '../key-diagnosis.ts';

/** Longer names than a thumbprint of any hash in hex help nobody. */
const MAX_LENGTH = 128;

/** What a careless lookup takes for something other than a name, worst first. */
const SHAPES: readonly (readonly [RegExp, string, Severity])[] = [
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  [/[\u0000-\u001F\u007F]/, 'holds control characters', 'warning'],
  [/(?:^|[\\/])\.\.(?:[\\/]|$)|^[\\/]|^[a-z]:\\/i, 'is a path in a file system', 'warning'],
  [/['"`;|<>]|\$\(/, 'holds characters that SQL or a shell reads', 'warning'],
  [/^[a-z][a-z\d+.-]*:\/\//i, 'is a URL', 'info'],
  [/[^\u0000-\u007F]/, 'holds characters beyond ASCII', 'info'],
];

export const rule: Rule<'estate'> = {
  id: 'jwks/kid-unsafe',
  on: 'estate',
  severity: 'warning',
  securitySeverity: 5.3,
  confidence: 'likely',
  summary: 'A kid is a path, a piece of SQL or something else that a lookup may run.',
  why: 'The kid comes from outside, and verifiers put it into file names, queries and cache keys. Where legitimate ones look like paths, nobody can refuse the one that leads to /dev/null.',
  fix: 'Name keys by their RFC 7638 thumbprint or by letters, digits, - and _, and have verifiers refuse other kids.',
  sources: ['RFC 8725 section 3.10', 'RFC 7517 section 4.5'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'jwks.json': keySetText({ ...EC_GOOD, kid: '../keys/ec-1.pem' }) } }],
    good: [{ files: { 'jwks.json': keySetText({ ...EC_GOOD, kid: 'ec-1' }) } }],
  },
  *check({ jwks, tokens }): Iterable<Report> {
    for (const key of jwks.flatMap(({ keys }) => keys)) {
      const fault = key.kid === null ? null : faultOf(key.kid);
      if (key.kid === null || fault === null) continue;
      yield {
        at: key.locate('kid'),
        message: `kid ${JSON.stringify(key.kid.slice(0, 80))} ${fault.message}`,
        severity: fault.severity,
        subject: `${subjectOf(key)}.kid`,
        value: fault.message,
      };
    }
    for (const { header, at, fingerprint } of tokens) {
      const { kid } = header;
      const fault = typeof kid === 'string' ? faultOf(kid) : null;
      if (typeof kid !== 'string' || fault === null) continue;
      yield {
        at,
        message: `the token names its key ${JSON.stringify(kid.slice(0, 80))}, which ${fault.message}`,
        // A key set is the issuer's own; a token may be from anybody.
        severity: fault.severity === 'warning' ? 'error' : fault.severity,
        subject: 'header.kid',
        value: fingerprint,
      };
    }
  },
};

function faultOf(kid: string): { readonly message: string; readonly severity: Severity } | null {
  for (const [pattern, message, severity] of SHAPES) if (pattern.test(kid)) return { message, severity };
  return kid.length > MAX_LENGTH
    ? { message: `is ${kid.length} characters long, over ${MAX_LENGTH}`, severity: 'info' }
    : null;
}
