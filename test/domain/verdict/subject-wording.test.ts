import { bounceVerdict } from '../../../shared/domain/verdict/verdict.ts';

const faultOf = (diagnosticCode: string, status = '5.0.0') => bounceVerdict({ diagnosticCode, status }).fault;

test.each([
  ['550 that rcpt will not do', 'recipient'],
  ['550 this member has gone', 'recipient'],
  ['551 not local', 'recipient'],
  ['550 Barry is no longer an employee', 'recipient'],
  ['550 that client will not do', 'sender'],
  ['550 your mail from is odd', 'sender'],
  ['550 ip 192.0.2.4 will not do', 'sender'],
  ['550 this body will not do', 'message'],
  ['550 rule 12 of the subject', 'message'],
])('an answer in words of its own is about whom it names: %s', (text, fault) => {
  expect(faultOf(text)).toBe(fault);
});

test('whom the answer names first does not matter: the sender decides before the message, and both before the recipient', () => {
  expect(faultOf('550 the user does not like that client')).toBe('sender');
  expect(faultOf('550 the user does not like that attachment')).toBe('message');
  expect(faultOf('550 that client sent an odd attachment')).toBe('sender');
});

test('a status that names the fault decides before a noun for the recipient, but not one of general security', () => {
  expect(faultOf('550 5.2.3 the user will not do')).toBe('message');
  expect(faultOf('550 5.4.6 the user will not do')).toBe('temporary');
  expect(faultOf('550 5.7.1 the user will not do')).toBe('recipient');
});

test('the command that a server repeats names nobody', () => {
  expect(faultOf('550 Rejected (in reply to RCPT TO command)')).toBe('unknown');
  expect(faultOf('550 Rejected (in reply to MAIL FROM command)')).toBe('unknown');
});

test('what the sender is asked to do does not make it the sender’s fault', () => {
  expect(faultOf('550 the member has gone, the sender should remove it')).toBe('recipient');
});
