import { classify } from '../../../shared/domain/feedback/classify.ts';
import { rules } from '../../../shared/domain/feedback/rules.ts';
import { defaultPolicy } from '../../../shared/domain/policy/policy.ts';
import { readFeedback } from '../../support/recipient-event.ts';
import { bounce } from '../../support/ses.ts';

/** What SES and the receiving server report about one recipient, and the decision of the rule table. */
const table = `
bounceType   | bounceSubType             | action  | status              | diagnosticCode                                                           | rule                       | class         | counts as | effect
Permanent    | General                   | –       | –                   | –                                                                        | permanent                  | hard          | hard      | suppress
Permanent    | NoEmail                   | –       | 5.1.1               | –                                                                        | permanent                  | hard          | hard      | suppress
Permanent    | –                         | –       | –                   | –                                                                        | permanent                  | hard          | hard      | suppress
Permanent    | Teleported                | –       | –                   | –                                                                        | permanent                  | hard          | hard      | suppress
Permanent    | Suppressed                | –       | –                   | –                                                                        | global-suppression-list    | hard          | hard      | suppress
Permanent    | Suppressed                | –       | 5.7.1               | –                                                                        | global-suppression-list    | hard          | hard      | suppress
Permanent    | OnAccountSuppressionList  | –       | –                   | –                                                                        | on-suppression-list        | prevented     | prevented | adopt
Permanent    | OnTenantSuppressionList   | –       | –                   | –                                                                        | on-list-of-unknown-tenant  | prevented     | prevented | watch
Permanent    | OnPlanetSuppressionList   | –       | –                   | –                                                                        | on-suppression-list        | prevented     | prevented | adopt
Permanent    | EmailValidationSuppressed | –       | –                   | –                                                                        | validation-suppressed      | prevented     | –         | none
Permanent    | UnsubscribedRecipient     | –       | –                   | –                                                                        | unsubscribed               | unsubscribed  | –         | none
Permanent    | General                   | –       | 4.2.2               | –                                                                        | permanent-still-tried      | soft          | soft      | watch
Permanent    | General                   | Delayed | –                   | –                                                                        | permanent-still-tried      | soft          | soft      | watch
Permanent    | General                   | –       | 5.7.1               | –                                                                        | sender-blocked             | policy-block  | hard      | suppress
Permanent    | NoEmail                   | –       | 5.7.26              | –                                                                        | sender-blocked             | policy-block  | hard      | suppress
Permanent    | General                   | –       | 5.0.0               | smtp; 550 5.7.1 no                                                       | sender-blocked             | policy-block  | hard      | suppress
Permanent    | General                   | –       | –                   | 550 blocked using Spamhaus                                               | sender-blocked             | policy-block  | hard      | suppress
Permanent    | General                   | –       | –                   | 550 5.7.1.9 says no such user                                            | permanent                  | hard          | hard      | suppress
Permanent    | General                   | –       | 5.0.0               | 550 prohibited 5.7.1.                                                    | sender-blocked             | policy-block  | hard      | suppress
Permanent    | General                   | –       | 5.1.1               | 550 5.1.1 unknown, see our blacklist                                     | sender-blocked             | policy-block  | hard      | suppress
Permanent    | General                   | –       | –                   | 550 <joe@rbl.example.com> joe@spamhaus.org unknown                       | permanent                  | hard          | hard      | suppress
Permanent    | General                   | –       | 5.1.8               | 550 sender denied                                                        | sender-blocked             | policy-block  | hard      | suppress
Permanent    | General                   | –       | –                   | 550 5.0.0 host [192.0.2.1] is on our block list (S3140)                  | sender-blocked             | policy-block  | hard      | suppress
Permanent    | General                   | –       | –                   | 554 Your IP is blacklisted                                               | sender-blocked             | policy-block  | hard      | suppress
Permanent    | General                   | –       | –                   | 550 blocked using zen.spamhaus.org                                       | sender-blocked             | policy-block  | hard      | suppress
Permanent    | General                   | –       | –                   | 550 Sender denied                                                        | sender-blocked             | policy-block  | hard      | suppress
Permanent    | General                   | –       | –                   | 550 IP address has been blocked                                          | sender-blocked             | policy-block  | hard      | suppress
Permanent    | General                   | –       | –                   | 554 refused due to poor reputation                                       | sender-blocked             | policy-block  | hard      | suppress
Permanent    | General                   | –       | –                   | 550 user a does not exist, see https://blocklist.example/x               | permanent                  | hard          | hard      | suppress
Permanent    | General                   | –       | –                   | 550 user not listed in directory                                         | permanent                  | hard          | hard      | suppress
Permanent    | General                   | –       | –                   | 550 mailbox unavailable                                                  | permanent                  | hard          | hard      | suppress
Permanent    | General                   | –       | –                   | 550 account disabled, sender informed                                    | permanent                  | hard          | hard      | suppress
Permanent    | General                   | –       | –                   | 550 no such user in marbles-club                                         | permanent                  | hard          | hard      | suppress
Permanent    | General                   | –       | 5.7.1               | 550 5.7.1 Recipient address rejected: User unknown                       | permanent                  | hard          | hard      | suppress
Permanent    | General                   | –       | 5.7.1               | 550 5.7.1 No such user!                                                  | permanent                  | hard          | hard      | suppress
Permanent    | General                   | –       | 5.7.17              | 550 5.7.17 Mailbox owner has changed                                     | permanent                  | hard          | hard      | suppress
Permanent    | General                   | –       | 5.7.18              | 550 5.7.18 Domain owner has changed                                      | permanent                  | hard          | hard      | suppress
Permanent    | General                   | –       | 5.1.10              | 550 5.1.10 Recipient not found, see our blacklist                        | permanent                  | hard          | hard      | suppress
Permanent    | General                   | –       | 5.4.1               | 550 5.4.1 Recipient address rejected: Access denied                      | permanent                  | hard          | hard      | suppress
Permanent    | General                   | –       | 5.2.1               | 550 5.2.1 The email account that you tried to reach is disabled          | permanent                  | hard          | hard      | suppress
Permanent    | General                   | –       | 5.2.2               | 552 5.2.2 The recipient is over quota                                    | permanent-for-a-time       | soft          | hard      | suppress
Permanent    | General                   | –       | 5.1.1 (bad address) | 550 unavailable, see https://www.spamhaus.org/x                          | sender-blocked             | policy-block  | hard      | suppress
Permanent    | General                   | –       | –                   | 550 The account or domain may not exist, they may be blacklisted         | permanent                  | hard          | hard      | suppress
Permanent    | General                   | –       | –                   | 550 user not found, see our blacklist                                    | permanent                  | hard          | hard      | suppress
Permanent    | General                   | –       | –                   | 550 invalid recipient, see our blacklist                                 | permanent                  | hard          | hard      | suppress
Permanent    | General                   | –       | 5.3.0               | 554 5.7.1 rejected by policy                                             | sender-blocked             | policy-block  | hard      | suppress
Permanent    | General                   | –       | 5.1.7               | 550 5.1.7 User unknown                                                   | sender-blocked             | policy-block  | hard      | suppress
Permanent    | General                   | –       | 5.1.8               | 550 5.1.8 Sender address rejected: Domain not found                      | sender-blocked             | policy-block  | hard      | suppress
Permanent    | General                   | –       | 5.1.0               | 550 5.1.0 Sender address rejected: User unknown in virtual mailbox table | sender-blocked             | policy-block  | hard      | suppress
Permanent    | General                   | –       | –                   | 550 Unrouteable address 550 Sender verify failed                         | sender-blocked             | policy-block  | hard      | suppress
Permanent    | General                   | –       | 5.1.0               | 550 5.1.0 is not allowed to send from this domain per its SPF record     | sender-blocked             | policy-block  | hard      | suppress
Permanent    | General                   | –       | 5.1.0               | 550 #5.1.0 Address rejected                                              | permanent                  | hard          | hard      | suppress
Permanent    | General                   | –       | 5.7.1               | 550 5.7.1 Message rejected: the sender domain does not exist             | sender-blocked             | policy-block  | hard      | suppress
Permanent    | General                   | –       | 5.7.1               | 550 5.7.1 Client host rejected: PTR record does not exist                | sender-blocked             | policy-block  | hard      | suppress
Permanent    | General                   | –       | 5.7.23              | 550 5.7.23 SPF validation failed: record does not exist                  | sender-blocked             | policy-block  | hard      | suppress
Permanent    | General                   | –       | 5.7.27              | 550 5.7.27 sender address has null MX: mail server does not exist        | sender-blocked             | policy-block  | hard      | suppress
Permanent    | General                   | –       | 5.7.1               | 550 5.7.1 Unable to relay                                                | sender-blocked             | policy-block  | hard      | suppress
Permanent    | General                   | –       | 5.7.509             | 550 5.7.509 Access denied, sending domain does not pass DMARC            | sender-blocked             | policy-block  | hard      | suppress
Permanent    | General                   | –       | –                   | 554 Blocked - see https://ipcheck.proofpoint.com/?ip=192.0.2.1           | sender-blocked             | policy-block  | hard      | suppress
Permanent    | General                   | –       | –                   | 554 Comcast block for spam. Please see http://postmaster.example/        | sender-blocked             | policy-block  | hard      | suppress
Permanent    | General                   | –       | –                   | 550 SC-004 A block has been placed against your IP address               | sender-blocked             | policy-block  | hard      | suppress
Permanent    | General                   | –       | –                   | 554 Message not allowed - [PH01] Email not accepted for policy reasons   | sender-blocked             | policy-block  | hard      | suppress
Permanent    | General                   | –       | –                   | 554 Email rejected due to security policies                              | sender-blocked             | policy-block  | hard      | suppress
Permanent    | General                   | –       | –                   | 554 Reject due to policy restrictions                                    | sender-blocked             | policy-block  | hard      | suppress
Permanent    | General                   | –       | –                   | 550 Administrative prohibition - envelope blocked                        | sender-blocked             | policy-block  | hard      | suppress
Permanent    | General                   | –       | –                   | 550 Rejected by header based Anti-Spoofing policy                        | sender-blocked             | policy-block  | hard      | suppress
Permanent    | General                   | –       | 15.7.1              | 550 mailbox unavailable                                                  | permanent                  | hard          | hard      | suppress
Permanent    | General                   | –       | 5.7.1234            | 550 mailbox unavailable                                                  | permanent                  | hard          | hard      | suppress
Permanent    | General                   | –       | 5.1.1               | 550 5.7.1 rejected                                                       | sender-blocked             | policy-block  | hard      | suppress
Permanent    | General                   | –       | –                   | 550 5.7.26 unauthenticated                                               | sender-blocked             | policy-block  | hard      | suppress
Permanent    | General                   | –       | –                   | 550 5.7.1234 host                                                        | permanent                  | hard          | hard      | suppress
Permanent    | General                   | –       | –                   | 550 blocked  using zen                                                   | sender-blocked             | policy-block  | hard      | suppress
Permanent    | NotOnSuppressionList      | –       | –                   | –                                                                        | permanent                  | hard          | hard      | suppress
Permanent    | OnSuppressionListNoMore   | –       | –                   | –                                                                        | permanent                  | hard          | hard      | suppress
Permanent    | OnPlanetSuppressionList   | –       | –                   | –                                                                        | on-suppression-list        | prevented     | prevented | adopt
Transient    | General                   | –       | 4.4.7               | –                                                                        | transient                  | soft          | soft      | strike
Transient    | General                   | –       | 5.4.4               | –                                                                        | transient-no-domain        | soft          | soft      | strike
Transient    | General                   | –       | –                   | 451 4.3.0 later                                                          | transient                  | soft          | soft      | strike
Transient    | Moonphase                 | –       | 4.0.0               | –                                                                        | transient                  | soft          | soft      | strike
Transient    | General                   | –       | –                   | –                                                                        | transient-without-failure  | soft          | soft      | watch
Transient    | General                   | –       | 2.0.0               | –                                                                        | transient-without-failure  | soft          | soft      | watch
Transient    | MailboxFull               | –       | –                   | –                                                                        | mailbox-full               | soft          | soft      | strike
Transient    | MessageTooLarge           | –       | 5.3.4               | –                                                                        | message-fault              | message-fault | –         | none
Transient    | ContentRejected           | –       | –                   | –                                                                        | message-fault              | message-fault | –         | none
Transient    | AttachmentRejected        | –       | –                   | –                                                                        | message-fault              | message-fault | –         | none
Transient    | CustomTimeoutExceeded     | –       | –                   | –                                                                        | message-fault              | message-fault | –         | none
Transient    | General                   | –       | –                   | auto-reply by Exim 4.94.2                                                | transient-without-failure  | soft          | soft      | watch
Transient    | General                   | –       | 2.4.5               | –                                                                        | transient-without-failure  | soft          | soft      | watch
Transient    | General                   | –       | 4.10.1              | –                                                                        | transient                  | soft          | soft      | strike
Undetermined | Undetermined              | –       | 5.0.0               | –                                                                        | undetermined               | soft          | soft      | watch
Quantum      | General                   | –       | –                   | –                                                                        | undetermined               | soft          | soft      | watch
Permanent    | General                   | failed  | 4.4.7               | –                                                                        | permanent-gave-up          | soft          | hard      | strike
Permanent    | General                   | failed  | 4.7.1               | 450 4.7.1 Client host rejected                                           | permanent-later-for-sender | soft          | hard      | watch
Permanent    | General                   | Failed  | 4.1.1               | 450 4.1.1 no such user                                                   | permanent-gave-up          | soft          | hard      | strike
Permanent    | General                   | expired | 4.4.7               | –                                                                        | permanent-still-tried      | soft          | soft      | watch
Permanent    | General                   | failed  | 5.6.0               | –                                                                        | message-refused            | message-fault | hard      | suppress
Permanent    | NoEmail                   | –       | –                   | 552 the message is too large                                             | message-refused            | message-fault | hard      | suppress
Permanent    | General                   | –       | 5.4.6               | –                                                                        | permanent-for-a-time       | soft          | hard      | suppress
Permanent    | NoEmail                   | –       | –                   | 550 the mailbox is full                                                  | permanent-for-a-time       | soft          | hard      | suppress
Permanent    | General                   | –       | 5.4.4               | –                                                                        | permanent                  | hard          | hard      | suppress
Transient    | General                   | failed  | 5.7.26              | –                                                                        | transient-for-sender       | soft          | soft      | watch
Transient    | General                   | failed  | 4.7.28              | 421 4.7.28 the rate of unsolicited mail is unusual                       | transient-for-sender       | soft          | soft      | watch
Transient    | General                   | –       | 5.6.1               | –                                                                        | transient-for-sender       | soft          | soft      | watch
Transient    | General                   | –       | –                   | 550 the mailbox does not exist                                           | transient                  | soft          | soft      | strike
Transient    | General                   | –       | –                   | smtp; 451 local problem                                                  | transient                  | soft          | soft      | strike
Transient    | General                   | –       | –                   | Call 555 1234 if it is urgent                                            | transient-without-failure  | soft          | soft      | watch
Transient    | General                   | –       | –                   | 550 no such domain                                                       | transient-no-domain        | soft          | soft      | strike
Delayed      | –                         | delayed | 4.4.1               | –                                                                        | delayed                    | soft          | –         | none
Undetermined | Undetermined              | failed  | 5.1.1               | 550 5.1.1 no such user                                                   | undetermined-failure       | soft          | soft      | strike
Undetermined | Undetermined              | failed  | 5.7.26              | –                                                                        | undetermined               | soft          | soft      | watch
Undetermined | Undetermined              | –       | 5.1.1               | –                                                                        | undetermined               | soft          | soft      | watch
Undetermined | Undetermined              | failed  | 4.4.7               | –                                                                        | undetermined               | soft          | soft      | watch
`;

