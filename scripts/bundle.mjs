// Bundles the command, the processes of the lab and the threads that read logs into dist/bin. Start-up is what counts: one chunk per command, loaded
// when it runs.
import { rolldown } from 'rolldown';

// Parts of the lab are optional dependencies: they stay outside and are imported when a lab process starts.
const LAB_ONLY = [
  /^oidc-provider/,
  /^jsonwebtoken/,
  /^jwks-rsa/,
  /^express/,
  /^fast-jwt/,
  /^get-jwks/,
  /^aws-jwt-verify/,
  /^hono/,
  /^passport/,
];

const bundle = await rolldown({
  input: {
    firebreak: 'src/cli/main.ts',
    'lab-process': 'src/lab/process.ts',
    'log-thread': 'src/cli/log-thread.ts',
  },
  platform: 'node',
  external: LAB_ONLY,
});
await bundle.write({ dir: 'dist/bin', format: 'esm', chunkFileNames: 'chunks/[name]-[hash].js', sourcemap: false });
await bundle.close();
