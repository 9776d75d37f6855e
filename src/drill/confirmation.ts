import type { Environment } from '../model/inventory.ts';
import type { Location } from '../model/location.ts';
import { UserError } from '../model/failure.ts';

/** Whether an environment is one whose users notice: nothing is changed there before somebody has typed a name. */
export function needsConfirmation({ class: environmentClass }: Pick<Environment, 'class'>): boolean {
  return environmentClass === 'staging' || environmentClass === 'prod';
}

/**
 * What must be typed to go on, and what was.
 *
 * @throws UserError drill/confirmation-needed
 */
export function checkConfirmed(
  environment: Environment,
  { typed, name, at }: { readonly typed: string | null; readonly name: string; readonly at: Location | null },
): void {
  if (typed === name) return;
  throw new UserError(
    'drill/confirmation-needed',
    `environment "${environment.name}" is of class ${environment.class}: ${name === environment.name ? 'its name' : `"${name}"`} must be confirmed`,
    { hint: `--confirm ${name}`, at },
  );
}
