/** Library entry: read and resolve policies, decide on tokens, predict time-to-revocation. */
export { decide } from './policy/decide.ts';
export { resolvePolicies } from './policy/resolve.ts';
export { validateDocument } from './policy/validate.ts';
export { readInventory } from './policy/read-inventory.ts';
export { readDrill } from './policy/read-drill.ts';
export { parseDocuments } from './source/parse.ts';
export { predict } from './predict/predict.ts';
export { decodeToken } from './token/decode.ts';
export { verifySignature } from './token/verify.ts';
export { isFiniteBound, maxBound, minBound, parseDuration, showBound, sumBounds } from './model/quantity.ts';
export type { Decision, Dimension, DimensionCheck, TokenContext, UnverifiedToken } from './model/decision.ts';
export type { Problem } from './model/failure.ts';
export type { Inventory } from './model/inventory.ts';
export type { Location } from './model/location.ts';
export type { EffectivePolicy, Scenario, TokenClass, TokenPolicySpec } from './model/policy.ts';
export type { Addend, BoundTree, Prediction } from './model/prediction.ts';
export type { Bound, Millis } from './model/quantity.ts';
export type { SourceDocument, ValidDocument } from './model/document.ts';
