import { type Command, Option } from 'commander';
import { parseNote } from './parse-options.ts';

/** Adds the options that several commands share. Call these after adding a command's own options, so that help lists those first. */
export const withJson = (command: Command) => command.option('--json', 'print JSON');

export const withPolicy = (command: Command) =>
  command.option('--policy <file>', 'policy file (default: policy.json of ses-feedback)');

export const withStack = (command: Command) =>
  command
    .optionsGroup('Stack options:')
    .addOption(
      new Option('--stage <stage>', 'stage of the stack ses-feedback-<stage>')
        .env('SES_FEEDBACK_STAGE')
        .default('prod'),
    )
    .option('--stack <name>', 'name of the stack, instead of --stage')
    .option('--profile <profile>', 'profile of your AWS configuration (default: AWS_PROFILE)')
    .option('--region <region>', 'AWS Region of the stack (default: AWS_REGION, or the Region of the profile)');

/** The options of a command that needs AWS and no stack. */
export const withAws = (command: Command) =>
  command
    .optionsGroup('AWS options:')
    .option('--profile <profile>', 'profile of your AWS configuration (default: AWS_PROFILE)')
    .option('--region <region>', 'AWS Region (default: AWS_REGION, or the Region of the profile)');

export function withAttribution(command: Command, { hasDuration = false } = {}): Command {
  command
    .requiredOption('--note <text>', 'reason for the change, stored with the record', parseNote)
    .option('--by <name>', 'author of the change, stored with it (default: the ARN of your AWS identity)');
  if (hasDuration) return command;
  return command.addOption(
    new Option('--for <text>')
      .hideHelp()
      .argParser(() => command.error("error: unknown option '--for'. Its new name is --note.")),
  );
}
