/** A value as it comes back from a file. */
export const viaJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
