import { describe, expect, it } from 'vitest';
import { joinSubjects, readConfigFile } from '../../src/adapters/read-config.ts';
import { factsText, fixtureText } from './fixtures.ts';

/** What fixtures of one adapter say together, without the subjects of the first file. */
function together(id: string, ...files: readonly string[]): string {
  const subjects = joinSubjects(files.flatMap((file) => readConfigFile(file, fixtureText(id, file)).subjects));
  return factsText(subjects.filter(({ file }) => file !== files[0]));
}

describe('settings of one environment', () => {
  it('are laid over those of all', () => {
    expect(together('aspnet', 'jwt/appsettings.json', 'jwt/appsettings.Staging.json')).toMatchInlineSnapshot(`
      "issuer "section Jwt" [Staging] jwt/appsettings.Staging.json:2:3
        accessTokenLifetime: 15m explicit (6:27)
        audiences: ["shop-app"] explicit (5:17)
        issuer: "https://shop.staging.example.com" explicit (4:15)
        refreshTokenLifetime: 30d explicit (8:35)

      verifier "section Jwt" [Staging] jwt/appsettings.Staging.json:2:3
        product: static-keys
        audiences: ["shop-app"] explicit (5:17)
        expVerified: true default
        issuers: ["https://shop.staging.example.com"] explicit (4:15)
        keySource: "shared-secret" explicit (3:12)
        leeway: 10m explicit (9:25)
        requiresExp: true default
        secret: hmac literal 40 octets (3:12)
      "
    `);
  });

  it('count with a base that names what they leave out', () => {
    expect(together('aspnet', 'jwt/appsettings.json', 'jwt/appsettings.Production.json')).toMatchInlineSnapshot(`
      "verifier "section Jwt" [Production] jwt/appsettings.Production.json:2:3
        product: static-keys
        audiences: ["shop-app"] explicit (6:17)
        expVerified: true default
        issuers: ["https://shop.example.com"] explicit (5:15)
        keySource: "shared-secret" explicit (3:12)
        leeway: 10m explicit (9:25)
        requiresExp: true default
      "
    `);
  });

  it('do not bring the defaults of what they leave out', () => {
    expect(together('aspnet', 'schemes/appsettings.json', 'schemes/appsettings.Development.json'))
      .toMatchInlineSnapshot(`
      "verifier "section Authentication:Schemes:Bearer" [Development] schemes/appsettings.Development.json:5:7
        product: aspnet-jwtbearer
        algorithms: "any" default
        audiences: ["http://localhost:5137","https://localhost:7137"] explicit (7:28)
        cooldown: 5m default
        discoveryUrl: "https://id.example.com/realms/shop/.well-known/openid-configuration" derived (9:22)
        expVerified: true default
        fetchTimeout: 1m default
        issuers: ["dotnet-user-jwts"] explicit (6:24)
        keyCacheTtl: 12h default
        keySource: "discovery" explicit (8:7)
        leeway: 5m default
        refetchOnUnknownKid: "throttled" default
        requiresExp: true default
        staleOnError: unbounded platform
        tlsVerified: true default
        secret: hmac literal 32 octets (9:70)
      "
    `);
  });
});

describe('settings of an access rule', () => {
  it('are laid over the configuration', () => {
    expect(together('ory-oathkeeper', 'edge/oathkeeper.yaml', 'edge/rules.json')).toMatchInlineSnapshot(`
      "route "rule orders" edge/rules.json:2:3
        methods: ["GET","POST"] explicit (4:80)
        paths: ["/orders/<.*>"] explicit (4:23)
        requirement: "required" explicit (5:23)

      route "rule billing" edge/rules.json:9:3
        methods: ["GET"] explicit (11:74)
        paths: ["/billing/<**>"] explicit (11:23)
        requirement: "required" explicit (12:23)

      verifier "rule billing jwt" edge/rules.json:13:7
        product: ory-oathkeeper
        algorithms: ["ES256"] explicit (12:27)
        audiences: ["billing"] explicit (13:58)
        fetchTimeout: 15s platform
        issuers: ["https://id.example.com"] explicit (10:24)
        jwksUri: "https://id.example.com/.well-known/jwks.json" explicit (9:18)
        keyCacheTtl: 1m explicit (13:17)
        keySource: "jwks" explicit (9:18)
        leeway: 0s platform
        queryTokenAccepted: false default
        refetchOnUnknownKid: "unthrottled" platform
        requiresExp: false platform
        staleOnError: unbounded platform
      "
    `);
  });
});
