import { classify } from '../../../shared/domain/feedback/classify.ts';
import { providerOf } from '../../../shared/domain/feedback/mailbox-provider.ts';
import { defaultPolicy } from '../../../shared/domain/policy/policy.ts';
import { readFeedback } from '../../support/recipient-event.ts';
import { bounce, complaint } from '../../support/ses.ts';

test.each([
  ['gmail.com', 'gmail'],
  ['googlemail.com', 'gmail'],
  ['hotmail.com', 'microsoft'],
  ['hotmail.co.uk', 'microsoft'],
  ['live.fr', 'microsoft'],
  ['outlook.com.br', 'microsoft'],
  ['yahoo.com', 'yahoo'],
  ['yahoo.co.in', 'yahoo'],
  ['ymail.de', 'yahoo'],
  ['web.de', 'webde'],
  ['example.com', 'other'],
  ['notgmail.com', 'other'],
  ['myyahoo.com', 'other'],
  ['myhotmail.com', 'other'],
  ['yahoo.example.com', 'other'],
  ['yahoo.c', 'other'],
  ['live.com.example', 'other'],
  ['constructor', 'other'],
])('the provider of %s is %s', (domain, provider) => {
  expect(providerOf(domain)).toBe(provider);
});

test.each([
  ['gmail', 'gmail.com googlemail.com'],
  ['microsoft', 'outlook.com hotmail.com live.com msn.com outlook.de outlook.fr passport.com'],
  ['yahoo', 'yahoo.com ymail.com rocketmail.com yahoo.co.jp'],
  ['aol', 'aol.com aim.com netscape.net'],
  ['apple', 'icloud.com me.com mac.com'],
  ['proton', 'proton.me protonmail.com pm.me'],
  ['gmx', 'gmx.net gmx.de gmx.at gmx.ch gmx.com'],
  ['webde', 'web.de'],
  ['telekom', 't-online.de magenta.de'],
  ['freenet', 'freenet.de'],
  ['orange', 'orange.fr wanadoo.fr'],
  ['free', 'free.fr'],
  ['sfr', 'sfr.fr neuf.fr'],
  ['laposte', 'laposte.net'],
  ['libero', 'libero.it virgilio.it'],
  ['tim', 'tim.it tin.it alice.it'],
  ['wp', 'wp.pl o2.pl'],
  ['onet', 'onet.pl op.pl'],
  ['interia', 'interia.pl'],
  ['seznam', 'seznam.cz email.cz'],
  ['mailru', 'mail.ru bk.ru inbox.ru list.ru'],
  ['yandex', 'yandex.ru ya.ru yandex.com'],
  ['qq', 'qq.com foxmail.com'],
  ['netease', '163.com 126.com yeah.net'],
  ['naver', 'naver.com'],
  ['daum', 'hanmail.net daum.net'],
  ['docomo', 'docomo.ne.jp'],
  ['rediff', 'rediffmail.com'],
  ['uol', 'uol.com.br bol.com.br'],
  ['comcast', 'comcast.net xfinity.com'],
  ['att', 'att.net sbcglobal.net bellsouth.net'],
  ['bt', 'btinternet.com btopenworld.com'],
  ['ziggo', 'ziggo.nl kpnmail.nl'],
])('the provider %s has %s, and its name fits into a counter name', (provider, domains) => {
  for (const domain of domains.split(' ')) expect(providerOf(domain)).toBe(provider);
  expect(provider).toMatch(/^[a-z0-9]+$/);
});

const contributorsOf = (message: unknown) => classify(readFeedback(message), defaultPolicy)[0]?.contributors;

test('the contributors of a bounce are its sub-type and the provider, those of a complaint its feedback type and the provider', () => {
  expect(contributorsOf(bounce({ subType: 'NoEmail', to: 'ann@gmail.com' }))).toEqual(['is_NoEmail', 'at_gmail']);
  expect(contributorsOf(complaint({ feedbackType: 'auth-failure' }))).toEqual(['is_authfailure', 'at_other']);
});

test('a word of SES that does not fit into a counter name becomes "other"', () => {
  expect(contributorsOf(bounce({ subType: null }))).toEqual(['is_other', 'at_other']);
  expect(contributorsOf(bounce({ subType: '#!' }))).toEqual(['is_other', 'at_other']);
  const known = { 'auth-failure': 'is_authfailure', fraud: 'is_fraud', virus: 'is_virus', ABUSE: 'is_abuse' };
  for (const [feedbackType, contributor] of Object.entries(known)) {
    expect(contributorsOf(complaint({ feedbackType }))?.[0]).toBe(contributor);
  }
  expect(contributorsOf(bounce({ subType: 'Suppressed' }))?.[0]).toBe('is_Suppressed');
  for (const subType of ['Invented', 'constructor']) expect(contributorsOf(bounce({ subType }))?.[0]).toBe('is_other');
});
