/**
 * Finds words and phrases that the project has replaced, so that they do not come back: `npm run lint`. The standard terms are in
 * docs/glossary.md. A line that needs one of them, for example because AWS or a stored item uses it, is listed in {@link exceptions}.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** A word or phrase, and what to write instead. */
type Replaced = readonly [pattern: RegExp, instead: string];

const replaced: readonly Replaced[] = [
  [/\be-mails?\b|\bmails\b|\ban? mail\b(?! server| from|\.)/i, 'email, emails'],
  [/\bfor good\b/i, 'permanently'],
  [/\bby hand\b/i, 'manually'],
  [/\b(?:is|are|was|be|been|has|have) told\b|\btells? (?:SES|it|them)\b/i, 'sync, publish, report'],
  [/\blet(?:s|ting)? (?:it |them |an address |addresses |people )?go\b|letGo/i, 'release'],
  [/\b(?:as wished|wish(?:es|Of)?)\b/i, 'desired state'],
  [/\bspellings?\b|Spellings?\b/, 'original address, address variants'],
  [/\bspeaks? for\b|\bspeakers?\b|spokenFor/i, 'inhibit, inhibitor'],
  [/\bheld against\b|\bholds? .{1,40} against\b/i, 'compare'],
  [/\bnot to be had\b/i, 'not available'],
  [/\b(?:that|which|where|who) (?:is|are) none\b/i, 'say what is invalid'],
  [/\bwhoever\b/i, 'name the actor'],
  [/\b[Ss]ome (?:half|ten|twenty|thirty|a hundred|\d)/, 'about'],
  [/\bbrakes?\b/i, 'auto-pause'],
  [/\bdelegates\b/i, 'allowedAccounts'],
  [/\bmirror(?:ed|Key|Of)?\b/i, 'pending sync, sync state'],
  [/\b(?:review|pause)Lines\b|\b(?:review|pause) lines?\b/i, 'review threshold, pause threshold'],
  [/\btall(?:y|ies)\b/i, 'bucket, count'],
  [/\bstretch(?:es)?\b/i, 'bucket'],
  [/(?<!out of )\bsights?\b/i, 'snapshot, inventory'],
  [/\bStoreFault\b/, 'StoreError'],
  [/\bpatience\b/i, 'maxAttempts, RetryContext'],
  [/\bstrangers?\b|\bwhole world\b/i, 'untrusted sender; name the actor'],
  [/\bpaced?\b/i, 'rate limit'],
  [/\bopenBatch\b|\bDeliver(?:y|ies)\b(?= \{)/, 'unwrapBatch, RawMessage'],
  [/\bmortal\b|\bplayed\b|\bfates?\b/i, 'crashing, simulated, outcome'],
];

/** Files that may contain a replaced word: the stored names, generated or recorded data, and the records of earlier names. */
const exceptions: readonly [file: RegExp, words?: RegExp][] = [
  [/^(package-lock\.json|tools\/lint\/wording\.ts|LICENSE)$/],
  [/^docs\/decisions\/00(01|08|10)-/],
  [
    /(stored-items|renamed-settings)\.(json|ts|test\.ts)$|template-0\.1\.0\.json$|^test\/process\/repo\/lint\.test\.ts$/,
  ],
  // What servers say.
  [/^shared\/domain\/verdict\/[\w-]+\.ts$/, /^mails$/],
  // A page of a listing that version 0.1.0 stored.
  [/(listing-pages|read-listing(-changes)?)\.(test\.)?ts$/, /^spellings?$/],
  // The index of the table, and attributes of stored items.
  [/^(test|serverless)\//, /^(mirror|mirrored|spellings)$/],
  [
    /^(shared\/aws\/dynamodb\/(suppression-item|alarm-item|stored-notice|outbox-index|status-change-item|query-outbox|history-item|history-table)\.ts|test\/aws\/dynamodb\/.*\.ts|resources\/.*\.yml|serverless\.yml)$/,
    /mirror|brake|spellings|spokenFor/i,
  ],
];

const textFile = /\.(ts|cjs|js|mjs|md|yml|yaml|json|grit|sh)$|^\.ci\/run$/;

/** Returns one line for each finding: file, line, word and what to write instead. */
export function findReplacedWords(files: readonly { readonly file: string; readonly text: string }[]): string[] {
  return files.flatMap(({ file, text }) => {
    const excepted = exceptions.filter(([pattern]) => pattern.test(file));
    if (excepted.some(([, words]) => words === undefined)) return [];
    return text.split('\n').flatMap((line, index) =>
      replaced.flatMap(([pattern, instead]) => {
        const [word] = pattern.exec(line) ?? [];
        if (word === undefined || excepted.some(([, words]) => words?.test(word))) return [];
        return `${file}:${index + 1}: "${word}": write ${instead} (docs/glossary.md)`;
      }),
    );
  });
}

if (require.main === module) {
  const root = path.join(__dirname, '..', '..');
  const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  const files = tracked.split('\n').filter((file) => textFile.test(file));
  const findings = findReplacedWords(
    files.flatMap((file) => {
      try {
        return { file, text: readFileSync(path.join(root, file), 'utf8') };
      } catch {
        return []; // Deleted in the working tree, still in the index.
      }
    }),
  );
  for (const finding of findings) console.error(finding);
  if (findings.length > 0) process.exitCode = 1;
}
