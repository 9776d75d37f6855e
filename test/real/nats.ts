import { generateKeyPairSync } from 'node:crypto';
import type { KeyPairKeyObjectResult } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startProduct } from './products.ts';

export interface RunningNats {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** A NATS server with JetStream on loopback, its store in a folder of its own. */
export async function startNats(settings = ''): Promise<RunningNats> {
  const folder = mkdtempSync(join(tmpdir(), 'firebreak-nats-'));
  const port = await freePort();
  const file = join(folder, 'nats.conf');
  writeFileSync(file, `listen: "127.0.0.1:${port}"\njetstream { store_dir: "${folder}/js" }\n${settings}`);
  const server = await startProduct('nats', ['-c', file], port);
  return {
    url: `nats://127.0.0.1:${port}`,
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Both halves of a key in PEM. */
export interface KeyTexts {
  readonly private: string;
  readonly public: string;
}

export function makeKey(kind: 'plan' | 'agent'): KeyTexts {
  const pair: KeyPairKeyObjectResult =
    kind === 'plan' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    private: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    public: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}
