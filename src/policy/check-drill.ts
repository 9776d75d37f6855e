import type { CredentialRole } from '../model/drill.ts';
import type { Problem } from '../model/failure.ts';
import { millis, showBound } from '../model/quantity.ts';
import { checkAttackBinding } from './check-attack-binding.ts';
import { checkFirstUses, checkPhase, isFirstUsed } from './check-drill-moments.ts';
import { DRILL_DEFAULTS } from './drill-defaults.ts';
import type { Cursor } from './facts.ts';
import { byPosition } from './problem-order.ts';
import {
  child,
  durationOf,
  entries,
  faultAt,
  isGiven,
  items,
  placeOf,
  requiredText,
  textOf,
  unknownName,
} from './facts.ts';

/** Members of `with` that name a credential, and the roles it may have there; null allows every role. */
const REFERENCES: Readonly<Record<string, readonly CredentialRole[] | null>> = {
  key: ['key'],
  grant: ['grant'],
  bind: ['key'],
  renew: ['recovery'],
  of: null,
};

/** Roles of what users hold after containment. */
const RECOVERABLE: readonly CredentialRole[] = ['recovery', 'control', 'bystander'];

/** What the schema of a Drill cannot see: references, counts and numbers that must fit each other. */
export function checkDrill(spec: Cursor): readonly Problem[] {
  return byPosition([
    ...checkCredentials(spec),
    ...checkSteps(spec),
    ...checkMethod(child(spec, 'method'), isGiven(child(child(spec, 'observe'), 'attacks'))),
    ...checkObserve(child(spec, 'observe'), child(spec, 'guards')),
    ...checkAttacks(spec),
    ...checkAttackBinding(spec),
    ...checkPhase(spec),
    ...checkFirstUses(spec),
    ...checkGuards(child(spec, 'guards')),
    ...checkTargets(child(spec, 'targets')),
  ]);
}

function checkCredentials(spec: Cursor): readonly Problem[] {
  const credentials = child(spec, 'credentials');
  const roles = rolesOf(credentials);
  const references = entries(credentials).flatMap(([, at]) => checkArguments(argumentsOf(child(at, 'obtain')), roles));
  const recover = items(child(spec, 'recover')).flatMap((at) =>
    checkReference(child(at, 'credential'), roles, RECOVERABLE),
  );
  const canary = entries(credentials).some(([name, at]) => roles.get(name) === 'canary' && !isFirstUsed(at))
    ? []
    : [
        faultAt(
          credentials,
          [...roles.values()].includes('canary')
            ? 'every canary has first_use, and one must be in use before containment'
            : 'no credential has the role canary',
          'a drill leaks a credential that it minted itself; add one with role: canary',
        ),
      ];
  // A loop would only repeat what an unknown name already says.
  return [...references, ...(references.length === 0 ? checkLoops(credentials) : []), ...recover, ...canary];
}

function rolesOf(credentials: Cursor): ReadonlyMap<string, string> {
  return new Map(entries(credentials).map(([name, at]) => [name, requiredText(child(at, 'role'))]));
}

function argumentsOf(call: Cursor): Cursor {
  return child(call, 'with');
}

function checkArguments(given: Cursor, roles: ReadonlyMap<string, string>): readonly Problem[] {
  return Object.entries(REFERENCES).flatMap(([member, allowed]) => {
    const at = child(given, member);
    return textOf(at) === null ? [] : checkReference(at, roles, allowed);
  });
}

function checkReference(
  at: Cursor,
  roles: ReadonlyMap<string, string>,
  allowed: readonly CredentialRole[] | null,
): readonly Problem[] {
  const name = requiredText(at);
  const role = roles.get(name);
  if (role === undefined) return [unknownName(at, 'credential', [...roles.keys()])];
  if (allowed === null || (allowed as readonly string[]).includes(role)) return [];
  const fitting = [...roles].filter(([, of]) => (allowed as readonly string[]).includes(of)).map(([of]) => of);
  return [
    faultAt(
      at,
      `credential "${name}" has the role ${role}, this needs ${allowed.join(' or ')}`,
      fitting.length === 0
        ? `add a credential with the role ${allowed[0] ?? ''}`
        : `choose one of ${fitting.join(', ')}`,
    ),
  ];
}

