import { formatCount } from '../../shared/domain/reputation/format-rate.ts';
import type { Progress } from '../stack/inspect-ses.ts';
import type { Output } from './cli-io.ts';

/** One line of the terminal that shows how far a command is. */
export type ProgressLine = {
  /** Shows how many of a known total are done, and clears the line at the last one. Shows nothing for fewer than three. */
  readonly show: Progress;
  /** Shows a count whose total is unknown. */
  showCount(what: string, done: number): void;
  clear(): void;
};

const clearLine = '\r\x1b[K';

/** Creates a progress line. It shows nothing if the output is not a terminal. */
export function createProgress(output: Output): ProgressLine {
  const show = (text: string) => {
    if (output.isTTY) output.write(`${clearLine}${text}`);
  };
  return {
    show(what, done, total) {
      if (total < 3) return;
      show(done + 1 === total ? '' : `${what}: ${done} of ${total}`);
    },
    showCount: (what, done) => show(`${what}: ${formatCount(done)}`),
    clear: () => show(''),
  };
}
