/** What the logs cannot say: the fields that never appear, and the times that they do not cover. */
import type { Incident, Leaked } from '../model/incident.ts';
import type { Unanswerable } from '../model/incident-scope.ts';
import { toTimestamp } from '../model/instant.ts';
import type { AskedField } from './field-settings.ts';
import { ASKED_FIELDS, FIELD_NAMES, policyFieldFor, settingFor } from './field-settings.ts';
import type { Presence } from './presence.ts';

/** What a log is, for people. */
export interface LogNature {
  readonly file: string;
  /** Id of its format; null when it was not recognised. */
  readonly format: string | null;
  /** What the format leaves open however it is set up. */
  readonly cannotAnswer: readonly string[];
  /** What was wrong with its lines, in words. */
  readonly notes: readonly string[];
}

/** Fields of which one is enough to tell the credential from others; each list must be there as a whole. */
export function identifyingFields(leaked: Leaked): readonly (readonly AskedField[])[] {
  switch (leaked.kind) {
    case 'token':
      return [
        ['tokenHash'],
        ...(leaked.claims.jti === null ? [] : [['jti' as const]]),
        ...(leaked.claims.sub === null || leaked.claims.iat === null || leaked.claims.exp === null
          ? []
          : [['sub' as const, 'iat' as const, 'exp' as const]]),
      ];
    case 'refresh_token':
      return [['tokenHash']];
    case 'kid':
      return [['kid']];
    case 'client_id':
      return [['clientId']];
    case 'sid':
      return [['sid']];
    case 'hmac_secret':
      return leaked.kid === null ? [['alg']] : [['kid']];
  }
}

const QUESTIONS: Readonly<Partial<Record<AskedField, string>>> = {
  time: 'when it was used',
  ip: 'from which addresses it was used',
  userAgent: 'with which programs it was used',
  route: 'on which routes it was used',
  target: 'at which services it was used',
  sub: 'whose accounts it was used for',
  clientId: 'through which clients it was used',
  iat: 'when the tokens that were used were issued',
};

export interface UnansweredInput {
  readonly incident: Incident;
  readonly presence: Presence;
  readonly logs: readonly LogNature[];
  readonly hasBefore: boolean;
  readonly hasAfter: boolean;
  readonly issuedSilence: string | null;
  readonly hasIssued: boolean;
}

/** Everything that stays open, the main question first. */
export function unanswered(input: UnansweredInput): readonly Unanswerable[] {
  const logs = input.logs.filter(({ format }) => format !== null);
  return [
    ...mainQuestion(input, logs),
    ...ASKED_FIELDS.flatMap((field) => openField(field, input.presence, logs)),
    ...openTimes(input),
    ...forgery(input),
    ...logs.flatMap(({ file, format, cannotAnswer }) =>
      cannotAnswer.map((question) => ({
        question,
        why: `the format ${format ?? ''} never says it`,
        wouldAnswer: null,
        files: [file],
      })),
    ),
  ].reduce<readonly Unanswerable[]>(mergeFiles, []);
}

/** Whether a log can tell the leaked credential from any other. */
export function canIdentify(leaked: Leaked, presence: Presence, file: string): boolean {
  return identifyingFields(leaked).some((fields) => fields.every((field) => presence.has(file, field)));
}

function mainQuestion({ incident, presence }: UnansweredInput, logs: readonly LogNature[]): readonly Unanswerable[] {
  const wanted = identifyingFields(incident.leaked);
  const names = wanted.map((fields) => fields.map((field) => FIELD_NAMES[field]).join(' with '));
  return logs
    .filter(({ file }) => !canIdentify(incident.leaked, presence, file))
    .map(({ file, format }) => {
      const fields = wanted[0] ?? [];
      const settings = fields.map((field) => settingFor(format, field));
      const policy = fields.flatMap((field) => policyFieldFor(field) ?? []);
      return {
        question: 'whether the leaked credential was used at all',
        why: `no line says ${names.join(', or ')}`,
        wouldAnswer: [...settings, ...policy.map((each) => `and ${each} in the policy`)].join(', '),
        files: [file],
      };
    });
}

function openField(field: AskedField, presence: Presence, logs: readonly LogNature[]): readonly Unanswerable[] {
  const question = QUESTIONS[field];
  if (question === undefined) return [];
  return logs
    .filter(({ file }) => !presence.has(file, field))
    .map(({ file, format }) => ({
      question,
      why: `no line says ${FIELD_NAMES[field]}`,
      wouldAnswer: settingFor(format, field),
      files: [file],
    }));
}

function openTimes({ incident, presence, hasBefore, hasAfter }: UnansweredInput): readonly Unanswerable[] {
  const window = presence.window();
  const since = toTimestamp(incident.since);
  if (window === null) return [];
  const open: Unanswerable[] = [];
  const say = (question: string, why: string, wouldAnswer: string): void =>
    void open.push({ question, why, wouldAnswer, files: [] });
  if (window.first > incident.since) {
    const why = `the leak is from ${since}, the first line from ${toTimestamp(window.first)}`;
    say('whether it was used between the leak and the first line', why, 'logs from the time of the leak on');
  } else if (window.last < incident.since) {
    const why = `the leak is from ${since}, the last line from ${toTimestamp(window.last)}`;
    say('whether it was used after the leak', why, 'logs from after the leak');
  }
  if (hasAfter && !hasBefore) {
    const why = 'no use of it is from before the leak, so nothing can be called new';
    say('which addresses and programs are new since the leak', why, 'logs from before the leak');
  }
  return open;
}

function forgery({ incident: { leaked }, hasIssued, issuedSilence }: UnansweredInput): readonly Unanswerable[] {
  if (leaked.kind !== 'kid' && leaked.kind !== 'hmac_secret') return [];
  if (hasIssued && issuedSilence === null) return [];
  return [
    {
      question: 'which of the tokens are forged',
      why: issuedSilence ?? 'no log of the issuer was given, so forged and issued tokens look alike',
      wouldAnswer: '--issued with a log in which the issuer writes the jti of every token that it issues',
      files: [],
    },
  ];
}

function mergeFiles(found: readonly Unanswerable[], next: Unanswerable): readonly Unanswerable[] {
  const same = found.find(
    ({ question, why, wouldAnswer }) =>
      question === next.question && why === next.why && wouldAnswer === next.wouldAnswer,
  );
  if (same === undefined) return [...found, next];
  return found.map((each) => (each === same ? { ...each, files: [...each.files, ...next.files] } : each));
}
