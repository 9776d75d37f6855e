import type { Millis } from './quantity.ts';

export const PROFILE_NAMES = ['default', 'asvs-l2', 'asvs-l3', 'fapi2'] as const;

export type ProfileName = (typeof PROFILE_NAMES)[number];

/** Numbers that rules judge by. */
export interface ProfileLimits {
  /** Access and ID tokens that may live longer are a warning. */
  readonly tokenLifetime: Millis;
  /** Leeway above it is a warning. */
  readonly leeway: Millis;
  /** Leeway above it is an error. */
  readonly maxLeeway: Millis;
  /** Smaller RSA keys are an error; null leaves it to jwks/rsa-too-small. */
  readonly minRsaBits: number | null;
  /** The only signature algorithms that may be accepted; null for no such list. */
  readonly algorithms: readonly string[] | null;
  /** Whether access tokens must be bound to their sender. */
  readonly senderConstrained: boolean;
}

/** What a standard asks beyond the default. It may raise and tighten, never lower. */
export interface Profile {
  readonly name: ProfileName;
  /** The document it stands for. */
  readonly title: string;
  /** Rules whose warnings are errors, with the requirement that says so. */
  readonly errors: readonly { readonly rule: `${string}/${string}`; readonly because: string }[];
  readonly limits: ProfileLimits;
  /** Where each limit that differs from the default comes from. */
  readonly sources: Readonly<Partial<Record<keyof ProfileLimits, string>>>;
}
