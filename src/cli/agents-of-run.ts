import { Coordinator } from '../agents/coordinator.ts';
import type { Vantages } from '../drill/vantages.ts';
import { systemClock } from '../system/clock.ts';
import { connectNats } from '../system/nats-bus.ts';
import { readSigningKey } from '../token/report-key.ts';
import { needed, readAgentKeys, readAgentNames, readBusPlace, readDurationOption } from './bus-options.ts';
import type { CommandOptions } from './options.ts';
import { readKeyText } from './stored-results.ts';

/** Agents that a run is to have, by its options; none when this process probes. @throws UserError usage/bad-argument */
export function expectedAgents({ agents, expectAgents }: CommandOptions): readonly string[] {
  if (agents === undefined && expectAgents === undefined) return [];
  needed(agents, '--agents', 'the NATS server of the agents: --agents tls://HOST:4222');
  return readAgentNames(needed(expectAgents, '--expect-agents', 'names of the agents: --expect-agents a,b,c'));
}

/** The agents of a run, with the end of the connection to them. */
export interface RunAgents {
  readonly vantages: Vantages;
  readonly disconnect: () => Promise<void>;
}

/** Connects to the agents that a run is to have; null when this process probes. @throws UserError agent/*, drill/report-key */
export async function connectAgents(names: readonly string[], options: CommandOptions): Promise<RunAgents | null> {
  if (names.length === 0) return null;
  const planKeyFile = needed(options.planKey, '--plan-key', 'private key that plans are signed with');
  const keyDir = needed(options.agentKeys, '--agent-keys', 'folder with the public key of each agent, NAME.pub');
  const planKey = readSigningKey(await readKeyText(planKeyFile));
  const agents = await readAgentKeys(keyDir, names);
  const patienceMs = readDurationOption(options.waitForAgents ?? '10s', '--wait-for-agents');
  const bus = await connectNats(await readBusPlace(options.agents ?? '', options), 'firebreak drill run');
  return {
    vantages: new Coordinator({ bus, clock: systemClock, planKey, agents, patienceMs }),
    disconnect: () => bus.close(),
  };
}
