import type { LibraryValues } from '../model/config.ts';
import type { Severity } from '../model/finding.ts';

/** What an attacker gains, and so what to try against a verifier whose version nobody knows. */
export type FaultClass = 'forgery' | 'header-key' | 'audience' | 'cache' | 'critical-header' | 'key-fetch' | 'denial';

/** One known fault of one package. */
export interface KnownFault {
  readonly ecosystem: LibraryValues['ecosystem'];
  /** In the normal form of the ecosystem, as the adapters give it. */
  readonly package: string;
  readonly id: string;
  readonly class: FaultClass;
  /** First version that has it; null when all before `fixed` do. */
  readonly from: string | null;
  /** First version without it; null when there is none. */
  readonly fixed: string | null;
  readonly severity: Severity;
  /** Completes "this version". */
  readonly what: string;
}

type Row = readonly [
  id: string,
  faultClass: FaultClass,
  severity: Severity,
  ranges: readonly (readonly [from: string | null, fixed: string | null])[],
  what: string,
];

function faults(ecosystem: LibraryValues['ecosystem'], name: string, rows: readonly Row[]): readonly KnownFault[] {
  return rows.flatMap(([id, faultClass, severity, ranges, what]) =>
    ranges.map(([from, fixed]) => ({ ecosystem, package: name, id, class: faultClass, from, fixed, severity, what })),
  );
}

/**
 * Faults that let a token pass that should not, or stop verification, with the ranges of their public advisories.
 * Forgery is an error; what needs an unusual setup, or only costs availability, is a warning.
 */
