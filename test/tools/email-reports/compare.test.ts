import path from 'node:path';
import { compareWithOracle, formatComparison, readAnswers } from '../../../tools/email-reports/compare.ts';

const folder = path.join(__dirname, '..', '..', '..', 'events', 'email');

test('the comparison lists what is not found, and what is permanent for a reason that does not last', async () => {
  const answers = readAnswers(`
{"file":"dsn.eml","recipient":"ann@example.net","reason":"userunknown"}
{"file":"qmail.eml","recipient":"ANN@example.net","reason":"mailboxfull"}
{"file":"qmail.eml","recipient":"someone@example.net","reason":"userunknown"}
{"file":"gmail.eml","recipient":"ann@example.net","reason":"mailboxfull"}
{"file":"auto-reply.eml","recipient":"ann@example.net","reason":"vacation"}
{"file":"no-header.eml","none":true}
`);
  expect(formatComparison(await compareWithOracle(folder, answers))).toBe(`\
not found: qmail.eml: someone@example.net (userunknown); found: ann@example.net, bob@example.org
permanent: qmail.eml: ANN@example.net (mailboxfull); found: ann@example.net, bob@example.org
Found 3 of 4 recipients: 75.0 %. Permanent for a reason to look at: 1.
`);
});
