/**
 * Compares what this project reads in a folder of bounce and complaint emails with what another program finds there. Fetches nothing.
 *
 *     npx tsx tools/email-reports/main.ts FOLDER ANSWERS.jsonl
 *
 * Each line of the answers is a JSON object with the file's name and one recipient, as Sisimai's fields are called:
 * `{"file":"a.eml","recipient":"ann@example.net","reason":"userunknown"}`. tools/email-reports/README.md makes them with Sisimai.
 */
import { readFileSync } from 'node:fs';
import { compareWithOracle, formatComparison, readAnswers } from './compare.ts';

async function main([folder, answersFile]: readonly string[]): Promise<number> {
  if (folder === undefined || answersFile === undefined) {
    process.stderr.write('Usage: npx tsx tools/email-reports/main.ts FOLDER ANSWERS.jsonl\n');
    return 2;
  }
  const answers = readAnswers(readFileSync(answersFile, 'utf8'));
  process.stdout.write(formatComparison(await compareWithOracle(folder, answers)));
  return 0;
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
