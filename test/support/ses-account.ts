import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export type Identity = {
  verified: boolean;
  forwarding: boolean;
  configurationSet?: string;
  topics: { Bounce?: string; Complaint?: string };
  dkim: { status: string; tokens: string[] };
};

/**
 * The settings of an account at SES, on loopback, in the protocols of both versions of its API: REST with JSON, and the query protocol
 * with XML. Knows the calls that look at the wiring and change it, and nothing of mail.
 */
export type SesAccount = {
  readonly endpoint: string;
  account: { sandbox: boolean; sendingEnabled: boolean; enforcement: string; suppressedReasons: string[] };
  identities: Record<string, Identity>;
  configurationSets: Record<string, { sendingEnabled: boolean; destinations: Destination[] }>;
  /** Operations that are answered with AccessDenied. */
  denied: Set<string>;
  /** Operations that are answered with 429 once, as above a call a second. */
  throttled: Set<string>;
  /** Calls that changed something. */
  readonly changes: string[];
  close(): Promise<void>;
};

type Destination = { enabled: boolean; types: string[]; topic: string };
type Answer = { status: number; text: string };

export const healthyIdentity = (): Identity => ({
  verified: true,
  forwarding: true,
  topics: {},
  dkim: { status: 'SUCCESS', tokens: ['t1', 't2', 't3'] },
});

