import { lint } from '../../src/lint/lint.ts';
import type { EstateRead } from '../../src/lint/read-estate.ts';
import { readEstate } from '../../src/lint/read-whole.ts';
import type { Finding, LintResult } from '../../src/model/finding.ts';

/** The day on which the fixture is judged. */
export const NOW: number = Date.UTC(2026, 5, 1);

const POLICY = `apiVersion: firebreak.dev/v1alpha1
kind: TokenPolicy
metadata: { name: orders, owner: '@orders' }
spec:
  issuers:
    - issuer: http://id.example.com
  tokens:
    access_token:
      algorithms: [HS256, RS256]
      audiences: [https://orders.example.com]
      # firebreak-ignore policy/lifetime-over-profile until=2026-12-31 owner=@orders -- nightly jobs, SEC-412
      lifetime: { max: 8h }
      clock_skew: { max: 2m }
  keys: { rotation_interval: 30d }
  revocation:
    objectives:
      signing_key: { max: 10m }
      hmac_secret: { max: 1h }
      access_token: { max: 9h }
`;

const INVENTORY = `apiVersion: firebreak.dev/v1alpha1
kind: Inventory
metadata: { name: shop, owner: '@identity' }
spec:
  environments:
    - { name: prod, class: prod, allow: [api.example.com] }
  issuers:
    - name: main
      environment: prod
      issuer: https://id.example.com
      jwks_uri: https://id.example.com/jwks
      time_to_act: 1m
      replica_convergence: 5s
      jwks_http: { max_age: 5m }
      access_token_lifetime: 15m
  verifiers:
    - name: orders
      environment: prod
      issuer: main
      policy: orders
      library: { name: jose, version: 6.2.18 }
      settings: { key_cache_ttl: 1h, fetch_timeout: 5s }
    - name: search
      environment: prod
      issuer: main
      policy: orders
      library: { name: jose, version: 6.2.18 }
      settings: { key_cache_ttl: unbounded, fetch_timeout: 5s }
`;

/** A document with a fault, and one that tries to speak to whatever shows it. */
const BROKEN = `apiVersion: firebreak.dev/v1alpha1
kind: TokenPolicy
metadata: { name: broken }
spec:
  tokenz: {}
`;

export const FILES: readonly { readonly file: string; readonly text: string }[] = [
  { file: 'policies/orders.yaml', text: POLICY },
  { file: 'policies/inventory.yaml', text: INVENTORY },
  { file: 'policies/broken.yaml', text: BROKEN },
];

/** What the fixture is about; screens do not change when a rule is added. */
const ONLY: readonly string[] = [
  'policy/alg-family-mix',
  'policy/issuer-not-https',
  'policy/leeway-excessive',
  'policy/lifetime-over-profile',
  'policy/slo-unbounded',
  'policy/slo-unsatisfiable',
  'revocation/kid-kill-missing',
];

/** Everything at once: errors, warnings, related places, a silenced finding, an unreadable document. */
export function fixtureRead(): EstateRead {
  return readEstate(FILES, { now: NOW });
}

export function fixtureResult(): LintResult {
  return lint(fixtureRead(), { only: ONLY });
}

/** What attacks a terminal, a workflow log, a table and a page. */
export const HOSTILE =
  '\u001b[2J\u001b]0;owned\u0007\r\n::error file=x::owned\n::stop-commands::x | `code` <script>alert(1)</script> [x](http://evil) @team % : , & "q" \u202e\u2028\ud800';

/** A result whose every text is hostile; names of files and messages come from the repository under lint. */
export function hostileResult(count = 1): LintResult {
  const at = { file: `policies/${HOSTILE}.yaml`, line: 1, column: 1, endLine: 1, endColumn: 2 };
  const finding = (index: number): Finding => ({
    rule: 'policy/alg-none-allowed',
    severity: (['error', 'warning', 'info'] as const)[index % 3] ?? 'info',
    confidence: 'certain',
    message: `finding ${index} ${HOSTILE}`,
    at: { ...at, line: index + 1, endLine: index + 1 },
    related: [{ at, message: HOSTILE }],
    subject: `policy ${HOSTILE}/tokens`,
    fingerprint: index.toString(16).padStart(16, '0'),
    contentFingerprint: index.toString(16).padStart(16, 'f'),
  });
  const findings = Array.from({ length: count }, (_, index) => finding(index));
  const of = (severity: string): number => findings.filter((each) => each.severity === severity).length;
  return {
    findings,
    suppressed: [{ finding: finding(0), how: 'waiver', reason: HOSTILE, owner: HOSTILE, until: HOSTILE, at }],
    errors: [{ code: 'document/invalid', message: HOSTILE, hint: HOSTILE, at }],
    summary: {
      policies: 1,
      inventories: 0,
      drills: 0,
      jwks: 0,
      tokens: 0,
      configs: 0,
      rules: 1,
      bySeverity: { error: of('error'), warning: of('warning'), info: of('info') },
    },
  };
}

/** Nothing found, nothing wrong. */
export const CLEAN: LintResult = {
  findings: [],
  suppressed: [],
  errors: [],
  summary: {
    policies: 2,
    inventories: 1,
    drills: 3,
    jwks: 0,
    tokens: 0,
    configs: 0,
    rules: 60,
    bySeverity: { error: 0, warning: 0, info: 0 },
  },
};
