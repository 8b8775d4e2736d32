import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Mta, MtaOptions } from './mta.ts';

/** The user `nobody` of Debian: Exim drops its privileges to a user that must exist. */
const nobody = 65_534;

/** Starts Exim as a relay: reports go to `catcher`, everything else to `server`. */
export async function startExim(program: string, { port, server, catcher }: MtaOptions): Promise<Mta> {
  const folder = mkdtempSync(path.join(tmpdir(), 'exim-'));
  chmodSync(folder, 0o755);
  const spool = path.join(folder, 'spool');
  mkdirSync(spool);
  chownSync(spool, nobody, nobody);
  const file = path.join(folder, 'exim.conf');
  writeFileSync(file, configuration({ program, spool, port, server, catcher }), { mode: 0o644 });
  const child = spawn(program, ['-C', file, '-bdf', '-oP', path.join(folder, 'pid')], { stdio: 'ignore' });
  return {
    // Exim keeps its rights only if root names the configuration, so that the daemon's own processes deliver nothing.
    flush: () => void spawn(program, ['-C', file, '-qf'], { stdio: 'ignore' }),
    async stop() {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

const configuration = ({ program, spool, port, server, catcher }: MtaOptions & Record<'program' | 'spool', string>) => `
exim_path = ${program}
primary_hostname = mx.relay.example
spool_directory = ${spool}
log_file_path = ${spool}/%s.log
exim_user = ${nobody}
exim_group = ${nobody}
local_interfaces = 127.0.0.1
daemon_smtp_ports = ${port}
tls_advertise_hosts =
acl_smtp_rcpt = all
qualify_domain = mx.relay.example
never_users =
begin acl
all:
  accept
begin routers
reports:
  driver = manualroute
  domains = bounces.shop.example
  route_list = * 127.0.0.1
  self = send
  transport = catcher
rest:
  driver = manualroute
  route_list = * 127.0.0.1
  self = send
  transport = server
begin transports
catcher:
  driver = smtp
  port = ${catcher}
  hosts_try_chunking =
  hosts_avoid_tls = *
  allow_localhost
server:
  driver = smtp
  port = ${server}
  hosts_try_chunking =
  hosts_avoid_tls = *
  allow_localhost
begin retry
* * F,1d,1d
`;
