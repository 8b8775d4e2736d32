import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Mta, MtaOptions } from './mta.ts';

/** Starts Postfix as a relay, with a configuration and a queue of its own: reports go to `catcher`, everything else to `server`. */
export async function startPostfix(program: string, { port, server, catcher }: MtaOptions): Promise<Mta> {
  const folder = mkdtempSync(path.join(tmpdir(), 'postfix-'));
  chmodSync(folder, 0o755);
  const [configuration, queue, data] = ['etc', 'queue', 'data'].map((name) => path.join(folder, name)) as [
    string,
    string,
    string,
  ];
  mkdirSync(configuration);
  mkdirSync(queue);
  mkdirSync(data);
  const original = execFileSync('postconf', ['-h', 'config_directory'], { encoding: 'utf8' }).trim();
  cpSync(path.join(original, 'postfix-files'), path.join(configuration, 'postfix-files'));
  const owner = execFileSync('postconf', ['-h', 'mail_owner'], { encoding: 'utf8' }).trim();
  execFileSync('chown', [owner, data]);
  writeFileSync(
    path.join(configuration, 'transport'),
    `bounces.shop.example smtp:[127.0.0.1]:${catcher}\n* smtp:[127.0.0.1]:${server}\n`,
  );
  writeFileSync(
    path.join(configuration, 'main.cf'),
    `compatibility_level = 3.6
queue_directory = ${queue}
data_directory = ${data}
myhostname = mx.relay.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
transport_maps = texthash:${path.join(configuration, 'transport')}
alias_maps =
smtp_tls_security_level = none
smtpd_tls_security_level = none
maillog_file = ${path.join(folder, 'mail.log')}
maillog_file_prefixes = ${folder}
smtpd_relay_restrictions = permit_mynetworks, reject
`,
  );
  writeFileSync(path.join(configuration, 'master.cf'), services(port));
  execFileSync(program, ['-c', configuration, 'start'], { stdio: 'ignore' });
  return {
    flush: () => void spawn(program, ['-c', configuration, 'flush'], { stdio: 'ignore' }),
    async stop() {
      execFileSync(program, ['-c', configuration, 'stop'], { stdio: 'ignore' });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** No service runs in a chroot, which would need copies of system files. */
const services = (port: number) => `127.0.0.1:${port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
`;
