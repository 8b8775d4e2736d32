import type { Inspected } from './inventory.ts';

/** What cannot be had stands in the sight as its reason, and the rest is looked at. */
export async function settle<Fact>(work: Promise<Fact>): Promise<Inspected<Fact>> {
  try {
    return { value: await work };
  } catch (error) {
    return { error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

/** What there is none of, in the words of the services, is an answer and no fault. */
export async function undefinedIfMissing<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Error && /NotFound|NonExistent|DoesNotExist/.test(error.name)) return undefined;
    throw error;
  }
}
