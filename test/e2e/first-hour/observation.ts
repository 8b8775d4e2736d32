/** What AWS did, beside what the documentation or the simulator of SES says. Texts contain no address, account id or name of a stack. */
export type Observation = {
  readonly subject: string;
  readonly expected: string;
  readonly observed: string;
  /** Missing if it could not be observed. */
  readonly isExpected?: boolean;
};

export type Outcome = string | { readonly observed: string; readonly isExpected: boolean };

/**
 * Observes one thing. The outcome is expected if it is the expected text, or says so itself. An error is an observation without a result:
 * only its name is kept, because the messages of AWS contain ARNs and addresses.
 */
export async function observe(subject: string, expected: string, look: () => Promise<Outcome>): Promise<Observation> {
  try {
    const outcome = await look();
    const { observed, isExpected } =
      typeof outcome === 'string' ? { observed: outcome, isExpected: outcome === expected } : outcome;
    return { subject, expected, observed, isExpected };
  } catch (error) {
    return { subject, expected, observed: `not observed: ${errorName(error)}` };
  }
}

function errorName(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown error';
}

/**
 * Returns `ok`, or the name of the error if SES rejected the input of the call.
 * @throws every other error, such as a missing permission
 */
export async function nameOutcome(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'ok';
  } catch (error) {
    const name = errorName(error);
    if (name === 'NotFoundException' || name === 'BadRequestException') return name;
    throw error;
  }
}
