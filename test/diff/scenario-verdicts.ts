/** What has to come out of each scenario, change by change and value by value. */
export const VERDICTS: Readonly<Record<string, readonly string[]>> = {
  'issuer-added': [
    'orders @ prod, access_token: more_permissive, breaks none, promises equal',
    '  issuers loosened, breaks none, shown by after',
  ],
  'issuer-removed': [
    'orders @ prod, access_token: less_permissive, breaks transient, promises equal',
    '  issuers tightened, breaks transient, shown by before',
  ],
  'issuer-keys-moved': [
    'orders @ prod, access_token: incomparable, breaks transient, promises equal',
    '  issuers changed, breaks transient, shown by after and before',
  ],
  'issuer-keys-not-pinned': [
    'orders @ prod, access_token: more_permissive, breaks none, promises equal',
    '  issuers loosened, breaks none, shown by after',
  ],
  'algorithm-added': [
    'orders @ prod, access_token: more_permissive, breaks none, promises equal',
    '  tokens.access_token.algorithms loosened, breaks none, shown by after',
  ],
  'algorithm-removed': [
    'orders @ prod, access_token: less_permissive, breaks transient, promises equal',
    '  tokens.access_token.algorithms tightened, breaks transient, shown by before',
  ],
  'algorithm-replaced': [
    'orders @ prod, access_token: incomparable, breaks transient, promises equal',
    '  tokens.access_token.algorithms changed, breaks transient, shown by after and before',
  ],
  'typ-absent-allowed': [
    'orders @ prod, access_token: more_permissive, breaks none, promises equal',
    '  tokens.access_token.typ loosened, breaks none, shown by after',
  ],
  'typ-absent-refused': [
    'orders @ prod, access_token: less_permissive, breaks transient, promises equal',
    '  tokens.access_token.typ tightened, breaks transient, shown by before',
  ],
  'audience-added': [
    'orders @ prod, access_token: more_permissive, breaks none, promises equal',
    '  tokens.access_token.audiences loosened, breaks none, shown by after',
  ],
  'audience-removed': [
    'orders @ prod, access_token: less_permissive, breaks transient, promises equal',
    '  tokens.access_token.audiences tightened, breaks transient, shown by before',
  ],
  'audience-match-exact': [
    'orders @ prod, access_token: less_permissive, breaks transient, promises equal',
    '  tokens.access_token.audience_match tightened, breaks transient, shown by before',
  ],
  'audience-match-any': [
    'orders @ prod, access_token: more_permissive, breaks none, promises equal',
    '  tokens.access_token.audience_match loosened, breaks none, shown by after',
  ],
  'lifetime-longer': [
    'orders @ prod, access_token: more_permissive, breaks none, promises equal',
    '  tokens.access_token.lifetime.max loosened, breaks none, shown by after',
  ],
  'lifetime-and-age-longer': [
    'orders @ prod, access_token: more_permissive, breaks none, promises equal',
    '  tokens.access_token.lifetime.max loosened, breaks none, shown by after',
    '  tokens.access_token.max_age loosened, breaks none, shown by after',
  ],
  'lifetime-and-age-shorter': [
    'orders @ prod, access_token: less_permissive, breaks transient, promises equal',
    '  tokens.access_token.lifetime.max tightened, breaks transient, shown by before',
    '  tokens.access_token.max_age tightened, breaks transient, shown by before',
  ],
  'max-age-shorter': [
    'orders @ prod, access_token: less_permissive, breaks persistent, promises equal',
    '  tokens.access_token.max_age tightened, breaks persistent, shown by before',
  ],
  'max-age-longer': [
    'orders @ prod, access_token: more_permissive, breaks none, promises equal',
    '  tokens.access_token.max_age loosened, breaks none, shown by after',
  ],
  'clock-skew-longer': [
    'orders @ prod, access_token: more_permissive, breaks none, promises equal',
    '  tokens.access_token.clock_skew.max loosened, breaks none, shown by after',
  ],
  'clock-skew-shorter': [
    'orders @ prod, access_token: less_permissive, breaks persistent, promises equal',
    '  tokens.access_token.clock_skew.max tightened, breaks persistent, shown by before',
  ],
  'required-claim-added': [
    'orders @ prod, access_token: less_permissive, breaks transient, promises equal',
    '  tokens.access_token.required_claims tightened, breaks transient, shown by before',
  ],
  'required-claim-dropped': [
    'orders @ prod, access_token: more_permissive, breaks none, promises equal',
    '  tokens.access_token.required_claims loosened, breaks none, shown by after',
  ],
  'claim-value-added': [
    'orders @ prod, access_token: more_permissive, breaks none, promises equal',
    '  tokens.access_token.claim_values loosened, breaks none, shown by after',
  ],
  'claim-value-removed': [
    'orders @ prod, access_token: less_permissive, breaks transient, promises equal',
    '  tokens.access_token.claim_values tightened, breaks transient, shown by before',
  ],
  'crit-added': [
    'orders @ prod, access_token: more_permissive, breaks none, promises equal',
    '  tokens.access_token.crit loosened, breaks none, shown by after',
  ],
  'crit-removed': [
    'orders @ prod, access_token: less_permissive, breaks transient, promises equal',
    '  tokens.access_token.crit tightened, breaks transient, shown by before',
  ],
  'binding-bearer-added': [
    'orders @ prod, access_token: more_permissive, breaks none, promises equal',
    '  tokens.access_token.binding.accept loosened, breaks none, shown by after',
  ],
  'binding-bearer-removed': [
    'orders @ prod, access_token: less_permissive, breaks persistent, promises equal',
    '  tokens.access_token.binding.accept tightened, breaks persistent, shown by before',
  ],
  'dpop-checks-dropped': [
    'orders @ prod, access_token: more_permissive, breaks none, promises equal',
    '  tokens.access_token.binding.dpop.signing_algorithms loosened, breaks none, shown by after',
    '  tokens.access_token.binding.dpop.max_proof_age loosened, breaks none, shown by after',
    '  tokens.access_token.binding.dpop.require_nonce loosened, breaks none, shown by after',
    '  tokens.access_token.binding.dpop.require_ath loosened, breaks none, shown by after',
    '  tokens.access_token.binding.dpop.replay_cache loosened, breaks none, shown by after',
  ],
  'dpop-checks-added': [
    'orders @ prod, access_token: less_permissive, breaks persistent, promises equal',
    '  tokens.access_token.binding.dpop.signing_algorithms tightened, breaks persistent, shown by before',
    '  tokens.access_token.binding.dpop.max_proof_age tightened, breaks persistent, shown by before',
    '  tokens.access_token.binding.dpop.require_nonce tightened, breaks persistent, shown by before',
    '  tokens.access_token.binding.dpop.require_ath tightened, breaks persistent, shown by before',
    '  tokens.access_token.binding.dpop.replay_cache tightened, breaks persistent, shown by before',
  ],
  'dpop-nonce-dropped': [
    'orders @ prod, access_token: more_permissive, breaks none, promises equal',
    '  tokens.access_token.binding.dpop.require_nonce loosened, breaks none, shown by after',
  ],
  'dpop-nonce-demanded': [
    'orders @ prod, access_token: less_permissive, breaks persistent, promises equal',
    '  tokens.access_token.binding.dpop.require_nonce tightened, breaks persistent, shown by before',
  ],
  'rsa-keys-shorter': [
    'orders @ prod, access_token: more_permissive, breaks none, promises equal',
    '  keys.min_rsa_bits loosened, breaks none, shown by after',
  ],
  'rsa-keys-longer': [
    'orders @ prod, access_token: less_permissive, breaks transient, promises equal',
    '  keys.min_rsa_bits tightened, breaks transient, shown by before',
  ],
  'curve-added': [
    'orders @ prod, access_token: more_permissive, breaks none, promises equal',
    '  keys.curves loosened, breaks none, shown by after',
    '  tokens.access_token.algorithms loosened, breaks none, shown by after',
  ],
  'curve-removed': [
    'orders @ prod, access_token: less_permissive, breaks transient, promises equal',
    '  keys.curves tightened, breaks transient, shown by before',
    '  tokens.access_token.algorithms tightened, breaks transient, shown by before',
  ],
  'curve-that-no-algorithm-uses': [
    'orders @ prod, access_token: equivalent, breaks none, promises equal',
    '  keys.curves loosened, breaks none, hidden by other_limits',
  ],
  'key-from-header': [
    'orders @ prod, access_token: more_permissive, breaks none, promises equal',
    '  keys.sources loosened, breaks none, shown by after',
  ],
  'key-no-longer-from-header': [
    'orders @ prod, access_token: less_permissive, breaks transient, promises equal',
    '  keys.sources tightened, breaks transient, shown by before',
  ],
  'kid-not-required': [
    'orders @ prod, access_token: more_permissive, breaks none, promises equal',
    '  keys.kid_required loosened, breaks none, shown by after',
  ],
  'kid-required': [
    'orders @ prod, access_token: less_permissive, breaks transient, promises equal',
    '  keys.kid_required tightened, breaks transient, shown by before',
  ],
  'unknown-kid-tried': [
    'orders @ prod, access_token: more_permissive, breaks none, promises equal',
    '  keys.unknown_kid loosened, breaks none, shown by after',
  ],
  'unknown-kid-refreshes': [
    'orders @ prod, access_token: less_permissive, breaks transient, promises equal',
    '  keys.unknown_kid tightened, breaks transient, shown by before',
  ],
  'addresses-widened': [
    'orders @ prod, access_token: more_permissive, breaks none, promises equal',
    '  tokens.access_token.binding.ip.cidrs loosened, breaks none, shown by after',
  ],
  'addresses-narrowed': [
    'orders @ prod, access_token: less_permissive, breaks persistent, promises equal',
    '  tokens.access_token.binding.ip.cidrs tightened, breaks persistent, shown by before',
  ],
  'refresh-family-lives-longer': [
    'id @ prod, refresh_token: more_permissive, breaks none, promises equal',
    '  tokens.refresh_token.lifetime.absolute_max loosened, breaks none, shown by after',
  ],
  'refresh-family-lives-shorter': [
    'id @ prod, refresh_token: less_permissive, breaks transient, promises equal',
    '  tokens.refresh_token.lifetime.absolute_max tightened, breaks transient, shown by before',
  ],
  'refresh-used-many-times': [
    'id @ prod, refresh_token: more_permissive, breaks none, promises equal',
    '  tokens.refresh_token.rotation.one_time_use loosened, breaks none, shown by after',
  ],
  'refresh-used-once': [
    'id @ prod, refresh_token: less_permissive, breaks persistent, promises equal',
    '  tokens.refresh_token.rotation.one_time_use tightened, breaks persistent, shown by before',
  ],
  'refresh-reuse-only-rejected': [
    'id @ prod, refresh_token: more_permissive, breaks none, promises equal',
    '  tokens.refresh_token.rotation.reuse_detection loosened, breaks none, shown by after',
  ],
  'refresh-reuse-ends-family': [
    'id @ prod, refresh_token: less_permissive, breaks persistent, promises equal',
    '  tokens.refresh_token.rotation.reuse_detection tightened, breaks persistent, shown by before',
  ],
  'objective-longer': [
    'orders @ prod, access_token: equivalent, breaks none, promises weaker',
    '  revocation.objectives.signing_key.max loosened, breaks none, assurance',
  ],
  'objective-shorter': [
    'orders @ prod, access_token: equivalent, breaks none, promises stronger',
    '  revocation.objectives.signing_key.max tightened, breaks none, assurance',
  ],
  'objective-removed': [
    'orders @ prod, access_token: equivalent, breaks none, promises stronger',
    '  revocation.objectives.access_token.max tightened, breaks none, assurance',
  ],
  'channel-removed': [
    'orders @ prod, access_token: equivalent, breaks none, promises weaker',
    '  revocation.channels[denylist https://id.example.com/denylist] loosened, breaks none, assurance',
  ],
  'channel-added': [
    'orders @ prod, access_token: equivalent, breaks none, promises stronger',
    '  revocation.channels[denylist https://id.example.com/denylist] tightened, breaks none, assurance',
  ],
  'channel-fails-open': [
    'orders @ prod, access_token: equivalent, breaks none, promises weaker',
    '  revocation.channels[denylist https://id.example.com/denylist].fail_mode loosened, breaks none, assurance',
  ],
  'channel-fails-closed': [
    'orders @ prod, access_token: equivalent, breaks none, promises stronger',
    '  revocation.channels[denylist https://id.example.com/denylist].fail_mode tightened, breaks none, assurance',
  ],
  'channel-slower': [
    'orders @ prod, access_token: equivalent, breaks none, promises weaker',
    '  revocation.channels[denylist https://id.example.com/denylist].poll_interval loosened, breaks none, assurance',
    '  revocation.channels[denylist https://id.example.com/denylist].max_propagation loosened, breaks none, assurance',
  ],
  'mtls-authority-added': [
    'orders @ prod, access_token: equivalent, breaks none, promises weaker',
    '  tokens.access_token.binding.mtls.ca_bundles loosened, breaks none, assurance',
  ],
  'mtls-authority-removed': [
    'orders @ prod, access_token: equivalent, breaks none, promises stronger',
    '  tokens.access_token.binding.mtls.ca_bundles tightened, breaks none, assurance',
  ],
  'drill-rarer': [
    'orders @ prod, access_token: equivalent, breaks none, promises weaker',
    '  drills[leaked-signing-key].every loosened, breaks none, assurance',
  ],
  'drill-more-often': [
    'orders @ prod, access_token: equivalent, breaks none, promises stronger',
    '  drills[leaked-signing-key].every tightened, breaks none, assurance',
  ],
  'drill-dropped': [
    'orders @ prod, access_token: equivalent, breaks none, promises weaker',
    '  drills[leaked-signing-key].every loosened, breaks none, assurance',
  ],
  'key-cache-longer': [
    'orders @ prod, access_token: equivalent, breaks none, promises weaker',
    '  jwks_cache.max_ttl loosened, breaks none, assurance',
    '  jwks_cache.max_stale loosened, breaks none, assurance',
  ],
  'key-cache-shorter': [
    'orders @ prod, access_token: equivalent, breaks none, promises stronger',
    '  jwks_cache.max_ttl tightened, breaks none, assurance',
    '  jwks_cache.max_stale tightened, breaks none, assurance',
  ],
  'key-rotation-slower': [
    'orders @ prod, access_token: equivalent, breaks none, promises weaker',
    '  keys.max_age loosened, breaks none, assurance',
    '  keys.rotation_interval loosened, breaks none, assurance',
    '  keys.overlap loosened, breaks none, assurance',
  ],
  'enforcement-warn': [
    'orders @ prod, access_token: ungoverned, breaks none, promises equal',
    '  applies_to loosened, breaks none, shown by after',
  ],
  'enforcement-enforce': [
    'orders @ prod, access_token: less_permissive, breaks transient, promises equal',
    '  applies_to tightened, breaks transient, shown by before',
  ],
  'enforcement-off': [
    'orders @ prod, access_token: ungoverned, breaks none, promises equal',
    '  applies_to loosened, breaks none, shown by after',
  ],
  'objective-mixed': [
    'orders @ prod, access_token: equivalent, breaks none, promises mixed',
    '  revocation.objectives.signing_key.max tightened, breaks none, assurance',
    '  revocation.objectives.access_token.max loosened, breaks none, assurance',
  ],
  'base-changes-and-three-services-follow': [
    'billing @ prod, access_token: more_permissive, breaks none, promises equal',
    '  tokens.access_token.algorithms loosened, breaks none, shown by after',
    'orders @ prod, access_token: more_permissive, breaks none, promises equal',
    '  tokens.access_token.algorithms loosened, breaks none, shown by after',
    'search @ prod, access_token: more_permissive, breaks none, promises equal',
    '  tokens.access_token.algorithms loosened, breaks none, shown by after',
  ],
  'one-of-several-policies-changes': [
    'orders @ prod, access_token: less_permissive, breaks transient, promises equal',
    '  tokens.access_token.algorithms tightened, breaks transient, shown by before',
    'orders and any other service @ any other environment; any other service @ prod, access_token: less_permissive, breaks transient, promises equal',
    '  tokens.access_token.algorithms tightened, breaks transient, shown by before',
  ],
  'policies-with-nothing-in-common': [
    'orders @ prod, access_token: dead, breaks persistent, promises equal',
    '  tokens.access_token.audiences tightened, breaks persistent, shown by before',
  ],
  'audience-split-between-services': [
    'billing @ prod, access_token: incomparable, breaks transient, promises equal',
    '  tokens.access_token.audiences changed, breaks transient, shown by after and before',
    'orders @ prod, access_token: incomparable, breaks transient, promises equal',
    '  tokens.access_token.audiences changed, breaks transient, shown by after and before',
  ],
  'scope-narrowed-leaves-a-service-without-policy': [
    'billing @ prod, access_token: ungoverned, breaks none, promises equal',
    '  applies_to loosened, breaks none, shown by after',
  ],
  'policy-deleted': [
    'orders @ prod, access_token: ungoverned, breaks none, promises equal',
    '  applies_to loosened, breaks none, shown by after',
  ],
  'policy-for-a-new-service': [
    'mail @ prod, access_token: less_permissive, breaks transient, promises equal',
    '  applies_to tightened, breaks transient, shown by before',
  ],
  'policy-of-a-service-deleted': [
    'mail @ prod, access_token: ungoverned, breaks none, promises equal',
    '  applies_to loosened, breaks none, shown by after',
  ],
  'first-policy': [
    'orders @ prod, access_token: less_permissive, breaks transient, promises equal',
    '  applies_to tightened, breaks transient, shown by before',
  ],
  'token-class-added': [
    'orders @ prod, id_token: more_permissive, breaks none, promises equal',
    '  tokens.id_token.present loosened, breaks none, shown by after',
  ],
  'token-class-removed': [
    'orders @ prod, id_token: dead, breaks persistent, promises equal',
    '  tokens.id_token.present tightened, breaks persistent, shown by before',
  ],
  'token-class-forbidden': [
    'orders @ prod, refresh_token: dead, breaks persistent, promises equal',
    '  tokens.refresh_token.present tightened, breaks persistent, shown by before',
  ],
  'file-moved': [],
  'policy-renamed': [],
  'only-comments-and-order': [],
  nothing: [],
  'one-side-does-not-parse': [
    'policy orders, access_token: unknown, breaks none, promises equal',
    'billing @ prod, access_token: more_permissive, breaks none, promises equal',
    '  tokens.access_token.audiences loosened, breaks none, shown by after',
  ],
  'waiver-added': [
    'orders @ prod, access_token: more_permissive, breaks none, promises equal',
    '  waivers[mobile-5] loosened, breaks none, shown by after',
  ],
  'waiver-removed': [
    'orders @ prod, access_token: less_permissive, breaks persistent, promises equal',
    '  waivers[mobile-5] tightened, breaks persistent, shown by before',
  ],
  'waiver-extended': [
    'orders @ prod, access_token: equivalent, breaks none, promises weaker',
    '  waivers[mobile-5] loosened, breaks none, assurance',
  ],
  'waiver-shortened': [
    'orders @ prod, access_token: equivalent, breaks none, promises stronger',
    '  waivers[mobile-5] tightened, breaks none, assurance',
  ],
  'waiver-widened': [
    'orders @ prod, access_token: more_permissive, breaks none, promises equal',
    '  waivers[mobile-5] loosened, breaks none, shown by after',
  ],
  'waiver-narrowed': [
    'orders @ prod, access_token: less_permissive, breaks persistent, promises equal',
    '  waivers[mobile-5] tightened, breaks persistent, shown by before',
  ],
  'waiver-over': [
    'orders @ prod, access_token: less_permissive, breaks persistent, promises equal',
    '  waivers[mobile-5] tightened, breaks persistent, shown by before',
  ],
  'waiver-becomes-permanent': [
    'orders @ prod, access_token: equivalent, breaks none, promises weaker',
    '  waivers[mobile-5] tightened, breaks none, hidden by accepted_anyway',
    '  tokens.access_token.binding.accept loosened, breaks none, hidden by waiver',
  ],
  'guardrail-raised': [],
  'configuration-of-a-verifier-changed': [],
  'inventory-changed': [],
  'objective-cannot-be-met': [
    'orders @ prod, access_token: equivalent, breaks none, promises stronger',
    '  revocation.objectives.signing_key.max tightened, breaks none, assurance',
  ],
  'issuers-do-not-mint-the-new-claim': [
    'orders @ prod, access_token: less_permissive, breaks persistent, promises equal',
    '  tokens.access_token.required_claims tightened, breaks persistent, shown by before',
  ],
  'issuers-do-not-use-the-removed-algorithm': [
    'orders @ prod, access_token: less_permissive, breaks none, promises equal',
    '  tokens.access_token.algorithms tightened, breaks none, shown by before',
  ],
  'clients-do-not-use-the-removed-binding': [
    'orders @ prod, access_token: less_permissive, breaks none, promises equal',
    '  tokens.access_token.binding.accept tightened, breaks none, shown by before',
  ],
};
