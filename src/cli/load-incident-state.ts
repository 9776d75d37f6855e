import type { Incident } from '../model/incident.ts';
import type { IncidentState } from '../model/incident-state.ts';
import { UserError } from '../model/failure.ts';
import { incidentState } from '../incident/state.ts';
import { readAllRecords } from './incident-folder.ts';
import type { LoadedPlan } from './incident-plan-file.ts';
import { loadContainmentPlan } from './incident-plan-file.ts';
import type { SituationOptions } from './incident-situation.ts';
import { loadNamedIncident, loadSituation, storedFindings } from './incident-situation.ts';

/** Where an incident stands now. @throws UserError document/*, usage/no-input */
export async function loadIncidentState(
  named: string | undefined,
  options: SituationOptions & { readonly plan?: string },
  now: number,
): Promise<{ readonly state: IncidentState; readonly incident: Incident; readonly folder: string }> {
  const { incident, folder } = await loadNamedIncident(named);
  const plan = await loadContainmentPlanIfAny({ folder, name: incident.name }, options.plan);
  const place = plan === null ? {} : { environment: plan.plan.environment, inventory: plan.plan.inventory };
  const { inventory } = await loadSituation(named, { ...options, ...place });
  const state = incidentState({
    incident,
    plan: plan?.plan ?? null,
    records: await readAllRecords(folder),
    verifiers: inventory.verifiers,
    ...(await storedFindings(folder)),
    now,
  });
  return { state, incident, folder };
}

/** The plan of an incident; null where none was made. @throws UserError document/* */
export async function loadContainmentPlanIfAny(
  incident: { readonly folder: string; readonly name: string },
  given: string | undefined,
): Promise<LoadedPlan | null> {
  try {
    return await loadContainmentPlan(incident, given);
  } catch (error) {
    if (given === undefined && error instanceof UserError && error.code === 'document/not-found') return null;
    throw error;
  }
}
