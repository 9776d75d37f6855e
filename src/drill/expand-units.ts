/** Units for every address behind a name: what is looked at one by one cannot hide behind a balancer. */
import type { AddressCoverage } from '../model/drill.ts';
import { UserError } from '../model/failure.ts';
import type { AddressDeclaration } from '../model/inventory.ts';
import type { Plan, PlannedUnit } from './plan.ts';
import { checkBudget } from './plan.ts';

/** Finds the addresses of a verifier for one of its routes. @throws UserError drill/no-address */
export type FindAddresses = (declared: AddressDeclaration, url: string) => Promise<readonly string[]>;

/**
 * The plan with a unit for each address of verifiers that declare where their addresses are found.
 *
 * @throws UserError drill/no-address where there is none, drill/over-budget when they are too many
 */
export async function expandUnits(plan: Plan, find: FindAddresses): Promise<Plan> {
  const units: PlannedUnit[] = [];
  const coverage: AddressCoverage[] = [];
  for (const unit of plan.units) {
    if (unit.addresses === undefined) {
      units.push(unit);
      continue;
    }
    const found = await find(unit.addresses, unit.url);
    if (found.length === 0) {
      throw new UserError('drill/no-address', `no address of ${unit.id} was found`, {
        hint: 'check addresses of the verifier in the inventory; kubectl and names must work from here',
        at: unit.addresses.at,
      });
    }
    for (const address of found) units.push({ ...unit, id: idAt(unit, address), address });
    coverage.push({ unit: unit.id, expected: unit.addresses.expected, found: found.length });
  }
  if (coverage.length === 0) return plan;
  return { ...plan, units, coverage, load: checkBudget(plan.drill, units.length) };
}

/** An agent is named last. */
function idAt({ id, vantage }: PlannedUnit, address: string): string {
  const end = vantage === undefined ? '' : `@${vantage}`;
  return `${id.slice(0, id.length - end.length)}/${address}${end}`;
}
