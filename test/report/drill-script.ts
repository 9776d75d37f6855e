import type { Arm } from '../../src/model/prediction.ts';
import type { Bound } from '../../src/model/quantity.ts';
import { millis } from '../../src/model/quantity.ts';

/** What one verifier of a made-up drill does. */
export interface Script {
  readonly verifier: string;
  readonly product: string;
  readonly owner: string;
  readonly cache: Bound;
  readonly line: number;
  /** Moment of the change per arm, ms after t0; null never. */
  readonly drops: Readonly<Partial<Record<Arm, number | null>>>;
  readonly unknown?: { readonly arm: Arm; readonly from: number; readonly to: number };
  readonly flap?: { readonly arm: Arm; readonly from: number; readonly to: number };
  readonly excluded?: { readonly arm: Arm; readonly why: string };
  readonly still?: string;
  readonly boundedBy?: string;
}

export const SCRIPTS: readonly Script[] = [
  {
    verifier: 'jose',
    product: 'jose 6.2.18',
    owner: '@orders',
    cache: millis(5000),
    line: 41,
    drops: { quiet: 4862, busy: 1104 },
  },
  {
    verifier: 'jwks-rsa',
    product: 'jwks-rsa 4.1.0',
    owner: '@orders',
    cache: millis(5000),
    line: 52,
    drops: { quiet: 4721, busy: 4690 },
  },
  {
    verifier: 'express-jwt',
    product: 'express-jwt 8.5.1',
    owner: '@carts',
    cache: millis(4000),
    line: 63,
    drops: { quiet: 3904, busy: 3811 },
  },
  {
    verifier: 'passport-jwt',
    product: 'passport-jwt 4.0.1',
    owner: '@carts',
    cache: millis(3000),
    line: 74,
    drops: { quiet: 2933, busy: 2870 },
    unknown: { arm: 'quiet', from: 2700, to: 10_900 },
  },
  {
    verifier: 'oauth2-jwt-bearer',
    product: 'express-oauth2-jwt-bearer 1.10.0',
    owner: '@billing',
    cache: millis(5000),
    line: 85,
    drops: { quiet: 4790, busy: 1089 },
    excluded: { arm: 'busy', why: 'unsteady: the credential was refused once before the leak was simulated' },
  },
  {
    verifier: 'get-jwks',
    product: 'get-jwks 11.0.3',
    owner: '@billing',
    cache: 'unbounded',
    line: 96,
    drops: { quiet: null, busy: null },
    still:
      'this library serves a removed key from its old copy and renews that copy at every use, so steady use keeps the leaked key alive',
    boundedBy: 'restart it, or stop its traffic for longer than its key cache lifetime',
  },
  {
    verifier: 'fast-jwt',
    product: 'fast-jwt 6.3.6',
    owner: '@search',
    cache: millis(4000),
    line: 107,
    drops: { quiet: 3688, busy: 3700 },
    flap: { arm: 'quiet', from: 4400, to: 4700 },
  },
  {
    verifier: 'aws-jwt-verify',
    product: 'aws-jwt-verify 5.2.1',
    owner: '@search',
    cache: 'unbounded',
    line: 118,
    drops: { quiet: null, busy: 12 },
    still: 'this library never re-checks a key it knows; it looks again only when a token names a key it has not seen',
    boundedBy: 'send it a token signed by a new key, or restart it',
  },
  {
    verifier: 'hono',
    product: 'hono 4.13.19',
    owner: '@search',
    cache: millis(0),
    line: 129,
    drops: { quiet: 6, busy: 5 },
  },
];
