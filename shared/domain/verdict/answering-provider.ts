import { providerOf } from '../feedback/mailbox-provider.ts';

/** What a bounce says about the server that answered. */
export type AnsweringServer = {
  /** `remoteMtaIp`: the IP address of the server to which SES spoke. */
  readonly remoteMtaIp?: string;
  /** `reportingMTA`: the server that wrote the report, such as `dns; mx.example.net`. SES itself, if the server refused the email at once. */
  readonly reportingMta?: string;
  readonly diagnosticCode?: string;
  /** The provider that alone sends such an answer, as its verdict says. */
  readonly ofAnswer?: string;
  /** Domain of the recipient. */
  readonly domain: string;
};

/**
 * Networks in which large providers receive email. They change seldom, and not every network of a provider is listed: without one, the words
 * and the domain decide.
 */
const networks: readonly (readonly [string, RegExp])[] = [
  [
    'google',
    /^(?:74\.125|173\.194|209\.85|142\.25[01]|172\.217|172\.253|108\.177|64\.233|66\.102|66\.249|216\.58|192\.178)\.|^(?:2607:f8b0|2a00:1450|2404:6800|2800:3f0|2c0f:fb50):/,
  ],
  ['microsoft', /^(?:40\.(?:92|93|107)|52\.10[0-3]|104\.47)\.|^2a01:111:f/],
  [
    'yahoo',
    /^(?:67\.195|98\.13[6-9]|74\.6|66\.218|66\.196|63\.250|188\.125|87\.248|77\.238|106\.10|124\.108|212\.82)\./,
  ],
  ['apple', /^17\.\d{1,3}\./],
  ['mimecast', /^(?:205\.139\.110|207\.211\.3[01]|170\.10\.1[23]\d|91\.220\.42|195\.130\.217|185\.58\.8[4-7])\./],
  ['proofpoint', /^(?:67\.231\.1[45]\d|148\.163\.1[2-5]\d|205\.220\.1[67]\d|185\.132\.18\d|91\.207\.212)\./],
];

/** Names of servers, and words that only one provider uses. */
const words: readonly (readonly [string, RegExp])[] = [
  ['google', /\bgsmtp\b|\bgoogle(?:mail)?\.com\b|\bgmail\b/i],
  ['microsoft', /\boutlook\.com\b|\boffice(?:365)?\.com\b|\bhotmail\b|\bmicrosoft\b|\bRESOLVER\.|\bSTOREDRV\./i],
  ['yahoo', /\byahoo(?:dns|inc)?\.\w|\bverizonmedia\b|\bdelivery error: dd\b/i],
  ['apple', /\bicloud\.com\b|\bapple\.com\b|\bme\.com\b/i],
  ['mimecast', /\bmimecast\b/i],
  ['proofpoint', /\bproofpoint\b|\bpphosted\b/i],
  ['barracuda', /\bbarracuda/i],
  ['trendmicro', /\btrend ?micro\b|\bin\.?hes\b|\bERS-/i],
  ['messagelabs', /\bmessagelabs\b|\bsymanteccloud\b/i],
  ['ironport', /\bironport\b|\biphmx\b/i],
  ['sophos', /\bsophos\b|\breflexion\b/i],
  ['orange', /\bOFR_?\d|\borange\.fr\b|\bwanadoo\b|\bmwinf/i],
  ['laposte', /\bLPN_?\d|\blaposte\b/i],
  ['telekom', /\bt-online\.de\b/i],
  ['gmx', /\bgmx\.\w/i],
  ['webde', /\bweb\.de\b/i],
  ['qq', /\bqq\.com\b/i],
  ['netease', /\b(?:163|126)\.com\b|\bnetease\b/i],
  ['mailru', /\bmail\.ru\b/i],
  ['yandex', /\byandex\b/i],
  ['comcast', /\bcomcast\b|\bxfinity\b/i],
  ['cox', /\bcox\.(?:net|com)\b|\bcmsmtp\b/i],
  ['charter', /\bspectrum\.net\b|\bcharter\.(?:net|com)\b|\brr\.com\b/i],
  ['att', /\battrbl\b|\batt\.net\b|\bprodigy\b/i],
  ['godaddy', /\bIB\d{3}\b|\bsecureserver\b|\bgodaddy\b/i],
  ['zoho', /\bzoho\b/i],
  ['rackspace', /\bemailsrvr\b|\brackspace\b/i],
  ['facebook', /\bfacebook\b/i],
  ['ionos', /\bkundenserver\b|\bionos\b|\bperfora\b/i],
  ['ovh', /\bovh\.\w/i],
];

/** How the table of domains names a provider, where the servers have another name. */
const names: ReadonlyMap<string, string> = new Map([
  ['gmail', 'google'],
  ['aol', 'yahoo'],
]);

/** Returns the name that the servers of a provider have: `google` for `gmail`. */
export function serverNameOf(provider: string): string {
  return names.get(provider) ?? provider;
}

const find = (table: typeof words, text: string | undefined) =>
  // Stryker disable next-line ConditionalExpression: no pattern matches the word undefined
  text === undefined ? undefined : table.find(([, pattern]) => pattern.test(text))?.[0];

/**
 * Returns the provider that answered: `google`, `microsoft`, … A domain of its own can be hosted at any provider, so the server that SES spoke
 * to and the words of the answer decide before the domain of the recipient.
 *
 * @returns `other` if nothing names a provider
 */
export function answeringProvider({
  remoteMtaIp,
  reportingMta,
  diagnosticCode,
  ofAnswer,
  domain,
}: AnsweringServer): string {
  // Addresses are left out: a refused address at gmail.com says nothing about the server.
  const answer = diagnosticCode?.slice(0, 2048).replace(/\S{0,256}@\S{0,256}/g, ' ');
  const own = providerOf(domain);
  return (
    find(networks, remoteMtaIp) ??
    find(words, reportingMta?.slice(0, 256)) ??
    ofAnswer ??
    (own === 'other' ? find(words, answer) : undefined) ??
    serverNameOf(own)
  );
}
