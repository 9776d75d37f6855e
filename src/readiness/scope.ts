/** Whether uses of a leaked credential could be found: by what sample logs say, or else by what policies make tokens carry. */
import type { AskedField } from '../incident/field-settings.ts';
import { FIELD_NAMES, policyFieldFor, settingFor } from '../incident/field-settings.ts';
import type { LogNature } from '../incident/unanswered.ts';
import { canIdentify, identifyingFields, unanswered } from '../incident/unanswered.ts';
import type { Incident, Leaked } from '../model/incident.ts';
import { startOf } from '../model/location.ts';
import type { EffectivePolicy, Scenario } from '../model/policy.ts';
import type { ReadinessAnswer, ReadinessFact, ReadinessGap } from '../model/readiness.ts';
import { answerOf, counted, missing, named, note, unknown } from './answer.ts';
import type { Concerned, LogSamples } from './input.ts';
import { policiesOf } from './input.ts';

const ANY_HASH = '0'.repeat(64);

/** A credential as it would be known on the day; only which of its names are known matters here. */
const LEAKS: Readonly<Record<Scenario, Leaked>> = {
  access_token: {
    kind: 'token',
    sha256: ANY_HASH,
    alg: null,
    kid: null,
    claims: { iss: null, sub: '', aud: [], jti: '', sid: null, clientId: null, iat: 0, exp: 0 },
  },
  signing_key: { kind: 'kid', value: '' },
  refresh_token: { kind: 'refresh_token', sha256: ANY_HASH },
  hmac_secret: { kind: 'hmac_secret', kid: null },
  client: { kind: 'client_id', value: '' },
  user_session: { kind: 'sid', value: '' },
};

export function scopeAnswer(
  scenario: Scenario,
  concerned: readonly Concerned[],
  logs: LogSamples | null,
): ReadinessAnswer {
  return logs === null ? declaredScope(scenario, concerned) : sampledScope(scenario, logs);
}

function sampledScope(scenario: Scenario, { presence, natures, faults }: LogSamples): ReadinessAnswer {
  const leaked = LEAKS[scenario];
  const read = natures.filter(({ format }) => format !== null);
  const telling = read.filter(({ file }) => canIdentify(leaked, presence, file));
  const open = unanswered({
    incident: incidentOf(leaked),
    // Which times a sample covers says nothing about the logs of the day.
    presence: { ...presence, window: () => null },
    logs: read,
    hasBefore: true,
    hasAfter: true,
    issuedSilence: null,
    hasIssued: false,
  });
  const mute = read.filter((log) => !telling.includes(log));
  const [main] = mute.length > 0 ? open : [];
  const gaps: readonly ReadinessGap[] = [
    ...faults.map((fault) => unknown(fault, 'give a sample that can be read')),
    ...(read.length === 0 ? [unknown('no sample has a format that is known here', 'docs/logs.md')] : []),
    ...mute.map((log) => muteGap(leaked, log)),
    // What a format never says, however it is set up, is no reason to set up anything.
    ...open
      .filter(({ question, wouldAnswer }) => question !== main?.question && wouldAnswer !== null)
      .map(({ question, why, wouldAnswer, files }) => {
        const [first] = files;
        const where = first === undefined ? '' : ` (${files.join(', ')})`;
        return note(`${question}: ${why}${where}`, wouldAnswer, first === undefined ? null : startOf(first));
      }),
  ];
  return answerOf({
    question: 'scope',
    basis: 'observed',
    says: `${telling.length} of ${counted(natures.length, 'sample log')} can tell it from others`,
    facts: telling.map(({ file, format }) => ({
      says: `${file} (${format ?? ''}) names it by ${wordsOf(leaked, (field) => presence.has(file, field))}`,
      at: startOf(file),
    })),
    gaps,
  });
}

