import { join } from 'node:path';
import { labConfigFromInventory } from '../lab/config.ts';
import { startLab } from '../lab/start.ts';
import type { Inventory } from '../model/inventory.ts';
import type { LabDescription, LabHandle } from '../model/lab.ts';
import { systemFiles } from '../system/files.ts';
import { isSameProcess } from '../system/processes.ts';
import { packageRoot } from './package-root.ts';

/** Where `lab up` says how to reach it. */
export function labStateFile(stateDir: string): string {
  return join(stateDir, 'lab.json');
}

/** The lab that `lab up` runs for this state folder; null when none does. */
export async function findRunningLab(stateDir: string): Promise<LabDescription | null> {
  const file = labStateFile(stateDir);
  if (!(await systemFiles.exists(file))) return null;
  const description = JSON.parse(new TextDecoder().decode(await systemFiles.readBytes(file))) as LabDescription;
  return (await isSameProcess(description.pid, description.startedAt)) ? description : null;
}

/** Starts a lab as part of this process. @throws UserError lab/* */
export function startLabFor(
  inventory: Inventory,
  options: { readonly port: number | 'any'; readonly useDefaults: boolean; readonly stateDir: string },
): Promise<LabHandle> {
  return startLab({
    config: labConfigFromInventory(inventory, options.useDefaults),
    processFile: join(packageRoot(), 'dist', 'bin', 'lab-process.js'),
    port: options.port,
    settings: join(options.stateDir, 'lab', 'settings.git'),
  });
}
