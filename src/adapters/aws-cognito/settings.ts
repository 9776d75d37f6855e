import type { Millis } from '../../model/quantity.ts';
import { millis } from '../../model/quantity.ts';
import type { Setting } from '../adapter.ts';

const API = 'botocore 1.44.8: cognito-idp/2016-04-18/service-2.json, CreateUserPoolClient';
const ACCESS =
  'https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html';
const REFRESH =
  'https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html';

/** What app clients say; the user pool is told as the loosest of its clients. */
export const settings: readonly Setting[] = [
  {
    on: 'issuer',
    fact: 'issuer',
    setting: 'user_pool_id, UserPoolId',
    absent: null,
    note: 'Known only where a client names the pool by its id; that of a new pool is given by AWS.',
  },
  {
    on: 'issuer',
    fact: 'accessTokenFormat',
    setting: null,
    absent: {
      origin: 'platform',
      value: 'jwt',
      source: `${ACCESS}, the access token is a JSON Web Token`,
    },
  },
  {
    on: 'issuer',
    fact: 'signingAlgorithms',
    setting: null,
    absent: {
      origin: 'platform',
      value: ['RS256'],
      source: `${ACCESS}, Access token header: user pools use RS256`,
    },
  },
  {
    on: 'issuer',
    fact: 'accessTokenLifetime',
    setting: 'access_token_validity, AccessTokenValidity',
    absent: null,
    note: 'The longest of the clients of the pool; so are the other facts of its tokens.',
  },
  {
    on: 'client',
    fact: 'accessTokenLifetime',
    setting: 'access_token_validity, AccessTokenValidity',
    unit: 'h',
    absent: { origin: 'default', value: millis(3_600_000), source: `${API}, AccessTokenValidity: one hour` },
    note: 'Counts hours unless token_validity_units says otherwise; five minutes to a day.',
  },
  {
    on: 'client',
    fact: 'idTokenLifetime',
    setting: 'id_token_validity, IdTokenValidity',
    unit: 'h',
    absent: { origin: 'default', value: millis(3_600_000), source: `${API}, IdTokenValidity: one hour` },
  },
  {
    on: 'client',
    fact: 'refreshTokenLifetime',
    setting: 'refresh_token_validity, RefreshTokenValidity',
    unit: 'd',
    absent: { origin: 'default', value: millis(2_592_000_000), source: `${API}, RefreshTokenValidity: 30 days` },
    note: 'Counts days unless token_validity_units says otherwise; an hour to ten years; 0 means 30 days.',
  },
  {
    on: 'client',
    fact: 'refreshRotation',
    setting: 'refresh_token_rotation.feature, RefreshTokenRotation.Feature',
    absent: {
      origin: 'default',
      value: false,
      source: `${REFRESH}, a new refresh token comes only with rotation enabled`,
    },
  },
  {
    on: 'client',
    fact: 'refreshReuseGrace',
    setting: 'refresh_token_rotation.retry_grace_period_seconds, RefreshTokenRotation.RetryGracePeriodSeconds',
    unit: 's',
    absent: null,
    note: 'At most 60 seconds.',
  },
  {
    on: 'client',
    fact: 'revocationEnabled',
    setting: 'enable_token_revocation, EnableTokenRevocation',
    absent: { origin: 'default', value: true, source: `${API}, EnableTokenRevocation: automatically activated` },
    note: 'Reaches refresh tokens and the API of Cognito; a verifier that checks the signature never hears of it.',
  },
  {
    on: 'client',
    fact: 'grantTypes',
    setting: 'allowed_oauth_flows and explicit_auth_flows, AllowedOAuthFlows and ExplicitAuthFlows',
    absent: null,
    note: 'USER_PASSWORD_AUTH is told as the password grant: the application takes the password and sends it on.',
  },
  {
    on: 'client',
    fact: 'redirectUris',
    setting: 'callback_urls, CallbackURLs',
    absent: null,
  },
  { on: 'client', fact: 'public', setting: 'generate_secret, GenerateSecret', absent: null },
];

/** Limits of the service, by the kind of token. */
export const LIMITS: Readonly<
  Record<'access' | 'id' | 'refresh', { readonly least: Millis; readonly most: Millis; readonly words: string }>
> = {
  access: { least: millis(300_000), most: millis(86_400_000), words: '5m to 1d' },
  id: { least: millis(300_000), most: millis(86_400_000), words: '5m to 1d' },
  refresh: { least: millis(3_600_000), most: millis(315_360_000_000), words: '1h to 10 years' },
};

/** Past a year, a refresh token without a unit was meant in another one. */
export const SUSPECT_REFRESH: Millis = millis(365 * 86_400_000);

export const UNIT_WORDS: Readonly<Record<string, number>> = {
  seconds: 1000,
  minutes: 60_000,
  hours: 3_600_000,
  days: 86_400_000,
};
