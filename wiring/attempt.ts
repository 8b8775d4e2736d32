import type { Known } from './sight.ts';

/** What cannot be had stands in the sight as its reason, and the rest is looked at. */
export async function attempt<Fact>(work: Promise<Fact>): Promise<Known<Fact>> {
  try {
    return { fact: await work };
  } catch (error) {
    return { unknown: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}
