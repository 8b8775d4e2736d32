import { Argument, type Command } from 'commander';
import type { CommandContext } from '../io/cli-io.ts';

/** Adds the command `completion`: its options and help. */
export function defineCompletion(program: Command, { io, exitWith }: CommandContext): void {
  program
    .command('completion')
    .summary('Prints a script that completes commands and options in your shell')
    .description('Prints a script that completes commands and options in your shell.')
    .addArgument(new Argument('<shell>', 'your shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      `
Examples:
  $ npx ses-feedback completion bash >> ~/.bashrc
  $ npx ses-feedback completion zsh >> ~/.zshrc
  $ npx ses-feedback completion fish > ~/.config/fish/completions/ses-feedback.fish`,
    )
    .action(async (shell: 'bash' | 'zsh' | 'fish') => {
      const { completionCommand } = await import('../commands/completion.ts');
      exitWith(completionCommand(shell, program, io));
    });
}
