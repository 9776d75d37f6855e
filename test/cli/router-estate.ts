/** An inventory whose one verifier is configured by a file, as commands that follow such references see it. */
export const routerInventory = (config: string): string => `apiVersion: firebreak.dev/v1alpha1
kind: Inventory
metadata: { name: estate, owner: '@team' }
spec:
  environments: [{ name: prod, class: prod, allow: ['*.acme.test'] }]
  issuers:
    - name: main
      issuer: https://id.acme.test
      environment: prod
      jwks_uri: https://id.acme.test/jwks.json
      time_to_act: 1m
      replica_convergence: 0s
      jwks_http: { max_age: 0s }
      access_token_lifetime: 10m
  verifiers:
    - name: graph
      environment: prod
      issuer: main
      config: [{ file: ${config} }]
`;
