/**
 * Domains of the large mailbox providers. Alarms name the provider that contributes most to a rate. A custom domain
 * hosted at a provider is not recognized, because the address does not reveal the provider. Names become part of a
 * database attribute, so they consist of lower-case letters and digits.
 */
const domainsByProvider: Record<string, readonly string[]> = {
  gmail: ['gmail.com', 'googlemail.com'],
  microsoft: ['msn.com', 'passport.com'],
  yahoo: ['rocketmail.com'],
  aol: ['aol.com', 'aim.com', 'netscape.net'],
  apple: ['icloud.com', 'me.com', 'mac.com'],
  proton: ['proton.me', 'protonmail.com', 'pm.me'],
  gmx: ['gmx.net', 'gmx.de', 'gmx.at', 'gmx.ch', 'gmx.com'],
  webde: ['web.de'],
  telekom: ['t-online.de', 'magenta.de'],
  freenet: ['freenet.de'],
  orange: ['orange.fr', 'wanadoo.fr'],
  free: ['free.fr'],
  sfr: ['sfr.fr', 'neuf.fr'],
  laposte: ['laposte.net'],
  libero: ['libero.it', 'virgilio.it'],
  tim: ['tim.it', 'tin.it', 'alice.it'],
  wp: ['wp.pl', 'o2.pl'],
  onet: ['onet.pl', 'op.pl'],
  interia: ['interia.pl'],
  seznam: ['seznam.cz', 'email.cz'],
  mailru: ['mail.ru', 'bk.ru', 'inbox.ru', 'list.ru'],
  yandex: ['yandex.ru', 'ya.ru', 'yandex.com'],
  qq: ['qq.com', 'foxmail.com'],
  netease: ['163.com', '126.com', 'yeah.net'],
  naver: ['naver.com'],
  daum: ['hanmail.net', 'daum.net'],
  docomo: ['docomo.ne.jp'],
  rediff: ['rediffmail.com'],
  uol: ['uol.com.br', 'bol.com.br'],
  comcast: ['comcast.net', 'xfinity.com'],
  att: ['att.net', 'sbcglobal.net', 'bellsouth.net'],
  bt: ['btinternet.com', 'btopenworld.com'],
  ziggo: ['ziggo.nl', 'kpnmail.nl'],
};

const providerByDomain = new Map(
  Object.entries(domainsByProvider).flatMap(([name, domains]) => domains.map((domain) => [domain, name])),
);

/** Providers that have a domain in each country: `yahoo.com`, `yahoo.fr`, `hotmail.co.uk`. */
const international: readonly [RegExp, string][] = [
  [/^(?:yahoo|ymail)\.[a-z.]{2,6}$/, 'yahoo'],
  [/^(?:outlook|hotmail|live)\.[a-z.]{2,6}$/, 'microsoft'],
];

/** Returns the provider of a lower-case domain, or `other` for a domain that is not in the table. */
export function providerOf(domain: string): string {
  return providerByDomain.get(domain) ?? international.find(([pattern]) => pattern.test(domain))?.[1] ?? 'other';
}
