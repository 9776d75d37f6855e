import { defineConfig } from 'rolldown';

// Lab parts are optional dependencies: they stay outside the bundle and are imported when a lab process starts.
const LAB_ONLY = [
  /^oidc-provider/,
  /^jsonwebtoken/,
  /^jwks-rsa/,
  /^express/,
  /^fast-jwt/,
  /^get-jwks/,
  /^aws-jwt-verify/,
  /^hono/,
  /^@hono\//,
  /^passport/,
];

export default defineConfig({
  input: { firebreak: 'src/cli/main.ts', 'lab-process': 'src/lab/process.ts' },
  platform: 'node',
  external: LAB_ONLY,
  output: {
    dir: 'dist/bin',
    format: 'esm',
    chunkFileNames: 'chunks/[name]-[hash].js',
    minify: false,
    sourcemap: false,
  },
});
