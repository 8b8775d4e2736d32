import type { Inspected } from './inventory.ts';

/** Resolves to the value of a promise, or to its error as text, so that one failed call does not stop the inspection. */
export async function settle<Value>(work: Promise<Value>): Promise<Inspected<Value>> {
  try {
    return { value: await work };
  } catch (error) {
    return { error: describeCause(error) };
  }
}

/** Returns the message with the name AWS gives the error, which is what operators search for. */
function describeCause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === 'Error' ? error.message : `${error.name}: ${error.message}`;
}

/** Resolves to `undefined` if AWS reports that the resource does not exist. Rethrows every other error. */
export async function undefinedIfMissing<Response>(request: Promise<Response>): Promise<Response | undefined> {
  try {
    return await request;
  } catch (error) {
    // Each service has its own name for "not found".
    if (error instanceof Error && /NotFound|NonExistent|DoesNotExist/.test(error.name)) return undefined;
    throw error;
  }
}
