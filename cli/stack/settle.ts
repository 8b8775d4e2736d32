import type { Known } from './inventory.ts';

/** What cannot be had stands in the sight as its reason, and the rest is looked at. */
export async function attempt<Fact>(work: Promise<Fact>): Promise<Known<Fact>> {
  try {
    return { fact: await work };
  } catch (error) {
    return { unknown: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

/** What there is none of, in the words of the services, is an answer and no fault. */
export async function unlessGone<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Error && /NotFound|NonExistent|DoesNotExist/.test(error.name)) return undefined;
    throw error;
  }
}
