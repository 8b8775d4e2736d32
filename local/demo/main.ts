import { Command } from 'commander';
import type { DeskServer } from '../../cli/desk/server.ts';
import { type DemoOptions, runDemo } from './run-demo.ts';

/** `npm run demo` */
const program = new Command('npm run demo --')
  .description(
    'Runs the deployed code on the sample messages in events/ and on a week with a bad list, with an embedded DynamoDB. Needs no AWS account.',
  )
  .argument('[file...]', 'messages of your own, to show with the samples (in any form that explain reads)')
  .option('--all', 'show every sample, what it writes, and all notices')
  .option('--desk', 'afterwards, serve the pages of the command desk on the data of the demonstration')
  .showHelpAfterError('npm run demo -- --help shows the options.')
  .addHelpText('after', '\nSEED=<number> repeats the random order of an earlier run.')
  .action(async (files: string[], { all = false, desk = false }: { all?: boolean; desk?: boolean }) => {
    await runDemo({ files, all, ...(desk && { onDesk: announce }), ...seedOf(process.env.SEED) }, process);
  });

/** Says where the desk is, and ends it at Ctrl-C. */
function announce({ url, close }: DeskServer): void {
  process.stdout.write(`\nOpen this address in a browser on this computer. It works once:\n\n  ${url}\n\n`);
  process.stdout.write('The desk shows the week above, on simulated AWS. To end it: Ctrl-C\n');
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, close);
}

function seedOf(text: string | undefined): Pick<DemoOptions, 'seed'> {
  if (text === undefined) return {};
  const seed = Number(text);
  if (text === '' || !Number.isSafeInteger(seed)) throw new Error('SEED must be a whole number.');
  return { seed };
}

// A reader of the output may close the pipe early (`| head`). That is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
