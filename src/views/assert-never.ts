/** The end of a switch over a union: the compiler refuses a forgotten case, and a foreign message is an error. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected: ${JSON.stringify(value)}`);
}
