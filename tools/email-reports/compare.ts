import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { explainEmail } from '../../cli/explain/explain-email.ts';
import { groupBy } from '../../shared/domain/group-by.ts';
import { defaultPolicy } from '../../shared/domain/policy/policy.ts';

/** What the other program says about one recipient. */
export type OracleAnswer = { readonly file: string; readonly recipient: string; readonly reason: string };

/** A recipient that this project does not find, or suppresses without end for another reason than the other program names. */
export type Difference = OracleAnswer & { readonly found: readonly string[]; readonly words?: string };

export type OracleComparison = {
  readonly recipients: number;
  readonly missing: readonly Difference[];
  /** Suppressed permanently, although the other program names no reason that lasts. */
  readonly doubtful: readonly Difference[];
};

/** The reasons of Sisimai that say something lasting about an address. `filtered` often is an unknown user: look at each. */
const lasting = new Set(['userunknown', 'hostunknown', 'hasmoved', 'suspend', 'feedback']);

/** Not a bounce: automatic replies and reports of success, which Sisimai returns as well. */
const notBounces = new Set(['vacation', 'delivered']);

/** Reads the answers, one JSON object on each line. Lines without a recipient are left out. */
export function readAnswers(text: string): OracleAnswer[] {
  return text.split('\n').flatMap((line) => {
    if (line.trim() === '') return [];
    const { file, recipient, reason = '' } = JSON.parse(line) as Partial<OracleAnswer>;
    return file === undefined || !recipient || notBounces.has(reason) ? [] : [{ file, recipient, reason }];
  });
}

export async function compareWithOracle(folder: string, answers: readonly OracleAnswer[]): Promise<OracleComparison> {
  const missing: Difference[] = [];
  const doubtful: Difference[] = [];
  for (const [file, some] of groupBy(answers, (answer) => answer.file)) {
    const { recipients } = await explainEmail(await readFile(path.join(folder, file)), defaultPolicy, Date.now());
    const found = recipients.map(({ address }) => address);
    for (const answer of some) {
      const match = recipients.find(({ address }) => plain(address) === plain(answer.recipient));
      if (match === undefined) missing.push({ ...answer, found });
      else if (match.until === null && !lasting.has(answer.reason))
        doubtful.push({ ...answer, found, words: match.rule });
    }
  }
  return { recipients: answers.length, missing, doubtful };
}

/** Some programs quote a local part that needs no quotes. */
function plain(address: string): string {
  return address.toLowerCase().replaceAll('"', '');
}

export function formatComparison({ recipients, missing, doubtful }: OracleComparison): string {
  const share = (100 * (recipients - missing.length)) / Math.max(1, recipients);
  const lines = (title: string, some: readonly Difference[]) =>
    some.map(
      ({ file, recipient, reason, found }) =>
        `${title}: ${file}: ${recipient} (${reason}); found: ${found.join(', ') || 'none'}`,
    );
  return `${[
    ...lines('not found', missing),
    ...lines('permanent', doubtful),
    `Found ${recipients - missing.length} of ${recipients} recipients: ${share.toFixed(1)} %. Permanent for a reason to look at: ${doubtful.length}.`,
  ].join('\n')}\n`;
}
