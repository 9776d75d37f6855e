import { expect, it } from 'vitest';
import { readConfigFile } from '../../src/adapters/read-config.ts';

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
