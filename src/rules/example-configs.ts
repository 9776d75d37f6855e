/** Configuration files of rule examples: real layouts, with only what an example is about made different. */

function indented(text: string, by: number): string {
  return text
    .trim()
    .split('\n')
    .map((line) => `${' '.repeat(by)}${line}\n`)
    .join('');
}

/** Members of a key set entry that leave nothing open. */
const JWKS_ENTRY = `issuers: [https://id.example.com]
audiences: [orders]
algorithms: [ES256]`;

export interface ApolloRouterExample {
  /** Members of the one key set entry beside its address, as YAML without indentation. */
  readonly entry?: string;
  readonly url?: string;
  /** Members of `jwt` beside the key sets. */
  readonly jwt?: string;
  readonly requireAuthentication?: boolean;
}

/** A router.yaml of Apollo Router with one key set. */
export function apolloRouter({
  entry = JWKS_ENTRY,
  url = 'https://id.example.com/jwks.json',
  jwt = '',
  requireAuthentication = true,
}: ApolloRouterExample = {}): string {
  return `authentication:
  router:
    jwt:
${jwt === '' ? '' : indented(jwt, 6)}      jwks:
        - url: ${url}
${indented(entry, 10)}authorization:
  require_authentication: ${requireAuthentication}
`;
}

/** A package-lock.json of a project that asks for the given packages. */
export function npmLock(packages: Readonly<Record<string, string>>): string {
  const root = { name: 'orders', dependencies: packages };
  const installed = Object.entries(packages).map(([name, version]) => [`node_modules/${name}`, { version }]);
  return `${JSON.stringify(
    { name: 'orders', lockfileVersion: 3, packages: { '': root, ...Object.fromEntries(installed) } },
    null,
    2,
  )}\n`;
}
