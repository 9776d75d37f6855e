// The allowed directions of imports, as data. docs: ARCHITECTURE.md. Everything not listed fails the build.
const MAY_IMPORT = {
  model: [],
  token: ['model'],
  source: ['model'],
  predict: ['model'],
  report: ['model'],
  system: ['model'],
  policy: ['source', 'model'],
  adapters: ['source', 'token', 'predict', 'model'],
  audit: ['token', 'source', 'predict', 'model'],
  logs: ['policy', 'source', 'token', 'model'],
  rules: ['predict', 'model'],
  lint: ['rules', 'adapters', 'audit', 'policy', 'predict', 'source', 'token', 'model'],
  diff: ['policy', 'source', 'model'],
  witness: ['diff', 'model'],
  gate: ['policy', 'source', 'model'],
  infer: ['lint', 'rules', 'adapters', 'audit', 'policy', 'source', 'model'],
  drill: ['policy', 'predict', 'token', 'model'],
  render: ['policy', 'token', 'model'],
  lab: ['token', 'system', 'model'],
  cli: [
    'model',
    'token',
    'source',
    'predict',
    'report',
    'system',
    'policy',
    'adapters',
    'rules',
    'audit',
    'logs',
    'lint',
    'gate',
    'infer',
    'drill',
    'diff',
    'witness',
    'render',
    'lab',
  ],
};

const NPM = {
  jose: ['token', 'witness', 'lab'],
  yaml: ['source'],
  'toml-eslint-parser': ['source'],
  ajv: ['policy'],
  'simple-git': ['system'],
  execa: ['system'],
  commander: ['cli'],
  picocolors: ['report', 'cli'],
};

const folder = (name) => `^src/${name}/`;

export default {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: { path: '^src' }, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: {
        orphan: true,
        path: '^src',
        pathNot: '^src/(index|source/eslint\\.d|lab/verifiers/.+|lab/[a-z-]+-process)\\.ts$',
      },
      to: {},
    },
    ...Object.entries(MAY_IMPORT).map(([name, allowed]) => ({
      name: `${name}-imports`,
      severity: 'error',
      from: { path: folder(name) },
      to: { path: '^src/', pathNot: [folder(name), ...allowed.map(folder)] },
    })),
    {
      name: 'rule-imports-rule',
      severity: 'error',
      from: { path: '^src/rules/[^/]+/[^/]+\\.ts$' },
      to: { path: '^src/rules/[^/]+/[^/]+\\.ts$' },
    },
    {
      name: 'adapter-imports-adapter',
      severity: 'error',
      from: { path: '^src/adapters/([^/]+)/' },
      to: { path: '^src/adapters/[^/]+/', pathNot: '^src/adapters/$1/' },
    },
    {
      name: 'node-builtins-only-at-the-edge',
      severity: 'error',
      from: { path: '^src', pathNot: '^src/(system|cli|lab|witness)/' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|buffer)$' },
    },
    ...Object.entries(NPM).map(([name, allowed]) => ({
      name: `npm-${name}`,
      severity: 'error',
      from: { path: '^src', pathNot: allowed.map(folder) },
      to: { path: `node_modules/${name}/` },
    })),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
