import { setTimeout as sleep } from 'node:timers/promises';
import { openDesk } from '../../cli/desk/desk.ts';
import { startDesk } from '../../cli/desk/server.ts';
import { createClients } from '../../cli/stack/clients.ts';
import { readStack } from '../../cli/stack/stack.ts';
import { defaultPolicy } from '../../shared/domain/policy/policy.ts';
import { median } from './statistics.ts';

const runs = 7;
const goals = { search: 300, page: 500 };

/** Measures the pages of the desk on the table of a stack. The directory is read once before, as when the first page is opened. */
export async function measureDesk(stackName: string, count: number): Promise<void> {
  const clients = createClients();
  const stack = await readStack(clients.cloudFormation, stackName);
  const desk = openDesk({ stack, clients, policy: defaultPolicy, by: 'bench', isReadOnly: true });
  const startedAt = performance.now();
  await desk.directory.refresh();
  const firstMs = performance.now() - startedAt;
  while (desk.directory.state().readAt === undefined) await sleep(50);
  const allMs = performance.now() - startedAt;
  const megabytes = Math.round(process.memoryUsage().rss / 1e6);
  console.log(
    `\ndesk: ${count.toLocaleString('en-US')} addresses read in ${(allMs / 1000).toFixed(1)} s, the first page after ${firstMs.toFixed(0)} ms; ${megabytes} MB`,
  );
  const server = await startDesk(desk);
  const opened = await fetch(server.url);
  const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? '';
  const { origin } = new URL(server.url);
  const measured = [
    ['desk: not found (floor)', '/nothing', undefined],
    ['desk: search', '/suggest?q=person12345', goals.search],
    ['desk: suppressed', '/suppressed', goals.page],
    ['desk: suppressed, filtered', '/suppressed?text=person12345&reason=hard', goals.page],
    ['desk: suppressed, last page', `/suppressed?page=${Math.floor(count / 100)}`, goals.page],
    ['desk: one address', `/address?q=person${count >> 1}@example${(count >> 1) % 1000}.net`, goals.page],
  ] as const;
  for (const [name, path, goal] of measured) {
    const times: number[] = [];
    // SES accepts one call a second, so that an address that is opened right after another waits for it.
    const pauseMs = path.startsWith('/address') ? 1100 : 0;
    for (let run = -1; run < runs; run++) {
      await sleep(pauseMs);
      const start = performance.now();
      const response = await fetch(`${origin}${path}`, { headers: { cookie } });
      await response.text();
      if (run >= 0) times.push(performance.now() - start);
    }
    const time = median(times);
    const isSlow = goal !== undefined && time > goal;
    if (isSlow) process.exitCode = 1;
    console.log(
      `${(isSlow ? 'above' : 'ok').padEnd(6)}${name.padEnd(32)}${time.toFixed(0).padStart(6)} ms${goal === undefined ? '' : `  (at most ${goal} ms)`}`,
    );
  }
  server.close();
  await server.ended;
}