export const KNOWN_FAULTS: readonly KnownFault[] = [
  ...faults('npm', 'jsonwebtoken', [
    ['CVE-2015-9235', 'forgery', 'error', [[null, '4.2.2']], 'accepts an HMAC under the public key'],
    ['CVE-2022-23540', 'forgery', 'error', [[null, '9.0.0']], 'accepts unsigned tokens where no algorithms are given'],
  ]),
  ...faults('npm', 'fast-jwt', [
    ['CVE-2023-48223', 'forgery', 'error', [[null, '3.3.2']], 'accepts an HMAC under the public key'],
    [
      'CVE-2026-34950',
      'forgery',
      'error',
      [['3.3.2', '6.2.0']],
      'accepts an HMAC under a public key that begins with white space',
    ],
    ['CVE-2026-35042', 'critical-header', 'warning', [[null, '6.2.0']], 'ignores critical header parameters'],
    [
      'CVE-2026-35039',
      'cache',
      'warning',
      [[null, '6.2.0']],
      'gives the claims of another token when a cacheKeyBuilder of your own collides',
    ],
  ]),
  ...faults('npm', 'hono', [
    [
      'CVE-2026-22817',
      'forgery',
      'warning',
      [[null, '4.11.4']],
      'lets the token choose the algorithm in its JWK middleware',
    ],
  ]),
  ...faults('npm', 'node-jose', [
    ['CVE-2018-0114', 'header-key', 'error', [[null, '0.11.0']], 'takes the key out of the header of the token'],
  ]),
  ...faults('npm', 'express-jwt', [
    [
      'CVE-2020-15084',
      'forgery',
      'error',
      [[null, '6.0.0']],
      'lets the token choose the algorithm where none are given',
    ],
  ]),
  ...faults('npm', 'jws', [
    [
      'GHSA-869p-cjfg-cm3x',
      'forgery',
      'warning',
      [
        [null, '3.2.3'],
        ['4.0.0', '4.0.1'],
      ],
      'verifies an HMAC wrongly in createVerify',
    ],
  ]),
  ...faults('pypi', 'pyjwt', [
    ['CVE-2022-29217', 'forgery', 'error', [['1.5.0', '2.4.0']], 'accepts an HMAC under a public key in SSH format'],
    ['CVE-2026-32597', 'critical-header', 'warning', [[null, '2.12.0']], 'ignores critical header parameters'],
    [
      'CVE-2026-48526',
      'forgery',
      'error',
      [[null, '2.13.0']],
      'accepts an HMAC under a JWK where both families are allowed',
    ],
    ['CVE-2026-102267', 'key-fetch', 'warning', [[null, '2.14.0']], 'follows redirects when it fetches keys'],
  ]),
  ...faults('pypi', 'authlib', [
    ['CVE-2024-37568', 'forgery', 'error', [[null, '1.3.1']], 'accepts an HMAC under the public key'],
    [
      'CVE-2026-27962',
      'header-key',
      'error',
      [[null, '1.6.9']],
      'takes the key out of the header of the token where none is given',
    ],
  ]),
  ...faults('pypi', 'python-jose', [
    ['CVE-2024-33663', 'forgery', 'error', [[null, '3.4.0']], 'accepts an HMAC under a public key in SSH format'],
  ]),
  ...faults('go', 'github.com/dgrijalva/jwt-go', [
    ['CVE-2020-26160', 'audience', 'error', [[null, '4.0.0-preview1']], 'accepts any audience when aud is a list'],
  ]),
  ...faults('go', 'github.com/golang-jwt/jwt/v4', [
    [
      'CVE-2024-51744',
      'forgery',
      'warning',
      [[null, '4.5.1']],
      'reports a wrong signature together with expiry, which is easy to miss',
    ],
    ['CVE-2025-30204', 'denial', 'warning', [[null, '4.5.2']], 'takes memory without limit for a token of dots'],
  ]),
  ...faults('go', 'github.com/golang-jwt/jwt/v5', [
    ['CVE-2025-30204', 'denial', 'warning', [['5.0.0', '5.2.2']], 'takes memory without limit for a token of dots'],
  ]),
  ...faults('go', 'github.com/go-jose/go-jose/v4', [
    ['CVE-2025-27144', 'denial', 'warning', [['4.0.0', '4.0.5']], 'takes memory without limit for a token of dots'],
  ]),
  ...faults('maven', 'org.pac4j:pac4j-jwt', [
    [
      'CVE-2026-29000',
      'forgery',
      'error',
      [
        [null, '4.5.9'],
        ['5.0.0', '5.7.9'],
        ['6.0.0', '6.3.3'],
      ],
      'accepts an unsigned token inside an encrypted one',
    ],
  ]),
  ...faults('nuget', 'microsoft.identitymodel.tokens', [
    [
      'Microsoft Security Advisory 3214296',
      'forgery',
      'error',
      [['5.1.0', '5.1.1']],
      'does not verify an HMAC in full',
    ],
  ]),
  ...['microsoft.identitymodel.jsonwebtokens', 'system.identitymodel.tokens.jwt'].flatMap((name) =>
    faults('nuget', name, [
      [
        'CVE-2024-21319',
        'denial',
        'warning',
        [
          [null, '5.7.0'],
          ['6.5.0', '6.34.0'],
          ['7.0.0', '7.1.2'],
        ],
        'takes memory without limit for a compressed token',
      ],
    ]),
  ),
];

/** Whether a version lies in the range of a fault. */
export function isAffected({ from, fixed }: KnownFault, version: string): boolean {
  if (from !== null && compareVersions(version, from) < 0) return false;
  return fixed === null || compareVersions(version, fixed) < 0;
}

/** Compares dotted numbers, then what follows them: a release comes after its previews. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [partsOf(left), partsOf(right)];
  for (let index = 0; index < Math.max(a.numbers.length, b.numbers.length); index += 1) {
    const difference = (a.numbers[index] ?? 0) - (b.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  if (a.preview === b.preview) return 0;
  if (a.preview === '') return 1;
  return b.preview === '' || a.preview > b.preview ? (b.preview === '' ? -1 : 1) : -1;
}

function partsOf(version: string): { readonly numbers: readonly number[]; readonly preview: string } {
  const [, digits = '', rest = ''] = /^v?(\d+(?:\.\d+)*)([^]*)$/.exec(version) ?? [];
  // Build metadata and post-releases are the same or later, not earlier.
  const preview = /^(?:\+|\.?post|\.Final$|\.RELEASE$)/i.test(rest) ? '' : rest.replace(/^[-.]/, '');
  return { numbers: digits.split('.').map(Number), preview };
}
