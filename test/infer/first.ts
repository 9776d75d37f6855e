import type { FirstDocuments } from '../../src/infer/first-documents.ts';
import { firstDocuments } from '../../src/infer/first-documents.ts';
import { lint } from '../../src/lint/lint.ts';
import type { EstateInput } from '../../src/lint/read-estate.ts';
import { readEstate } from '../../src/lint/read-whole.ts';
import type { LintResult } from '../../src/model/finding.ts';

const NOW = Date.UTC(2026, 5, 1);

export const first = (...files: readonly EstateInput[]): FirstDocuments | null =>
  firstDocuments({ files, histories: [], owner: '@identity', now: NOW, beside: {} });

export const needed = (...files: readonly EstateInput[]): FirstDocuments => {
  const found = first(...files);
  if (found === null) throw new Error('nothing was inferred');
  return found;
};

export const policiesOf = ({ files }: FirstDocuments): string => files['policies/token-policy.yaml'] ?? '';
export const inventoryOf = ({ files }: FirstDocuments): string => files['policies/inventory.yaml'] ?? '';
export const waiversOf = ({ files }: FirstDocuments): string => files['policies/waivers.yaml'] ?? '';

/** What lint of the written documents and their sources says. */
export function linted(documents: FirstDocuments, sources: readonly EstateInput[], now = NOW): LintResult {
  const written = Object.entries(documents.files).map(([file, text]) => ({ file, text, named: true }));
  const named = sources.filter(
    ({ file }) =>
      inventoryOf(documents).includes(`file: ${JSON.stringify(file)}`) ||
      inventoryOf(documents).includes(`file: ${file}\n`),
  );
  return lint(readEstate([...written, ...named], { now }));
}

export const failing = ({ findings, errors }: LintResult): readonly string[] => [
  ...errors.map(({ message }) => message),
  // What is unknown is said until somebody fills it in.
  ...findings
    .filter(({ severity, rule }) => severity !== 'info' && rule !== 'policy/slo-unknown')
    .map(({ rule, message }) => `${rule}: ${message}`),
];

export const realm = (more: object): EstateInput => ({
  file: 'keycloak/realm.json',
  text: JSON.stringify({
    id: 'shop',
    realm: 'shop',
    enabled: true,
    sslRequired: 'external',
    accessTokenLifespan: 300,
    revokeRefreshToken: true,
    refreshTokenMaxReuse: 0,
    ssoSessionIdleTimeout: 1800,
    ssoSessionMaxLifespan: 36_000,
    clients: [],
    ...more,
  }),
});

export const gateway = (issuers: readonly string[]): EstateInput => ({
  file: 'envoy.json',
  text: JSON.stringify({
    name: 'envoy.filters.http.jwt_authn',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication',
      providers: Object.fromEntries(
        issuers.map((issuer, index) => [
          `p${index}`,
          {
            issuer,
            audiences: [`api-${index}`],
            remote_jwks: {
              http_uri: { uri: `https://id${index}.example.com/jwks`, cluster: 'c', timeout: '1s' },
              cache_duration: '60s',
            },
          },
        ]),
      ),
      rules: [{ match: { prefix: '/' }, requires: { provider_name: 'p0' } }],
    },
  }),
});
