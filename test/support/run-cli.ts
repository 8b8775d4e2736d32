import { Readable } from 'node:stream';
import { runCli as runInThisProcess } from '../../cli/run-cli.ts';
import { bareEnvironment, root } from './run.ts';

type RunCliOptions = {
  readonly env?: Readonly<Record<string, string>>;
  /** The text on standard input. */
  readonly input?: string;
  /** The working directory. */
  readonly cwd?: string;
  /** Whether the input and the outputs are a terminal, which also shows progress. */
  readonly isTTY?: boolean;
  /** The width of the terminal. */
  readonly columns?: number;
};

/** The environment and the working directory belong to the process, so that one command runs at a time. */
let lastRun: Promise<unknown> = Promise.resolve();

/**
 * Runs a `ses-feedback` command in this process, a hundred times faster than in its own, and returns its exit code and its output. During
 * the command, the environment of this process contains nothing about AWS except `env`.
 */
export async function runCli(
  args: readonly string[],
  options: RunCliOptions = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const thisRun = lastRun.then(() => runAlone(args, options));
  lastRun = thisRun.catch(() => {});
  return thisRun;
}

async function runAlone(
  args: readonly string[],
  { env = {}, input = '', cwd = root, isTTY = false, columns = 80 }: RunCliOptions,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const [environment, folder] = [{ ...process.env }, process.cwd()];
  const stdout: string[] = [];
  const stderr: string[] = [];
  const outputTo = (texts: string[]) => ({ isTTY, columns, write: (text: string) => texts.push(text) });
  try {
    setEnvironment({ ...bareEnvironment, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', ...env });
    process.chdir(cwd);
    const io = {
      stdin: Object.assign(Readable.from([input]), { isTTY }),
      stdout: outputTo(stdout),
      stderr: outputTo(stderr),
    };
    const code = await runInThisProcess(args, io);
    return { code, stdout: stdout.join(''), stderr: stderr.join('') };
  } finally {
    setEnvironment(environment);
    process.chdir(folder);
  }
}

/** Changes `process.env` instead of replacing it, because other modules hold a reference to it. */
function setEnvironment(environment: Readonly<NodeJS.ProcessEnv>): void {
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
}
