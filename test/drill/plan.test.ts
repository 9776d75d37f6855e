import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/model/failure.ts';
import { planText } from '../../src/drill/plan-text.ts';
import { planOf } from './staged-run.ts';

function faultOf(drill: string, change: (text: string) => string): UserError {
  try {
    planOf(drill, change);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('the plan has no fault');
}

describe('planDrill', () => {
  it.for([
    {
      name: 'more requests a second than the budget',
      change: ['requests_per_second: 200', 'requests_per_second: 100'],
      code: 'drill/over-budget',
      message: /^9 units need up to \d+ requests\/s and \d+ in all; the budget is 100\/s and 8000$/,
    },
    {
      name: 'more requests in all than the budget',
      change: ['requests: 8000', 'requests: 900'],
      code: 'drill/over-budget',
      message: /the budget is 200\/s and 900$/,
    },
    {
      name: 'a verifier that is not there',
      change: ["targets: ['*']", 'targets: [nobody]'],
      code: 'document/not-found',
      message: /^environment "lab" has no verifier "nobody"$/,
    },
    {
      name: 'an environment that is not there',
      change: ['environment: lab', 'environment: prod'],
      code: 'document/not-found',
      message: /^inventory "lab" has no environment "prod"$/,
    },
    {
      name: 'an action that is not there',
      change: ['jwks.remove_key', 'jwks.burn_key'],
      code: 'document/invalid',
      message: /^there is no action "jwks.burn_key"$/,
    },
    {
      name: 'a canary that dies before the observation ends',
      change: ['lifetime: 10m, typ: JWT } } }\n    control', 'lifetime: 13s, typ: JWT } } }\n    control'],
      code: 'document/invalid',
      message: /^canary "canary" lives for 13s and is observed for 13s$/,
    },
  ])('refuses $name', ({ change: [part = '', by = ''], code, message }) => {
    const fault = faultOf('leaked-signing-key', (text) => {
      expect(text).toContain(part);
      return text.replace(part, by);
    });
    expect(fault.code).toBe(code);
    expect(fault.message).toMatch(message);
    expect(fault.hint).not.toBeNull();
  });

  it('puts back the newest change first', () => {
    expect(planOf('leaked-signing-key').undo.map(({ of }) => of)).toEqual([
      'publish-next',
      'publish-leaked',
      'verifiers of the lab that saw a canary key',
    ]);
    expect(planOf('leaked-refresh-token').undo.map(({ of }) => of)).toEqual(['deny-session', 'other', 'stolen']);
  });

  it('says what the schedule cannot show', () => {
    const { notes } = planOf('leaked-signing-key', (text) => text.replace('horizon: 12s', 'horizon: 6s'));
    expect(notes).toEqual([
      'observation ends after 6s, before the objective: a miss can not be shown',
      expect.stringMatching(/before the predicted end of .*jose.*: these may stay undecided$/),
    ]);
  });

  it('asks for confirmation outside of labs', () => {
    expect(planOf('leaked-access-token').needsConfirmation).toBe(false);
  });
});

describe('planText', () => {
  it('names steps, undo, credentials, units with bounds, load and what is never touched', () => {
    const text = planText(planOf('leaked-access-token', (drill) => drill.replace("targets: ['*']", 'targets: [jose]')));
    expect(text).toBe(`Drill leaked-access-token  on  lab (lab)
  A leaked access token is refused by every verifier within the objective after its jti is on the denylist, and no other token is.

Steps of each arm (quiet)
  1  leak             the leak is known: the clock starts
  2  deny             put a canary token on the denylist  <- containment

Put back after each arm, in this order, also after an interruption
  deny: remove the entry, read the list back

Credentials, minted by the run and held in memory only
  canary           canary     oauth.client_credentials
  control          control    oauth.client_credentials
  bystander        bystander  oauth.client_credentials
  broken           negative   token.break_signature

Units (1) and their predicted worst case
  jose                 quiet 3s

  objective  5s (policy orders)
  horizon    8s per arm, late checks 2s
  load       up to 25 requests/s, 163 in all (budget 300/s, 6000)
  touches    issuer lab: keys, tokens, log-ins and list entries of this run only
  never      what this run did not mint; hosts outside 127.0.0.0/8
  confirm    not needed
`);
  });
});
