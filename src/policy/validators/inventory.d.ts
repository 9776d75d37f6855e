import type { ErrorObject } from 'ajv';

/** Validates parsed data; `errors` holds the problems of the last call. */
declare const validate: { (data: unknown): boolean; errors?: ErrorObject[] | null };
export default validate;