/** Credentials that are made from themselves; each loop is told once. */
function checkLoops(credentials: Cursor): readonly Problem[] {
  const sources = new Map(
    entries(credentials).map(([name, at]) => [
      name,
      Object.keys(REFERENCES).flatMap((member) => textOf(child(argumentsOf(child(at, 'obtain')), member)) ?? []),
    ]),
  );
  return findLoops(sources).map((loop) => {
    const name = loop[0] ?? '';
    return faultAt(
      child(child(child(credentials, name), 'obtain'), 'with'),
      `credential "${name}" is made from itself: ${[...loop, name].join(' from ')}`,
      'make one of them from nothing, for example with key.generate',
    );
  });
}

/** Ways from a name back to itself, found in one walk over all names. */
function findLoops(sources: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const loops: (readonly string[])[] = [];
  const seen = new Set<string>();
  for (const start of sources.keys()) {
    const path: { readonly name: string; readonly open: string[] }[] = [];
    const enter = (name: string): void => {
      seen.add(name);
      path.push({ name, open: [...(sources.get(name) ?? [])] });
    };
    if (!seen.has(start)) enter(start);
    for (let last = path.at(-1); last !== undefined; last = path.at(-1)) {
      const next = last.open.shift();
      if (next === undefined) path.pop();
      else if (!seen.has(next)) enter(next);
      else {
        const from = path.findIndex(({ name }) => name === next);
        if (from >= 0) loops.push(path.slice(from).map(({ name }) => name));
      }
    }
  }
  return loops;
}

function checkSteps(spec: Cursor): readonly Problem[] {
  const roles = rolesOf(child(spec, 'credentials'));
  const steps = [...items(child(spec, 'warmup')), ...items(child(spec, 'method'))];
  const first = new Map<string, Cursor>();
  return steps.flatMap((step) => {
    const id = child(step, 'id');
    const before = first.get(requiredText(id));
    if (before === undefined) first.set(requiredText(id), id);
    return [...(before === undefined ? [] : [repeated(id, before)]), ...checkArguments(argumentsOf(step), roles)];
  });
}

function repeated(id: Cursor, before: Cursor): Problem {
  const { line, column } = placeOf(before);
  const message = `step id "${requiredText(id)}" is used twice, first at line ${line}, column ${column}`;
  return faultAt(id, message, 'rename one of the two');
}

function checkMethod(method: Cursor, attacks: boolean): readonly Problem[] {
  const steps = items(method);
  const containments = steps.filter((step) => child(step, 'containment').data === true);
  const marks = steps.filter((step) => isGiven(child(step, 'mark')));
  const problems: Problem[] = [
    ...(attacks
      ? containments.map((step) =>
          faultAt(
            child(step, 'id'),
            `step "${requiredText(child(step, 'id'))}" contains, but a drill with attacks measures no containment`,
            'remove containment, or observe.attacks',
          ),
        )
      : exactlyOne(method, containments, 'contains', 'set containment: true on the step whose effect is measured')),
    ...exactlyOne(
      method,
      marks,
      'marks leak-known',
      'begin with { id: leak, mark: leak-known }; all times count from it',
    ),
    ...steps.flatMap(checkStep),
  ];
  const [containment, mark] = [containments[0], marks[0]];
  if (containment !== undefined && mark !== undefined && steps.indexOf(mark) > steps.indexOf(containment)) {
    problems.push(
      faultAt(
        child(mark, 'mark'),
        'the leak is known only after the step that contains it',
        'move the step with mark: leak-known before it',
      ),
    );
  }
  return problems;
}

function exactlyOne(method: Cursor, found: readonly Cursor[], what: string, hint: string): readonly Problem[] {
  if (found.length === 0) return [faultAt(method, `no step of the method ${what}`, hint)];
  return found.slice(1).map((step) => {
    const { line } = placeOf(found[0] ?? step);
    return faultAt(
      child(step, 'id'),
      `step "${requiredText(child(step, 'id'))}" ${what}, and so does the one on line ${line}`,
      'one drill measures one change; write a second drill',
    );
  });
}

function checkStep(step: Cursor): readonly Problem[] {
  if (isGiven(child(step, 'uses'))) return [];
  const id = child(step, 'id');
  const name = requiredText(id);
  if (child(step, 'containment').data === true) {
    return [faultAt(id, `step "${name}" contains the leak without an action`, 'give it uses')];
  }
  return isGiven(child(step, 'mark'))
    ? []
    : [faultAt(id, `step "${name}" does nothing`, 'give it uses, or mark: leak-known')];
}

