import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import { UserError } from '../../model/failure.ts';
import type { Io } from '../io.ts';
import { packageRoot } from '../package-root.ts';

const FILES: Readonly<Record<string, string>> = {
  TokenPolicy: 'schema/v1alpha1/token-policy.json',
  Inventory: 'schema/v1alpha1/inventory.json',
  Drill: 'schema/v1alpha1/drill.json',
  Waiver: 'schema/v1alpha1/waiver.json',
  Baseline: 'schema/v1alpha1/baseline.json',
  TokenTest: 'schema/v1alpha1/token-test.json',
  ChangeApproval: 'schema/v1alpha1/change-approval.json',
  'firebreak.yaml': 'schema/v1alpha1/config.json',
  Guardrail: 'schema/v1alpha1/guardrail.json',
  Revocation: 'schema/v1alpha1/revocation.json',
  Incident: 'schema/v1alpha1/incident.json',
  ContainmentPlan: 'schema/v1alpha1/containment-plan.json',
  lint: 'schema/output/lint.json',
  predict: 'schema/output/predict.json',
  diff: 'schema/output/diff.json',
  replay: 'schema/output/replay.json',
  'drill-result': 'schema/output/drill-result.json',
  'drill-history': 'schema/output/drill-history.json',
  'drill-verification': 'schema/output/drill-verification.json',
  revocations: 'schema/output/revocations.json',
  'incident-scope': 'schema/output/incident-scope.json',
  'incident-plan': 'schema/output/incident-plan.json',
  'incident-contain': 'schema/output/incident-contain.json',
  'incident-verify': 'schema/output/incident-verify.json',
  'incident-postmortem': 'schema/output/incident-postmortem.json',
  'incident-close': 'schema/output/incident-close.json',
  'incident-strengthen': 'schema/output/incident-strengthen.json',
  'incident-journal': 'schema/output/incident-journal.json',
  readiness: 'schema/output/readiness.json',
};

/** `firebreak schema KIND`: prints the JSON Schema of a document kind or of a JSON output. */
export async function runSchema(io: Io, [kind = '']: readonly string[]): Promise<ExitCode> {
  const file = FILES[kind];
  if (file === undefined) {
    throw new UserError('usage/bad-argument', `there is no schema "${kind}"`, {
      hint: `choose one of ${Object.keys(FILES).join(', ')}`,
    });
  }
  io.out(readFileSync(join(packageRoot(), file), 'utf8'));
  return EXIT.done;
}
