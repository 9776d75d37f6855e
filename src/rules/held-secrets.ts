import type { ConfigSecret, ConfigSubject } from '../model/config.ts';

export interface HeldSecret {
  readonly config: ConfigSubject;
  readonly secret: ConfigSecret;
}

/** Secrets with the first that holds each: one line may configure several subjects, and all of them share one list. */
export function* heldSecrets(
  configs: readonly ConfigSubject[],
  counts: (held: HeldSecret) => boolean,
): Generator<HeldSecret> {
  const lists = new Set<readonly ConfigSecret[]>();
  const places = new Set<string>();
  for (const config of configs) {
    if (lists.has(config.secrets)) continue;
    lists.add(config.secrets);
    for (const secret of config.secrets) {
      const place = `${secret.at.file}:${secret.at.line}:${secret.at.column}`;
      if (places.has(place) || !counts({ config, secret })) continue;
      places.add(place);
      yield { config, secret };
    }
  }
}
