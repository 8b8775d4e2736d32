import { classify } from '../../shared/feedback/classify.ts';
import { defaultPolicy } from '../../shared/feedback/policy.ts';
import { providerOf } from '../../shared/feedback/provider.ts';
import { readFeedback } from '../support/recipient-event.ts';
import { bounce, complaint } from '../support/ses.ts';

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
  ['yahoo.example.com', 'other'],
  ['yahoo.c', 'other'],
  ['live.com.example', 'other'],
  ['constructor', 'other'],
])('the provider of %s is %s', (domain, provider) => {
  expect(providerOf(domain)).toBe(provider);
});

test('every name can stand in the name of a counter', () => {
  const domains = ['t-online.de', 'mail.ru', '163.com', 'qq.com', 'btinternet.com', 'proton.me', 'interia.pl'];
  for (const domain of domains) expect(providerOf(domain)).toMatch(/^(?!other)[a-z0-9]+$/);
});

const causes = (message: unknown) => classify(readFeedback(message), defaultPolicy)[0]?.causes;

test('a bounce has its sub-type and the provider for causes, a complaint its feedback type', () => {
  expect(causes(bounce({ subType: 'NoEmail', to: 'ann@gmail.com' }))).toEqual(['is_NoEmail', 'at_gmail']);
  expect(causes(complaint({ feedbackType: 'auth-failure' }))).toEqual(['is_authfailure', 'at_other']);
});

test('a word of SES that cannot stand in the name of a counter is another', () => {
  expect(causes(bounce({ subType: null }))).toEqual(['is_other', 'at_other']);
  expect(causes(bounce({ subType: '#!' }))).toEqual(['is_other', 'at_other']);
  expect(causes(bounce({ subType: 'x'.repeat(40) }))?.[0]).toBe(`is_${'x'.repeat(40)}`);
  expect(causes(bounce({ subType: 'x'.repeat(41) }))?.[0]).toBe('is_other');
});