function checkObserve(observe: Cursor, guards: Cursor): readonly Problem[] {
  const horizon = child(observe, 'horizon');
  const phase = child(observe, 'phase');
  const wait = isGiven(phase) ? (durationOf(child(phase, 'within')) ?? DRILL_DEFAULTS.phaseWithin) : 0;
  const length = millis((durationOf(horizon) ?? 0) + wait);
  const longest = child(guards, 'max_duration');
  const limit = durationOf(longest) ?? DRILL_DEFAULTS.maxDuration;
  const problems: Problem[] = [];
  if (isGiven(child(observe, 'attacks'))) return checkSchedule(child(observe, 'schedule'));
  if (!isGiven(horizon)) {
    return [faultAt(observe, 'nothing says how long to observe', 'add horizon, or attacks to fill a matrix')];
  }
  if (length === wait) {
    problems.push(
      faultAt(horizon, 'a horizon of 0s observes nothing', 'choose one above the objective and the predicted bound'),
    );
  }
  if (length >= limit) {
    problems.push(
      faultAt(
        isGiven(longest) ? longest : horizon,
        `max_duration ${showBound(limit)} ends the run before the ${wait === 0 ? '' : 'wait for a fetch and the '}horizon of ${showBound(length)}${wait === 0 ? '' : ' together'}`,
        `raise guards.max_duration, or lower observe.horizon${wait === 0 ? '' : ' or observe.phase.within'}`,
      ),
    );
  }
  return [...problems, ...checkSchedule(child(observe, 'schedule'))];
}

/** Attacks need a token of this run, one of the key or keys that it was signed with and bound to. */
function checkAttacks(spec: Cursor): readonly Problem[] {
  const credentials = child(spec, 'credentials');
  const roles = rolesOf(credentials);
  const seen = new Set<string>();
  return items(child(child(spec, 'observe'), 'attacks')).flatMap((attack) => {
    const of = child(attack, 'of');
    const faults = checkReference(of, roles, ['canary', 'control']);
    const uses = textOf(child(child(child(credentials, requiredText(of)), 'obtain'), 'uses'));
    const repeated = items(child(attack, 'kinds')).filter((kind) => {
      const again = seen.has(requiredText(kind));
      seen.add(requiredText(kind));
      return again;
    });
    return [
      ...faults,
      ...(faults.length === 0 && uses !== 'token.sign'
        ? [
            faultAt(
              of,
              `credential "${requiredText(of)}" is made by ${uses ?? 'nothing'}, so its key is not at hand`,
              'take one that the drill signs itself, with token.sign',
            ),
          ]
        : []),
      ...repeated.map((kind) => faultAt(kind, `attack "${requiredText(kind)}" is listed twice`, 'remove one of them')),
    ];
  });
}

function checkSchedule(schedule: Cursor): readonly Problem[] {
  const min = child(schedule, 'min');
  const max = child(schedule, 'max');
  const jitter = child(schedule, 'jitter');
  const [shortest, longest] = [durationOf(min) ?? DRILL_DEFAULTS.minGap, durationOf(max) ?? DRILL_DEFAULTS.maxGap];
  const problems: Problem[] = [];
  if (shortest === 0)
    problems.push(faultAt(min, 'probes cannot follow each other without a gap', 'choose 10ms or more'));
  if (shortest > longest) {
    problems.push(
      faultAt(
        isGiven(min) ? min : max,
        `the shortest gap ${showBound(shortest)} is above the longest, ${showBound(longest)}`,
        'raise max, or lower min',
      ),
    );
  }
  // Beyond half a gap a probe could overtake its neighbour.
  if (Number.parseFloat(textOf(jitter) ?? '0') > 50) {
    problems.push(faultAt(jitter, `jitter ${requiredText(jitter)} is above 50%`, 'choose at most 50%'));
  }
  return problems;
}

function checkGuards(guards: Cursor): readonly Problem[] {
  const canaryOnly = child(guards, 'canary_only');
  return canaryOnly.data === false
    ? [
        faultAt(
          canaryOnly,
          'canary_only: false would let a drill revoke real credentials, which this version refuses',
          'remove it; real leaks belong to the incident commands',
        ),
      ]
    : [];
}

function checkTargets(targets: Cursor): readonly Problem[] {
  const all = items(targets).find((at) => at.data === '*');
  return all === undefined || items(targets).length === 1
    ? []
    : [faultAt(all, '"*" already selects every verifier', 'remove it, or the names beside it')];
}
