import { runCli } from './run-cli.ts';

/**
 * Runs the command of this process and sets its exit code.
 *
 * @param beforeCommand called before a command is imported, but not for help, the version or a usage error
 */
export async function main(beforeCommand?: () => Promise<void>): Promise<void> {
  // The SDK warns at start that its versions of 2027 will need Node 22. That does not help an operator.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  // The reader of a pipe may stop early (`| head`). That is not an error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  process.exitCode = await runCli(process.argv.slice(2), process, beforeCommand);
}
