import { expect, it } from 'vitest';
import { lint } from '../../src/lint/lint.ts';
import { readEstate } from '../../src/lint/read-whole.ts';
import { paint } from '../../src/report/color.ts';
import { lintPretty } from '../../src/report/pretty.ts';
import { joinSubjects, readConfigFile } from '../../src/adapters/read-config.ts';

function many(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join('');
}

const guarded = 'server {\nlisten 80;\nlocation / { auth_jwt x; auth_jwt_require $z; } }\n';

it.each([
  [
    'locations',
    'nginx.conf',
    `server {\n auth_jwt_key_request /k;\n${many(10_000, (i) => `location /${i} { auth_jwt x; }\n`)}}`,
  ],
  ['maps that name each other', 'nginx.conf', `map "$z$y" $y { 11 1; }\nmap "$y$z" $z { 11 1; }\n${guarded}`],
  [
    'uses of one map',
    'nginx.conf',
    `map "${'$y'.repeat(2000)}" $y { 1 1; }\nmap "${'$y'.repeat(300)}" $z { 1 1; }\n${guarded}`,
  ],
  [
    'sections',
    'httpd.conf',
    `OIDCClientID x\n${many(10_000, (i) => `<Location /${i}>\nAuthType oauth20\n</Location>\n`)}`,
  ],
  ['sections inside each other', 'httpd.conf', `OIDCClientID x\n${'<IfModule x>\n'.repeat(50_000)}`],
  ['resource servers', 'rabbitmq.conf', many(20_000, (i) => `auth_oauth2.resource_servers.${i}.id = a\n`)],
])('a file with thousands of %s is read within seconds', { timeout: 60_000 }, (_, file, text) => {
  const started = performance.now();
  expect(readConfigFile(file, text).recognised).toBe(true);
  expect(performance.now() - started).toBeLessThan(20_000);
});

it.each([
  [
    'policies of one namespace',
    'policies.yaml',
    (index: number) =>
      `apiVersion: security.istio.io/v1\nkind: RequestAuthentication\nmetadata: { name: a${index}, namespace: shop }\nspec: { jwtRules: [{ issuer: 'https://id.example.com' }] }\n---\napiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: { name: b${index}, namespace: shop }\nspec: { action: ALLOW, rules: [{ from: [{ source: { requestPrincipals: ['*'] } }] }] }\n`,
  ],
  [
    'applications',
    'application.properties',
    (index: number) => `spring.security.oauth2.resourceserver.jwt.issuer-uri=https://id${index}.example.com\n`,
  ],
])('a run with thousands of %s is joined', { timeout: 60_000 }, (_, file, text) => {
  const subjects = Array.from({ length: 5_000 }, (_unused, index) =>
    readConfigFile(`app${index}/${file}`, text(index)),
  ).flatMap((reading) => reading.subjects);
  expect(joinSubjects(subjects)).toHaveLength(subjects.length);
});

it.each([
  [
    'plugins and consumers',
    'kong.yaml',
    `_format_version: '3.0'\nservices:\n${many(2_000, (i) => `- { name: s${i}, url: 'http://a', plugins: [{ name: jwt }] }\n`)}consumers:\n${many(2_000, (i) => `- { username: u${i}, jwt_secrets: [{ key: k${i}, secret: secret-of-number-${i} }] }\n`)}`,
  ],
  [
    'tenants',
    'application.properties',
    many(
      6_000,
      (i) => `quarkus.oidc.t${i}.auth-server-url=https://id${i}.example.com\nquarkus.oidc.t${i}.client-id=a\n`,
    ),
  ],
])('a file with thousands of %s is read and judged', { timeout: 60_000 }, (_, file, text) => {
  const read = readEstate([{ file, text }], { now: 0 });
  const result = lint(read);
  expect(read.estate.configs.length).toBeGreaterThanOrEqual(2_000);
  expect(lintPretty(result, { texts: read.texts, color: paint(false), quiet: false })).toContain(file);
});
