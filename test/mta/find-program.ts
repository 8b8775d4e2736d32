import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** Returns the path of a program, or `undefined`. Mail servers are in `/usr/sbin`, which need not be on the PATH. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders
    .map((folder) => path.join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
