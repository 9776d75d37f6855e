/** What readiness and runbooks are made from. */
import { UserError } from '../model/failure.ts';
import type { GateConfig } from '../model/gate.ts';
import { CONFIG_FILE, readGateConfig } from '../policy/read-gate-config.ts';
import type { RunbookInput } from '../readiness/runbook.ts';
import { decodeText } from '../source/decode.ts';
import { systemFiles } from '../system/files.ts';
import { loadEstate } from './load-estate.ts';
import { readNow } from './load.ts';

/**
 * Reads the documents, the recorded drills and who may approve.
 *
 * @throws UserError usage/no-input, document/invalid, document/not-found, file/*
 */
export async function loadReadiness(
  paths: readonly string[],
  { now, environment }: { readonly now?: string; readonly environment?: string },
): Promise<RunbookInput> {
  const { policies, inventories, drills, predictions, drillResults } = await loadEstate(paths, readNow(now));
  if (predictions.length === 0) {
    throw new UserError('usage/no-input', 'there is no verifier that could be asked about', {
      hint: 'name an Inventory or the configuration files of verifiers; firebreak init writes an Inventory',
    });
  }
  const known = [...new Set(predictions.map((prediction) => prediction.environment))].toSorted();
  if (environment !== undefined && !known.includes(environment)) {
    throw new UserError('document/not-found', `no verifier is in environment "${environment}"`, {
      hint: `choose one of ${known.join(', ')}`,
    });
  }
  const isWanted = (each: { readonly environment: string }): boolean =>
    environment === undefined || each.environment === environment;
  return {
    policies,
    inventories,
    drills: drills.filter(isWanted),
    predictions: predictions.filter(isWanted),
    results: drillResults,
    approvals: await readApprovals(),
  };
}

async function readApprovals(): Promise<GateConfig['approvals'] | null> {
  if (!(await systemFiles.exists(CONFIG_FILE))) return null;
  const text = decodeText(CONFIG_FILE, await systemFiles.readBytes(CONFIG_FILE));
  const { config, problems } = readGateConfig(CONFIG_FILE, text);
  if (problems.length > 0) throw new UserError('document/invalid', `${CONFIG_FILE} has faults`, { problems });
  return config.approvals;
}
