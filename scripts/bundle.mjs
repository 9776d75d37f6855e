// Bundles the command, the processes of the lab and the threads that read logs into dist/bin. Start-up is what counts: one chunk per command, loaded
// when it runs.
import { rolldown } from 'rolldown';

// Optional dependencies stay outside: parts of the lab, imported when a lab process starts, and the client of NATS,
// imported when agents are asked for.
const OPTIONAL = [
  /^oidc-provider/,
  /^jsonwebtoken/,
  /^jwks-rsa/,
  /^express/,
  /^fast-jwt/,
  /^get-jwks/,
  /^aws-jwt-verify/,
  /^hono/,
  /^passport/,
  /^@nats-io\//,
  /^oauth4webapi/,
];

const bundle = await rolldown({
  input: {
    firebreak: 'src/cli/main.ts',
    'lab-process': 'src/lab/process.ts',
    'log-thread': 'src/cli/log-thread.ts',
  },
  platform: 'node',
  external: OPTIONAL,
});
await bundle.write({ dir: 'dist/bin', format: 'esm', chunkFileNames: 'chunks/[name]-[hash].js', sourcemap: false });
await bundle.close();
