import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** The input of a `GetMetricStatistics` call. */
export type MetricStatisticsInput = {
  readonly Namespace: string;
  readonly MetricName: string;
  /** Epoch seconds. */
  readonly StartTime: number;
  readonly EndTime: number;
  readonly Period: number;
  readonly Statistics: readonly string[];
  readonly Dimensions?: readonly { Name: string; Value: string }[];
};

/** A local server that answers the calls of the monitoring flow to SES, CloudWatch and SNS, in their protocols. */
export type AwsStub = {
  readonly endpoint: string;
  /** Datapoints by metric name, in any order. */
  metrics: Record<string, readonly { at: number; value: number }[]>;
  enforcement: string;
  /** Services that respond with an error. */
  broken: Set<'cloudwatch' | 'ses' | 'sns'>;
  /** The calls to CloudWatch. */
  readonly queries: MetricStatisticsInput[];
  /** The parameters of the calls to SNS. */
  readonly published: Record<string, string>[];
  /** By configuration set. */
  readonly sendingEnabled: Record<string, boolean>;
  close(): Promise<void>;
};

export async function startAwsStub(): Promise<AwsStub> {
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      const { status, text } = respond(request.method ?? '', request.url ?? '', request.headers, body.toString());
      response.writeHead(status, { 'content-type': text.startsWith('<') ? 'text/xml' : 'application/json' });
      response.end(text);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  function respond(method: string, url: string, headers: NodeJS.Dict<string | string[]>, body: string) {
    if (headers['x-amz-target'] !== undefined)
      return stub.broken.has('cloudwatch') ? denied : ok(readMetric(JSON.parse(body)));
    if (url.startsWith('/v2/email')) return stub.broken.has('ses') ? denied : ok(ses(method, url, body));
    if (stub.broken.has('sns')) return denied;
    stub.published.push(Object.fromEntries(new URLSearchParams(body)));
    return {
      status: 200,
      text: '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>',
    };
  }

  function readMetric(input: MetricStatisticsInput) {
    stub.queries.push(input);
    const [statistic = ''] = input.Statistics;
    const points = stub.metrics[input.MetricName] ?? [];
    return { Datapoints: points.map(({ at, value }) => ({ Timestamp: at / 1000, [statistic]: value })) };
  }

  function ses(method: string, url: string, body: string) {
    const name = decodeURIComponent(/configuration-sets\/([^/]+)/.exec(url)?.[1] ?? '');
    if (name === '') return { EnforcementStatus: stub.enforcement };
    if (method === 'PUT') stub.sendingEnabled[name] = JSON.parse(body).SendingEnabled;
    return { ConfigurationSetName: name, SendingOptions: { SendingEnabled: stub.sendingEnabled[name] ?? true } };
  }

  const ok = (value: unknown) => ({ status: 200, text: JSON.stringify(value) });
  const denied = { status: 400, text: '{"__type":"AccessDeniedException","message":"no"}' };
  const stub: AwsStub = {
    endpoint: `http://127.0.0.1:${port}`,
    metrics: {},
    enforcement: 'HEALTHY',
    broken: new Set(),
    queries: [],
    published: [],
    sendingEnabled: {},
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return stub;
}
