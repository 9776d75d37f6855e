import { millis, ZERO } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const MANAGER = 'Microsoft.IdentityModel 8: ConfigurationManager.cs';
const BASE = 'Microsoft.IdentityModel 8: BaseConfigurationManager.cs';
const PARAMETERS = 'Microsoft.IdentityModel 8: TokenValidationParameters.cs';

/** AddJwtBearer of ASP.NET Core with an Authority. */
export const aspnetJwtbearer: Product = {
  id: 'aspnet-jwtbearer',
  title: 'ASP.NET Core JwtBearer',
  checked: {
    package: 'Microsoft.AspNetCore.Authentication.JwtBearer',
    versions: ['9.0.0'],
    from: '9.0.0',
    below: '11.0.0',
    alongside: 'Microsoft.IdentityModel 8.1.2',
  },
  confirmed: 'read in source',
  cacheClass: 'c',
  scope: 'set',
  keyCacheTtl: { value: millis(43_200_000), source: `${BASE}, DefaultAutomaticRefreshInterval: 12 hours` },
  jitter: { value: 0.05, source: `${MANAGER}, up to 5 % of AutomaticRefreshInterval are added` },
  cooldown: { value: millis(300_000), source: `${BASE}, DefaultRefreshInterval: 5 minutes` },
  lastKnownGood: { value: millis(3_600_000), source: `${BASE}, DefaultLastKnownGoodConfigurationLifetime: 1 hour` },
  fetchTimeout: { value: millis(60_000), source: 'ASP.NET Core: JwtBearerOptions.cs, BackchannelTimeout: 1 minute' },
  fetchAttempts: 1,
  staleOnError: { value: 'unbounded', source: `${MANAGER}, the current configuration is kept when a refresh fails` },
  verdictCacheTtl: { value: ZERO, source: 'ASP.NET Core: JwtBearerHandler.cs caches no verdicts' },
  verdictCache: null,
  leeway: { value: millis(300_000), source: `${PARAMETERS}, DefaultClockSkew: 300 s` },
  requiresExp: { value: true, source: `${PARAMETERS}, RequireExpirationTime` },
  settings: {
    keyCacheTtl: 'AutomaticRefreshInterval',
    cooldown: 'RefreshInterval',
    lastKnownGood: 'LastKnownGoodLifetime, 0 where UseLastKnownGoodConfiguration is off',
    fetchTimeout: 'BackchannelTimeout',
    leeway: 'TokenValidationParameters.ClockSkew',
    requiresExp: 'TokenValidationParameters.RequireExpirationTime',
  },
  wouldBeBoundedBy:
    'request_gap in the inventory: the longest time between two requests at a replica, because the first one after the interval is answered from the old set',
  behaviour:
    'Keeps the configuration for twelve hours and up to 5 % more; the request that finds it too old is answered from it, and the refresh runs beside it. For an hour after a refresh a key that vanished is still tried. A token under an unknown kid asks for a refresh, at most every five minutes.',
  whenFetchFails: 'Goes on with the configuration it has until a refresh succeeds.',
};

const BEFORE_9 = 'Microsoft.IdentityModel 7: ConfigurationManager.cs';

/** .NET 8, whose requests wait for the refresh. */
export const aspnetJwtbearer8: Product = {
  ...aspnetJwtbearer,
  checked: {
    package: 'Microsoft.AspNetCore.Authentication.JwtBearer',
    versions: ['8.0.0'],
    from: '8.0.0',
    below: '9.0.0',
    alongside: 'Microsoft.IdentityModel 7.1.2',
  },
  cacheClass: 'g',
  jitter: { value: 0.05, source: `${BEFORE_9}, up to 5 % of AutomaticRefreshInterval are added` },
  staleOnError: { value: 'unbounded', source: `${BEFORE_9}, stale metadata is better than no metadata` },
  wouldBeBoundedBy: null,
  behaviour:
    'Keeps the configuration for twelve hours and up to 5 % more; the request that finds it too old waits for the refresh. For an hour after a refresh a key that vanished is still tried. A token under an unknown kid asks for a refresh, at most every five minutes.',
};
