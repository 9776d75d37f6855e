import type { ActionCall } from '../../model/drill.ts';
import { UserError } from '../../model/failure.ts';
import type { SecretReference } from '../../model/machine.ts';

/** A value of `with` and where it stands, for messages. */
export interface Argument {
  readonly value: unknown;
  /** `with.undo.url` */
  readonly where: string;
  readonly call: ActionCall;
}

/** One member of `with`. */
export function argumentOf(call: ActionCall, name: string): Argument {
  return { value: call.with[name], where: `with.${name}`, call };
}

/** A member of a mapping. */
export function memberOf({ value, where, call }: Argument, name: string): Argument {
  return { value: isMapping(value) ? value[name] : undefined, where: `${where}.${name}`, call };
}

export function isGiven({ value }: Argument): boolean {
  return value !== undefined && value !== null;
}

/** @throws UserError document/invalid */
export function textOf(argument: Argument): string {
  if (typeof argument.value === 'string' && argument.value !== '') return argument.value;
  throw wrong(argument, 'a text');
}

export function textOr(argument: Argument, fallback: string): string {
  return isGiven(argument) ? textOf(argument) : fallback;
}

export function optionalText(argument: Argument): string | null {
  return isGiven(argument) ? textOf(argument) : null;
}

/** @throws UserError document/invalid */
export function choiceOf<T extends string>(argument: Argument, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === argument.value);
  if (found === undefined) throw wrong(argument, `one of ${choices.join(', ')}`);
  return found;
}

/** A list of texts with at least one. @throws UserError document/invalid */
export function textsOf(argument: Argument): readonly string[] {
  const { value } = argument;
  if (Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string')) return value;
  throw wrong(argument, 'a list of texts');
}

/** HTTP statuses. @throws UserError document/invalid */
export function statusesOr(argument: Argument, fallback: readonly number[]): readonly number[] {
  const { value } = argument;
  if (value === undefined) return fallback;
  if (Array.isArray(value) && value.length > 0 && value.every((each) => Number.isInteger(each))) {
    return value.map(Number);
  }
  throw wrong(argument, 'a list of HTTP statuses');
}

/** Where a secret is: `{ env: NAME }` or `{ file: PATH }`; a literal one is refused. @throws UserError document/invalid */
export function secretOf(argument: Argument): SecretReference {
  const env = memberOf(argument, 'env');
  const file = memberOf(argument, 'file');
  if (isGiven(env) && !isGiven(file)) return { env: textOf(env) };
  if (isGiven(file) && !isGiven(env)) return { file: textOf(file) };
  throw new UserError('document/invalid', `${argument.where} must say where the secret is`, {
    hint: 'write { env: NAME } or { file: PATH }; secrets do not belong into drills',
    at: argument.call.at,
  });
}

/** Texts, or where secrets are, by name. @throws UserError document/invalid */
export function valuesOf(argument: Argument): Readonly<Record<string, string | SecretReference>> {
  const { value } = argument;
  if (value === undefined) return {};
  if (!isMapping(value)) throw wrong(argument, 'a mapping');
  return Object.fromEntries(
    Object.keys(value).map((name) => {
      const member = memberOf(argument, name);
      return [name, typeof member.value === 'string' ? member.value : secretOf(member)];
    }),
  );
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function wrong({ where, call }: Argument, wanted: string): UserError {
  return new UserError('document/invalid', `${call.uses} needs ${where} to be ${wanted}`, {
    hint: 'docs/drill-actions.md shows every argument',
    at: call.at,
  });
}

/**
 * The reason for leaving something behind, where a step says `undo: none`.
 *
 * @throws UserError document/invalid when neither an undo nor a reason is given
 */
export function reasonWithoutUndo(call: ActionCall): string | null {
  const undo = argumentOf(call, 'undo');
  if (undo.value !== 'none') {
    if (isGiven(undo)) return null;
    throw new UserError('document/invalid', `${call.uses} says nothing about undo`, {
      hint: 'write with.undo, or undo: none and a reason',
      at: call.at,
    });
  }
  return textOf(argumentOf(call, 'reason'));
}
