// cspell:disable -- the variables of shells
import type { Command } from 'commander';
import type { CliIO, ExitCode } from '../io/cli-io.ts';

/** A command or a subcommand, by the words that select it: `check`, `dlq list`. */
type Completed = { readonly path: string; readonly summary: string; readonly words: readonly string[] };

/** Runs the command `completion`. The script is made from the definitions of the commands, so it is always complete. */
export function completionCommand(shell: 'bash' | 'zsh' | 'fish', program: Command, { stdout }: CliIO): ExitCode {
  const commands = program.commands
    .filter((command) => command.name() !== 'help')
    .flatMap((command) => describe(command));
  stdout.write(shell === 'fish' ? fishScript(commands) : bashScript(commands, shell === 'zsh'));
  return 0;
}

function describe(command: Command, parent = ''): Completed[] {
  const path = `${parent}${command.name()}`;
  const children = command.commands.filter((child) => child.name() !== 'help');
  const options = command.options.filter(({ hidden }) => !hidden).flatMap(({ long }) => long ?? []);
  const words = [...children.map((child) => child.name()), ...options, '--help'];
  return [{ path, summary: command.summary(), words }, ...children.flatMap((child) => describe(child, `${path} `))];
}

/** zsh runs completions for bash. */
function bashScript(commands: readonly Completed[], isZsh: boolean): string {
  const top = commands.filter(({ path }) => !path.includes(' '));
  const nested = commands.filter(({ path }) => path.includes(' '));
  const caseOf = ({ path, words }: Completed) => `"${path}") words="${words.join(' ')}" ;;`;
  return `${isZsh ? 'autoload -U +X bashcompinit && bashcompinit\n' : ''}_ses_feedback() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words="${top.map(({ path }) => path).join(' ')}"
  if [ "$COMP_CWORD" -gt 1 ]; then
    case "\${COMP_WORDS[1]}" in
      ${top.map(caseOf).join('\n      ')}
    esac
  fi
  if [ "$COMP_CWORD" -gt 2 ]; then
    case "\${COMP_WORDS[1]} \${COMP_WORDS[2]}" in
      ${nested.map(caseOf).join('\n      ')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _ses_feedback ses-feedback
`;
}

function fishScript(commands: readonly Completed[]): string {
  const quote = (text: string) => `'${text.replaceAll(/['\\]/g, '\\$&')}'`;
  const lines = commands.flatMap(({ path, summary, words }) => {
    const [name = '', child] = path.split(' ');
    const condition = child === undefined ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${name}`;
    const isHere = `__fish_seen_subcommand_from ${child ?? name}`;
    const options = words.filter((word) => word.startsWith('--')).map((word) => word.slice(2));
    return [
      `complete -c ses-feedback -f -n ${quote(condition)} -a ${child ?? name} -d ${quote(summary)}`,
      ...options.map((option) => `complete -c ses-feedback -n ${quote(isHere)} -l ${option}`),
    ];
  });
  return `${lines.join('\n')}\n`;
}
