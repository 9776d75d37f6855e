import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firebreak, folderWith } from '../cli/command.ts';
import { bootstrap } from './envoy-bootstrap.ts';
import type { Listening, Started } from './products.ts';
import { PRODUCTS, freePort, outcomeOf, serve, startProduct, statusOf, titleOf } from './products.ts';
import type { Cases } from './revoked-tokens.ts';
import { AFTER_ALL, ELSEWHERE, HERE, NOW, makeCases, revocations } from './revoked-tokens.ts';

describe.skipIf(PRODUCTS.envoy === null)(titleOf('envoy', 'Envoy with what render wrote'), () => {
  let folder: ReturnType<typeof folderWith>;
  const file = (name: string): string => join(folder.path, name);
  let upstream: Listening;
  let issuers: Listening;
  let product: Started;
  let port: number;
  let told: Cases;

  beforeAll(async () => {
    told = await makeCases();
    upstream = await serve((_, response) => response.end('reached'));
    issuers = await serve((asked, response) =>
      response.end(JSON.stringify(asked.url === '/here' ? told.jwks.here : told.jwks.elsewhere)),
    );
    folder = folderWith({
      'revocations.yaml': revocations({ exotic: true }),
      'policy.yaml': policy(`http://127.0.0.1:${issuers.port}`),
    });
    ({ product, port } = await startWith(NOW, 'envoy'));
  });

  /** Renders as of an instant, and starts the product with that. */
  async function startWith(now: string, name: string): Promise<{ readonly product: Started; readonly port: number }> {
    const filters = await firebreak(['render', 'envoy', '.', '--policy', 'orders', '--now', now], { cwd: folder.path });
    const deny = await firebreak(['render', 'envoy', '.', '--now', now], { cwd: folder.path });
    expect([filters.code, deny.code]).toEqual([0, 0]);
    const listens = await freePort();
    writeFileSync(file(`${name}.yaml`), bootstrap(filters.out, deny.out, { port: listens, upstream: upstream.port }));
    const args = ['-c', file(`${name}.yaml`), '--use-dynamic-base-id', '--concurrency', '1'];
    return { product: await startProduct('envoy', args, listens), port: listens };
  }

  afterAll(async () => {
    await product?.stop();
    await Promise.all([upstream?.close(), issuers?.close()]);
    folder?.remove();
  });

  it('is taken by its validator', () => {
    const { code, said } = outcomeOf('envoy', [
      '--mode',
      'validate',
      '-c',
      file('envoy.yaml'),
      '--use-dynamic-base-id',
    ]);
    expect(said).toContain('OK');
    expect(code).toBe(0);
  });

  it('refuses what is revoked and nothing else', async () => {
    const wrong = [];
    for (const { name, headers, refused } of [...told.cases, ...told.tricks, told.exotic]) {
      const status = await statusOf(port, headers);
      if (refused ? status !== 401 && status !== 403 : status !== 200) wrong.push(`${name}: ${status}`);
    }
    expect(wrong).toEqual([]);
  });

  it('refuses by the revocation, not by the signature, what is sound otherwise', async () => {
    const sound = [...told.cases, ...told.tricks].filter(
      ({ name, refused }) => refused && /^a(?:n old)? (?:revoked|token|jti)/.test(name),
    );
    const statuses = await Promise.all(sound.map(({ headers }) => statusOf(port, headers)));
    const others = sound.filter((_, index) => statuses[index] !== 403).map(({ name }) => name);
    // These never get past the filter that verifies.
    expect(others).toEqual([
      'a revoked token in lower-case bearer',
      'a revoked token with padding',
      'a revoked token with a comma behind it',
      'a revoked token with one more part',
      'a revoked token with two more parts',
      'a revoked token under DPoP',
      'a revoked token without scheme',
    ]);
  });

  it('asks for a token', async () => {
    for (const { headers } of told.withoutJwt) expect(await statusOf(port, headers)).toBe(401);
  });

  it('refuses nothing that it can verify once every revocation has ended', async () => {
    const later = await startWith(AFTER_ALL, 'later');
    const statuses = await Promise.all(told.cases.map(({ headers }) => statusOf(later.port, headers)));
    await later.product.stop();
    expect([...new Set(statuses)]).toEqual([200]);
  });
});

function policy(jwks: string): string {
  return JSON.stringify({
    apiVersion: 'firebreak.dev/v1alpha1',
    kind: 'TokenPolicy',
    metadata: { name: 'orders' },
    spec: {
      issuers: [
        { issuer: HERE, jwks_uri: `${jwks}/here` },
        { issuer: ELSEWHERE, jwks_uri: `${jwks}/elsewhere` },
      ],
      // The tokens of the test outlive every run of it.
      tokens: { access_token: { algorithms: ['ES256'], audiences: ['orders'], lifetime: { max: '40000d' } } },
    },
  });
}