export async function startSesAccount(): Promise<SesAccount> {
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      const url = decodeURIComponent((request.url ?? '').split('?')[0] ?? '');
      const { status, text } = url.startsWith('/v2/email')
        ? rest(`${request.method} ${url.slice('/v2/email'.length)}`, body.toString())
        : query(new URLSearchParams(body.toString()));
      response.writeHead(status, { 'content-type': text.startsWith('<') ? 'text/xml' : 'application/json' });
      response.end(text);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  function refused(operation: string): Answer | undefined {
    if (ses.denied.has(operation))
      return fault(403, 'AccessDeniedException', `not authorized to perform: ses:${operation}`);
    if (ses.throttled.delete(operation)) return fault(429, 'TooManyRequestsException', 'Rate exceeded');
    return undefined;
  }

  function rest(call: string, body: string): Answer {
    const input = body === '' ? {} : JSON.parse(body);
    for (const [operation, pattern, answer] of routes) {
      const match = pattern.exec(call);
      if (match === null) continue;
      const no = refused(operation);
      if (no) return no;
      if (call.startsWith('PUT')) ses.changes.push(operation);
      const value = answer(match[1] ?? '', input);
      return value === undefined ? fault(404, 'NotFoundException', 'There is none.') : ok(value);
    }
    return fault(404, 'NotFoundException', `${call} is not known here`);
  }

  const routes: [string, RegExp, (name: string, input: Record<string, unknown>) => object | undefined][] = [
    ['GetAccount', /^GET \/account$/, () => describeAccount(ses.account)],
    [
      'PutAccountSuppressionAttributes',
      /^PUT \/account\/suppression$/,
      (_name, { SuppressedReasons }) => {
        ses.account.suppressedReasons = SuppressedReasons as string[];
        return {};
      },
    ],
    [
      'ListEmailIdentities',
      /^POST \/list-identities$/,
      () => ({ EmailIdentities: Object.keys(ses.identities).map((IdentityName) => ({ IdentityName })) }),
    ],
    [
      'PutEmailIdentityFeedbackAttributes',
      /^PUT \/identities\/(.+)\/feedback$/,
      (name, { EmailForwardingEnabled }) => change(name, (one) => (one.forwarding = EmailForwardingEnabled === true)),
    ],
    [
      'PutEmailIdentityConfigurationSetAttributes',
      /^PUT \/identities\/(.+)\/configuration-set$/,
      (name, { ConfigurationSetName }) => change(name, (one) => (one.configurationSet = String(ConfigurationSetName))),
    ],
    ['GetEmailIdentity', /^GET \/identities\/(.+)$/, (name) => describeIdentity(ses.identities[name])],
    [
      'ListConfigurationSets',
      /^POST \/list-configuration-sets$/,
      () => ({ ConfigurationSets: Object.keys(ses.configurationSets) }),
    ],
    [
      'GetConfigurationSetEventDestinations',
      /^GET \/configuration-sets\/(.+)\/event-destinations$/,
      (name) => ({
        EventDestinations: ses.configurationSets[name]?.destinations.map(({ enabled, types, topic }, i) => ({
          Name: `destination-${i}`,
          Enabled: enabled,
          MatchingEventTypes: types,
          SnsDestination: { TopicArn: topic },
        })),
      }),
    ],
    [
      'GetConfigurationSet',
      /^GET \/configuration-sets\/(.+)$/,
      (name) => ({ SendingOptions: { SendingEnabled: ses.configurationSets[name]?.sendingEnabled } }),
    ],
  ];

  function change(name: string, make: (identity: Identity) => void): object | undefined {
    const identity = ses.identities[name];
    if (identity === undefined) return undefined;
    make(identity);
    return {};
  }

  function query(parameters: URLSearchParams): Answer {
    const operation = parameters.get('Action') ?? '';
    const no = refused(operation);
    if (no) return { status: no.status, text: xmlFault(no.status === 429 ? 'Throttling' : 'AccessDenied') };
    if (operation === 'SetIdentityNotificationTopic') {
      const type = parameters.get('NotificationType') as 'Bounce' | 'Complaint';
      const done = change(
        parameters.get('Identity') ?? '',
        ({ topics }) => (topics[type] = parameters.get('SnsTopic') ?? ''),
      );
      if (done === undefined) return { status: 400, text: xmlFault('InvalidParameterValue') };
      ses.changes.push(operation);
      return xml(operation, '');
    }
    const names = [...parameters].flatMap(([name, value]) => (name.startsWith('Identities.member') ? [value] : []));
    const entries = names.flatMap((name) => {
      const identity = ses.identities[name];
      return identity ? [`<entry><key>${name}</key><value>${notifications(identity)}</value></entry>`] : [];
    });
    return xml(operation, `<NotificationAttributes>${entries.join('')}</NotificationAttributes>`);
  }

  const ses: SesAccount = {
    endpoint: `http://127.0.0.1:${port}`,
    account: {
      sandbox: false,
      sendingEnabled: true,
      enforcement: 'HEALTHY',
      suppressedReasons: ['BOUNCE', 'COMPLAINT'],
    },
    identities: {},
    configurationSets: {},
    denied: new Set(),
    throttled: new Set(),
    changes: [],
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return ses;
}

function describeAccount({ sandbox, sendingEnabled, enforcement, suppressedReasons }: SesAccount['account']) {
  return {
    ProductionAccessEnabled: !sandbox,
    SendingEnabled: sendingEnabled,
    EnforcementStatus: enforcement,
    SuppressionAttributes: { SuppressedReasons: suppressedReasons },
  };
}

function describeIdentity(identity?: Identity) {
  if (identity === undefined) return undefined;
  const { verified, forwarding, configurationSet, dkim } = identity;
  return {
    VerifiedForSendingStatus: verified,
    FeedbackForwardingStatus: forwarding,
    ConfigurationSetName: configurationSet,
    DkimAttributes: {
      SigningEnabled: true,
      SigningAttributesOrigin: 'AWS_SES',
      Status: dkim.status,
      Tokens: dkim.tokens,
    },
  };
}

function notifications({ topics, forwarding }: Identity): string {
  const topic = (type: 'Bounce' | 'Complaint') => (topics[type] ? `<${type}Topic>${topics[type]}</${type}Topic>` : '');
  return `${topic('Bounce')}${topic('Complaint')}<ForwardingEnabled>${forwarding}</ForwardingEnabled>`;
}

const ok = (value: object): Answer => ({ status: 200, text: JSON.stringify(value) });
const fault = (status: number, type: string, message: string): Answer => ({
  status,
  text: JSON.stringify({ __type: type, message }),
});
const space = 'http://ses.amazonaws.com/doc/2010-12-01/';
const xml = (operation: string, content: string): Answer => ({
  status: 200,
  text: `<${operation}Response xmlns="${space}"><${operation}Result>${content}</${operation}Result></${operation}Response>`,
});
const xmlFault = (code: string) =>
  `<ErrorResponse xmlns="${space}"><Error><Type>Sender</Type><Code>${code}</Code><Message>${code}</Message></Error></ErrorResponse>`;
