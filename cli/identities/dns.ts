import type { MxRecord } from 'node:dns';
import { Resolver } from 'node:dns/promises';

/** The answer to one question: the records, none if there are none, or why there is no answer. */
export type DnsAnswer<Value> = { readonly values: readonly Value[] } | { readonly error: string };

/** A DNS server, or the resolver of this computer. */
export type Dns = {
  cname(name: string): Promise<DnsAnswer<string>>;
  mx(name: string): Promise<DnsAnswer<MxRecord>>;
  /** The strings of each record are joined, as SPF, DKIM and DMARC require. */
  txt(name: string): Promise<DnsAnswer<string>>;
  ns(name: string): Promise<DnsAnswer<string>>;
  address(name: string): Promise<DnsAnswer<string>>;
};

const options = { timeout: 2000, tries: 2 };

/** What a server answers if the name, or a record of this type, does not exist. */
const nothing = new Set(['ENODATA', 'ENOTFOUND']);

/** Returns a resolver that asks a server (`192.0.2.53`, `192.0.2.53:5353`), or by default those that this computer uses. */
export function createDns(server?: string): Dns {
  const resolver = new Resolver(options);
  if (server !== undefined) resolver.setServers([server]);
  const ask = async <Value>(question: Promise<readonly Value[]>): Promise<DnsAnswer<Value>> => {
    try {
      return { values: await question };
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      return nothing.has(code) ? { values: [] } : { error: code };
    }
  };
  return {
    cname: (name) => ask(resolver.resolveCname(name)),
    mx: (name) => ask(resolver.resolveMx(name)),
    txt: (name) => ask(resolver.resolveTxt(name).then((records) => records.map((strings) => strings.join('')))),
    ns: (name) => ask(resolver.resolveNs(name)),
    address: async (name) => {
      const four = await ask(resolver.resolve4(name));
      return 'values' in four && four.values.length > 0 ? four : ask(resolver.resolve6(name));
    },
  };
}

/** A server that has the records of a zone, and how to ask it. */
export type AuthoritativeServer = { readonly host: string; readonly dns: Dns };

/**
 * Finds the servers that have the records of a name: those of the nearest zone above it. Returns none if they cannot be found.
 * @param connect returns how to ask the server at an IP address
 */
export async function findAuthoritativeServers(
  dns: Dns,
  name: string,
  connect: (address: string) => Dns = (address) => createDns(address.includes(':') ? `[${address}]` : address),
): Promise<AuthoritativeServer[]> {
  const hosts = await findNameServers(dns, name);
  const servers = await Promise.all(
    hosts.map(async (host) => {
      const answer = await dns.address(host);
      const [address] = 'values' in answer ? answer.values : [];
      return address === undefined ? [] : { host, dns: connect(address) };
    }),
  );
  return servers.flat();
}

/** The zone of a name begins at the name itself or at a parent, but never at a top-level domain. */
async function findNameServers(dns: Dns, name: string): Promise<readonly string[]> {
  for (let zone = name; zone.includes('.'); zone = zone.slice(zone.indexOf('.') + 1)) {
    const answer = await dns.ns(zone);
    if ('values' in answer && answer.values.length > 0) return answer.values;
  }
  return [];
}
