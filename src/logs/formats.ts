import { AWS_API_GATEWAY } from './aws-api-gateway.ts';
import { ENVOY, ISTIO } from './envoy.ts';
import { HAPROXY } from './haproxy.ts';
import { JSON_LINES } from './json-lines.ts';
import { KEYCLOAK } from './keycloak.ts';
import type { LogFormat, LogLine } from './log-format.ts';
import { NGINX } from './nginx.ts';

/** Formats that are told by their lines, the more particular first. */
export const LOG_FORMATS: readonly LogFormat[] = [ISTIO, ENVOY, NGINX, HAPROXY, KEYCLOAK, AWS_API_GATEWAY, JSON_LINES];

/** The format that most of the lines have; null when no line has any. */
export function recogniseFormat(lines: readonly LogLine[]): LogFormat | null {
  let best: LogFormat | null = null;
  let most = 0;
  for (const format of LOG_FORMATS) {
    const votes = lines.filter((line) => format.recognises(line)).length;
    if (votes > most) {
      best = format;
      most = votes;
    }
  }
  return best;
}