const [columns = [], ...rows] = table
  .trim()
  .split('\n')
  .map((line) => line.split(' | ').map((cell) => (cell.trim() === '–' ? undefined : cell.trim())));

const cases = rows.map((row) => Object.fromEntries(columns.map((column, i) => [column, row[i]])));

test.each(cases)('$bounceType $bounceSubType, status $status, "$diagnosticCode" is $class', (row) => {
  const { action, status, diagnosticCode } = row;
  const recipient = { emailAddress: 'ann@example.net', action, status, diagnosticCode };
  const message = bounce({ type: row.bounceType ?? '', subType: row.bounceSubType ?? null, recipients: [recipient] });
  expect(classify(readFeedback(message), defaultPolicy)).toMatchObject([
    { rule: row.rule, class: row.class, metric: row['counts as'] ?? null, effect: row.effect, suspected: false },
  ]);
});

test('each rule for bounces decides a row of this table', () => {
  const bounceRules = rules.filter(({ when }) => when.kind === 'bounce').map(({ id }) => id);
  expect([...new Set(cases.map(({ rule }) => rule)), 'forwarded'].toSorted()).toEqual(bounceRules.toSorted());
});

test.each([
  ['old@forward.example', 'forwarded', 'strike'],
  ['old@example.net', 'permanent', 'suppress'],
])('a report about %s instead of the only recipient is decided by %s', (emailAddress, rule, effect) => {
  const recipient = { emailAddress, action: 'failed', status: '5.1.1' };
  const message = bounce({ recipients: [recipient], mail: { destination: ['ann@example.net'] } });
  expect(classify(readFeedback(message), defaultPolicy)).toMatchObject([{ address: 'ann@example.net', rule, effect }]);
});
