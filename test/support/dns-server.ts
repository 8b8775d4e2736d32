import dns2 from 'dns2';

const { Packet } = dns2;

/** A record of the server. A CNAME, MX or NS record has a target, a TXT record its strings, an A record an address. */
export type ServedRecord = {
  readonly type: 'A' | 'CNAME' | 'MX' | 'NS' | 'TXT';
  readonly name: string;
  readonly value: string | readonly string[];
  readonly priority?: number;
};

export type DnsServer = {
  /** `127.0.0.1:<port>` */
  readonly address: string;
  readonly port: number;
  /** What the server answers with from now on. */
  records: readonly ServedRecord[];
  /** Names for which the server reports a failure of its own (SERVFAIL). */
  readonly failing: Set<string>;
  close(): Promise<void>;
};

const serverFailure = 2;
const noSuchName = 3;

/** Starts a DNS server on a free port of the loopback interface. */
export async function startDnsServer(records: readonly ServedRecord[] = []): Promise<DnsServer> {
  let index = { records, byName: indexByName(records) };
  const recordsOf = (name: string) => {
    if (index.records !== state.records) index = { records: state.records, byName: indexByName(state.records) };
    return index.byName.get(name) ?? [];
  };
  const server = dns2.createServer({
    udp: true,
    handle(request, send) {
      const response = Packet.createResponseFromRequest(request);
      const [question] = request.questions as unknown as { name: string; type: number }[];
      const name = question?.name.toLowerCase() ?? '';
      const named = recordsOf(name);
      const answers = named.filter(({ type }) => Packet.TYPE[type] === question?.type);
      response.answers.push(...(answers.map(toResource) as typeof response.answers));
      if (state.failing.has(name)) response.header.rcode = serverFailure;
      else if (named.length === 0) response.header.rcode = noSuchName;
      send(response);
    },
  });
  const { udp } = await server.listen({ udp: { port: 0, address: '127.0.0.1' } });
  const port = (udp as { port: number }).port;
  const state: DnsServer = {
    address: `127.0.0.1:${port}`,
    port,
    records,
    failing: new Set(),
    close: async () => void (await server.close()),
  };
  return state;
}

function indexByName(records: readonly ServedRecord[]): Map<string, ServedRecord[]> {
  const byName = new Map<string, ServedRecord[]>();
  for (const record of records) {
    const name = record.name.toLowerCase();
    byName.set(name, [...(byName.get(name) ?? []), record]);
  }
  return byName;
}

function toResource({ type, name, value, priority }: ServedRecord): object {
  const common = { name, type: Packet.TYPE[type], class: Packet.CLASS.IN, ttl: 60 };
  switch (type) {
    case 'A':
      return { ...common, address: value };
    case 'CNAME':
      return { ...common, domain: value };
    case 'NS':
      return { ...common, ns: value };
    case 'MX':
      return { ...common, exchange: value, priority };
    case 'TXT':
      return { ...common, data: value };
    default:
      return type satisfies never;
  }
}
