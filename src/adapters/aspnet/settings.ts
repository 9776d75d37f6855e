import { millis } from '../../model/quantity.ts';
import type { Setting } from '../adapter.ts';

const CONFIGURE = 'ASP.NET Core 9: src/Security/Authentication/JwtBearer/src/JwtBearerConfigureOptions.cs';
const OPTIONS = 'ASP.NET Core 9: src/Security/Authentication/JwtBearer/src/JwtBearerOptions.cs';
const PARAMETERS = 'Microsoft.IdentityModel 8.2: src/Microsoft.IdentityModel.Tokens/TokenValidationParameters.cs';
const MANAGER = 'Microsoft.IdentityModel 8.2: src/Microsoft.IdentityModel.Tokens/BaseConfigurationManager.cs';

/** What is checked of a token, wherever its key comes from. */
export const CHECK_SETTINGS: readonly Setting[] = [
  {
    on: 'verifier',
    fact: 'issuers',
    setting: 'ValidIssuer, ValidIssuers, Issuer, ValidateIssuer',
    absent: null,
    note: 'With an Authority, the issuer that its discovery document names.',
  },
  {
    on: 'verifier',
    fact: 'audiences',
    setting: 'ValidAudience, ValidAudiences, Audience, ValidateAudience',
    absent: null,
    note: `A section of Authentication:Schemes without ValidAudience is unknown: before 8.0.7 no audience is then checked, later versions accept no token unless code names one (${CONFIGURE}).`,
  },
  {
    on: 'verifier',
    fact: 'expVerified',
    setting: 'TokenValidationParameters.ValidateLifetime',
    absent: { origin: 'default', value: true, source: `${PARAMETERS}, ValidateLifetime` },
  },
  {
    on: 'verifier',
    fact: 'requiresExp',
    setting: 'TokenValidationParameters.RequireExpirationTime',
    absent: { origin: 'default', value: true, source: `${PARAMETERS}, RequireExpirationTime` },
  },
  {
    on: 'verifier',
    fact: 'leeway',
    setting: 'TokenValidationParameters.ClockSkew',
    unit: 'd',
    absent: { origin: 'default', value: millis(300_000), source: `${PARAMETERS}, DefaultClockSkew: 300 s` },
    note: 'A TimeSpan: `00:05:00`; a bare number counts days.',
  },
];

/** How keys are fetched where an Authority or a metadata address is given. */
export const FETCH_SETTINGS: readonly Setting[] = [
  {
    on: 'verifier',
    fact: 'algorithms',
    setting: 'TokenValidationParameters.ValidAlgorithms',
    absent: { origin: 'default', value: 'any', source: `${PARAMETERS}, ValidAlgorithms` },
    note: 'With a shared secret only HMAC fits the key, so nothing is said.',
  },
  { on: 'verifier', fact: 'discoveryUrl', setting: 'MetadataAddress, Authority', absent: null },
  {
    on: 'verifier',
    fact: 'tlsVerified',
    setting: 'RequireHttpsMetadata',
    absent: { origin: 'default', value: true, source: `${OPTIONS}, RequireHttpsMetadata` },
    note: 'When it is off, said only where the address is not in the file: an address that is there speaks for itself.',
  },
  {
    on: 'verifier',
    fact: 'keyCacheTtl',
    setting: 'AutomaticRefreshInterval',
    absent: {
      origin: 'default',
      value: millis(43_200_000),
      source: `${MANAGER}, DefaultAutomaticRefreshInterval: 12 hours`,
    },
    note: 'Up to 5 % are added, and for an hour after a refresh a key that vanished is still tried.',
  },
  {
    on: 'verifier',
    fact: 'cooldown',
    setting: 'RefreshInterval',
    absent: { origin: 'default', value: millis(300_000), source: `${MANAGER}, DefaultRefreshInterval: 5 minutes` },
  },
  {
    on: 'verifier',
    fact: 'refetchOnUnknownKid',
    setting: 'RefreshOnIssuerKeyNotFound',
    absent: { origin: 'default', value: 'throttled', source: `${OPTIONS}, RefreshOnIssuerKeyNotFound` },
  },
  {
    on: 'verifier',
    fact: 'fetchTimeout',
    setting: 'BackchannelTimeout',
    absent: { origin: 'default', value: millis(60_000), source: `${OPTIONS}, BackchannelTimeout: 1 minute` },
  },
  {
    on: 'verifier',
    fact: 'staleOnError',
    setting: null,
    absent: {
      origin: 'platform',
      value: 'unbounded',
      source:
        'Microsoft.IdentityModel 8.2: src/Microsoft.IdentityModel.Protocols/Configuration/ConfigurationManager.cs, the current configuration is kept when a refresh fails',
    },
  },
];

/** A service that signs its own tokens with the secret of the section. */
export const ISSUER_SETTINGS: readonly Setting[] = [
  { on: 'issuer', fact: 'issuer', setting: '<section>:Issuer', absent: null },
  { on: 'issuer', fact: 'audiences', setting: '<section>:Audience', absent: null },
  {
    on: 'issuer',
    fact: 'accessTokenLifetime',
    setting: '<section>:ExpiryMinutes and the like',
    absent: null,
    note: 'Names are up to each project; a number is read when its name holds the unit.',
  },
  {
    on: 'issuer',
    fact: 'refreshTokenLifetime',
    setting: '<section>:RefreshTokenDays and the like',
    absent: null,
    note: 'As above, where the name says refresh.',
  },
];
