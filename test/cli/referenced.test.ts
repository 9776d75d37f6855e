import { afterEach, describe, expect, it } from 'vitest';
import { firebreak, folderWith } from './command.ts';
import { routerInventory } from './router-estate.ts';

const ROUTER = `authentication:
  router:
    jwt:
      jwks:
        - url: https://id.acme.test/jwks.json
          poll_interval: 20m
`;

let folder: ReturnType<typeof folderWith>;
afterEach(() => folder.remove());

const run = (command: string, config: string): ReturnType<typeof firebreak> => {
  folder = folderWith({ 'policies/estate.yaml': routerInventory(config), 'deploy/router.yaml': ROUTER });
  return firebreak([command, '--format', 'json'], { cwd: folder.path });
};

describe('a configuration file that an Inventory names', () => {
  it.each(['deploy/router.yaml', '../deploy/router.yaml'])(
    'is read by lint of the policies alone: %s',
    async (config) => {
      const { out } = await run('lint', config);
      const { findings } = JSON.parse(out) as { findings: readonly { rule: string; path: string }[] };
      expect(findings).toContainEqual(
        expect.objectContaining({ rule: 'verifier/audience-unchecked', path: 'deploy/router.yaml' }),
      );
    },
  );

  it('is predicted from', async () => {
    const { out } = await run('predict', '../deploy/router.yaml');
    expect(out).toContain('deploy/router.yaml');
  });

  it.each([
    ['that is not there', 'deploy/gone.yaml', 'there is no file deploy/gone.yaml'],
    ['outside of the working directory', '/etc/hosts', 'is not read'],
    ['above the working directory', '../../router.yaml', 'is not read'],
  ])('%s is told, and is no pass', async (_, config, message) => {
    const { code, out } = await run('lint', config);
    expect(code).toBe(2);
    expect(out).toContain(message);
  });
});

describe('a configuration file that an Inventory names for an issuer', () => {
  const named = (block: string): ReturnType<typeof firebreak> => {
    const text = routerInventory('deploy/router.yaml').replace(
      'access_token_lifetime: 10m',
      `access_token_lifetime: 10m\n      config: [{ file: keycloak/realm.json, name: ${block} }]`,
    );
    const realm = { realm: 'acme', sslRequired: 'external', accessTokenLifespan: 86_400, clients: [] };
    folder = folderWith({
      'policies/estate.yaml': text,
      'deploy/router.yaml': ROUTER,
      'keycloak/realm.json': JSON.stringify({ id: 'acme', enabled: true, ssoSessionMaxLifespan: 86_400, ...realm }),
    });
    return firebreak(['lint', '--format', 'json'], { cwd: folder.path });
  };

  it('is read by lint of the policies alone', async () => {
    const { out } = await named('realm acme');
    const { findings } = JSON.parse(out) as { findings: readonly { rule: string; path: string }[] };
    expect(findings).toContainEqual(
      expect.objectContaining({ rule: 'issuer/access-lifetime', path: 'keycloak/realm.json' }),
    );
  });

  it('must hold the block that is named', async () => {
    const { code, out } = await named('realm acne');
    expect(code).toBe(2);
    expect(out).toContain('configures no issuer \\"realm acne\\"');
  });
});
