import { Coordinator } from '../agents/coordinator.ts';
import type { Plan } from '../drill/plan.ts';
import type { Vantages } from '../drill/vantages.ts';
import { systemClock } from '../system/clock.ts';
import { connectNats } from '../system/nats-bus.ts';
import { readSigningKey } from '../token/report-key.ts';
import { needed, readAgentKeys, readAgentNames, readBusPlace, readDurationOption } from './bus-options.ts';
import type { CommandOptions } from './options.ts';
import { readKeyText } from './stored-results.ts';

/** Agents by the options, in the place of those that the drill names; null when nothing is said. @throws UserError usage/bad-argument */
export function expectedAgents({ expectAgents }: CommandOptions): readonly string[] | null {
  return expectAgents === undefined ? null : readAgentNames(expectAgents);
}

/** The agents of a run, with the end of the connection to them. */
export interface RunAgents {
  readonly vantages: Vantages;
  readonly disconnect: () => Promise<void>;
}

/** Connects to the agents of a plan; null when this process probes. @throws UserError agent/*, drill/report-key, usage/bad-argument */
export async function connectAgents({ units }: Plan, options: CommandOptions): Promise<RunAgents | null> {
  const names = [...new Set(units.flatMap(({ vantage }) => vantage ?? []))];
  if (names.length === 0) {
    if (options.agents !== undefined)
      needed(undefined, '--expect-agents', 'names of the agents, --expect-agents a,b,c, or spec.vantages of the drill');
    return null;
  }
  const url = needed(
    options.agents,
    '--agents',
    `the drill is probed by ${names.join(', ')}: --agents tls://HOST:4222`,
  );
  const planKeyFile = needed(options.planKey, '--plan-key', 'private key that plans are signed with');
  const keyDir = needed(options.agentKeys, '--agent-keys', 'folder with the public key of each agent, NAME.pub');
  const planKey = readSigningKey(await readKeyText(planKeyFile));
  const agents = await readAgentKeys(keyDir, names);
  const patienceMs = readDurationOption(options.waitForAgents ?? '10s', '--wait-for-agents');
  const bus = await connectNats(await readBusPlace(url, options), 'firebreak drill run');
  return {
    vantages: new Coordinator({ bus, clock: systemClock, planKey, agents, patienceMs }),
    disconnect: () => bus.close(),
  };
}