/** A log in which uses of what leaked look like all others, and the easiest setting that changes it. */
function muteGap(leaked: Leaked, { file, format }: LogNature): ReadinessGap {
  const alternatives = identifyingFields(leaked);
  const [easiest = []] = [...alternatives.filter((fields) => !fields.includes('tokenHash')), ...alternatives];
  const settings = easiest.map((field) => settingFor(format, field));
  const policy = easiest.flatMap((field) => policyFieldFor(field) ?? []);
  const words = alternatives.map(namesOf).join(', or ');
  const fix = [...settings, ...policy.map((each) => `and ${each} in the policy`)].join(', ');
  return missing(`${file} cannot tell it from others: no line says ${words}`, fix, startOf(file));
}

/** An incident of which nothing but the leak is known. */
function incidentOf(leaked: Leaked): Incident {
  return {
    name: '',
    file: '',
    issuer: null,
    leaked,
    since: 0,
    opened: 0,
    lead: '',
    environments: null,
    at: startOf(''),
  };
}

function declaredScope(scenario: Scenario, concerned: readonly Concerned[]): ReadinessAnswer {
  const leaked = LEAKS[scenario];
  const policies = policiesOf(concerned);
  const ungoverned = concerned.filter(({ policy }) => policy === null).map(({ verifier }) => verifier);
  const alternatives = identifyingFields(leaked);
  const readings = policies.map((policy) => ({
    policy,
    by: alternatives.find((fields) => fields.every((field) => isDeclared(field, policy))) ?? null,
  }));
  const gaps: ReadinessGap[] = [];
  const isOfIssuer = scenario === 'refresh_token';
  if (isOfIssuer) {
    gaps.push(
      unknown(
        'no document can say that the issuer logs a hash of each refresh token',
        'give a sample of its log: --logs FILE',
      ),
    );
  } else {
    for (const { policy, by } of readings)
      if (by === null) gaps.push(missing(lacksWords(policy, alternatives), fixOf(alternatives), policy.at));
    const [first] = ungoverned;
    if (first !== undefined) {
      const names = named(ungoverned.map(({ name }) => name));
      gaps.push(unknown(`no policy says what tokens at ${names} carry`, 'name one: policy in the Inventory', first.at));
    }
    gaps.push(
      note('no document says what logs write down', 'prove it with samples of your logs: --logs FILE, repeatable'),
    );
  }
  const facts: readonly ReadinessFact[] = isOfIssuer
    ? []
    : readings.flatMap(({ policy, by }) =>
        by === null ? [] : [{ says: `policy "${policy.name}": every token carries ${namesOf(by)}`, at: policy.at }],
      );
  const says = isOfIssuer
    ? 'only the log of the issuer can tell, and no sample of it was given'
    : `policies that make tokens carry what tells them apart: ${facts.length} of ${policies.length}`;
  return answerOf({ question: 'scope', basis: 'declared', says, facts, gaps });
}

/** Whether every token carries it, so that a log could write it down. A header always has an `alg` (RFC 7515 section 4.1.1). */
function isDeclared(field: AskedField, policy: EffectivePolicy): boolean {
  if (field === 'alg') return true;
  if (field === 'kid') return policy.keys.kidRequired.value;
  if (field === 'tokenHash') return false;
  const { tokens, issuance } = policy;
  const claims = [tokens.access_token?.requiredClaims, issuance.access_token?.requiredClaims];
  return claims.some((required) => required?.value.includes(FIELD_NAMES[field]) === true);
}

function lacksWords(policy: EffectivePolicy, alternatives: readonly (readonly AskedField[])[]): string {
  const wanted = alternatives.filter((fields) => !fields.includes('tokenHash')).map(namesOf);
  return `policy "${policy.name}" lets tokens go without ${wanted.join(', and without ')}`;
}

function fixOf(alternatives: readonly (readonly AskedField[])[]): string | null {
  const [easiest = []] = alternatives.filter((fields) => !fields.includes('tokenHash'));
  const settings = easiest.flatMap((field) => policyFieldFor(field) ?? []);
  return settings.length === 0 ? null : `${settings.join(' and ')} in the policy`;
}

function wordsOf(leaked: Leaked, has: (field: AskedField) => boolean): string {
  const fields = identifyingFields(leaked).find((each) => each.every(has)) ?? [];
  return namesOf(fields);
}

function namesOf(fields: readonly AskedField[]): string {
  return fields.map((field) => FIELD_NAMES[field]).join(' with ');
}
