import { Command } from 'commander';
import { version } from '../package.json';
import { defineAccounts } from './definitions/accounts.ts';
import { defineAudit } from './definitions/audit.ts';
import { defineAwsWindow } from './definitions/aws-window.ts';
import { defineBacktest } from './definitions/backtest.ts';
import { defineCheck } from './definitions/check.ts';
import { defineCompletion } from './definitions/completion.ts';
import { defineConnect } from './definitions/connect.ts';
import { defineDesk } from './definitions/desk.ts';
import { defineDlq } from './definitions/dlq.ts';
import { defineDoctor } from './definitions/doctor.ts';
import { defineErase } from './definitions/erase.ts';
import { defineExplain } from './definitions/explain.ts';
import { defineExport } from './definitions/export.ts';
import { defineHistory } from './definitions/history.ts';
import { defineIdentities } from './definitions/identities.ts';
import { defineImport } from './definitions/import.ts';
import { defineIncidents } from './definitions/incidents.ts';
import { defineIngestEmail } from './definitions/ingest-email.ts';
import { defineList } from './definitions/list.ts';
import { definePreflight } from './definitions/preflight.ts';
import { defineRates } from './definitions/rates.ts';
import { defineRelay } from './definitions/relay.ts';
import { defineRelease } from './definitions/release.ts';
import { defineReport } from './definitions/report.ts';
import { defineSendTest } from './definitions/send-test.ts';
import { defineSmtpCredentials } from './definitions/smtp-credentials.ts';
import { defineStats } from './definitions/stats.ts';
import { defineStatus } from './definitions/status.ts';
import { defineSuppress } from './definitions/suppress.ts';
import { defineSync } from './definitions/sync.ts';
import type { CommandContext } from './io/cli-io.ts';

/**
 * Creates the program. The options and the help of a command are in `definitions/`, the work in `commands/` under the same name. A
 * definition imports the work only when the command runs, so that `--help` loads neither the AWS SDK nor the domain.
 */
export function createProgram(context: CommandContext): Command {
  const { stdout, stderr } = context.io;
  const program = new Command('ses-feedback')
    .description('Sets up, checks and operates the handling of Amazon SES bounces and complaints.')
    .version(version)
    .showHelpAfterError('Run: npx ses-feedback --help')
    // The commands inherit these two. Commander then throws instead of ending the process.
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      getOutHelpWidth: () => widthOf(stdout),
      getErrHelpWidth: () => widthOf(stderr),
    });

  program.commandsGroup('Setup and monitoring:');
  defineStatus(program, context);
  defineDesk(program, context);
  defineAccounts(program, context);
  defineIdentities(program, context);
  defineConnect(program, context);
  defineSmtpCredentials(program, context);
  defineRelay(program, context);
  defineSendTest(program, context);
  defineDoctor(program, context);
  defineRates(program, context);
  defineAwsWindow(program, context);
  definePreflight(program, context);
  defineIncidents(program, context);
  defineStats(program, context);
  defineReport(program, context);
  defineDlq(program, context);
  defineAudit(program, context);

  program.commandsGroup('Suppression list:');
  defineCheck(program, context);
  defineList(program, context);
  defineHistory(program, context);
  defineSuppress(program, context);
  defineRelease(program, context);
  defineImport(program, context);
  defineIngestEmail(program, context);
  defineExport(program, context);
  defineErase(program, context);
  defineSync(program, context);

  program.commandsGroup('Offline analysis:');
  defineExplain(program, context);
  defineBacktest(program, context);

  program.commandsGroup('Other commands:').helpCommand(true);
  defineCompletion(program, context);

  for (const command of program.commands) command.showHelpAfterError(`Run: npx ses-feedback ${command.name()} --help`);
  return program;
}

/** Returns the width of a terminal, characters. Commander chooses the width of other outputs. */
function widthOf({ isTTY, columns = 80 }: CommandContext['io']['stdout']): number {
  return isTTY ? columns : 80;
}
