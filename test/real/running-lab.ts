import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabDescription } from '../../src/model/lab.ts';
import { start } from '../cli/command.ts';

export interface RunningLab {
  readonly lab: LabDescription;
  /** Secret of a client of the issuer. */
  readonly secretOf: (client: string) => Promise<string>;
  readonly stop: () => Promise<void>;
}

/** Starts the lab that an inventory in a folder describes, for products that need its addresses before they start. */
export async function startLabIn(folder: string, inventory: string): Promise<RunningLab> {
  const running = start(['lab', 'up', '--inventory', inventory], { cwd: folder });
  await running.sees('lab is ready');
  const lab = JSON.parse(readFileSync(join(folder, '.firebreak/lab.json'), 'utf8')) as LabDescription;
  return {
    lab,
    secretOf: async (client) => {
      const answer = await fetch(`${lab.admin.url}/clients`, {
        headers: { authorization: `Bearer ${lab.admin.secret}` },
      });
      const { clients } = (await answer.json()) as { clients: { client_id: string; client_secret: string }[] };
      const found = clients.find(({ client_id }) => client_id === client);
      if (found === undefined) throw new Error(`the lab has no client ${client}`);
      return found.client_secret;
    },
    stop: async () => {
      running.child.kill('SIGTERM');
      await running.outcome;
    },
  };
}
