import { type ExplainedRecipient, type Explanation, explain, rateLabels } from '../../../shared/domain/explain.ts';
import { messagesOf } from '../../commands/explain.ts';
import { explainEmail, isEmail } from '../../explain/explain-email.ts';
import { classWords, faultWords } from '../../io/describe-history.ts';
import { formatDuration } from '../../io/format.ts';
import type { Desk } from '../desk.ts';
import { type Html, html } from '../html.ts';
import type { DeskRequest, Page } from '../page.ts';
import { hiddenToken, table } from '../parts.ts';

const maxMessages = 100;

/** The page of `explain`: what a message of SES, or a bounce email, would do. */
export async function explainPage({ form, formToken }: DeskRequest, desk: Desk): Promise<Page> {
  const text = form.get('message') ?? '';
  return {
    title: 'Explain a message',
    body: html`<form method="post" action="/explain">${hiddenToken(formToken)}
<p><label for="message">Paste a bounce, complaint, delivery or send event of SES, in any form in which it arrives, or a bounce email with its header.</label></p>
<textarea id="message" name="message" required spellcheck="false">${text}</textarea>
<p><button>Explain</button></p></form>
${text.trim() !== '' && (await answer(text, desk))}`,
  };
}

async function answer(text: string, { policy, clock }: Desk): Promise<Html> {
  // A form sends line breaks as CR LF, as an email has them.
  const content = Buffer.from(text, 'utf8');
  const explained: Explanation[] = isEmail('', content)
    ? [(await explainEmail(content, policy, clock())) as Explanation]
    : messagesOf(text)
        .slice(0, maxMessages)
        .map((message) => explain(message, {}, policy));
  return html`<section aria-live="polite"><h2>What it does</h2>${explained.map(describe)}</section>`;
}

function describe({ outcome, event, reason, recipients }: Explanation): Html {
  return html`<div class="card lined ${outcome === 'feedback' ? 'note' : 'approaching'}"><p><strong>${event ?? 'message'}</strong>: ${outcome}</p>
${reason !== null && html`<p>${reason}</p>`}
${
  recipients.length > 0 &&
  table(
    recipients,
    [
      { heading: 'Address', cell: ({ address }) => address },
      { heading: 'Verdict', cell: verdictOf },
      { heading: 'Then', cell: decisionOf },
      {
        heading: 'Counts toward',
        cell: ({ countsToward }) => (countsToward === null ? 'no rate' : rateLabels[countsToward]),
      },
      { heading: 'Rule', cell: ({ rule }) => rule },
    ],
    '',
  )
}</div>`;
}

function verdictOf({ class: class_, fault, provider, suspected }: ExplainedRecipient): string {
  const from = provider === 'other' ? '' : `; answered by ${provider}`;
  return `${classWords[class_ as keyof typeof classWords]}${suspected ? ', suspected' : ''}; ${faultWords[fault]}${from}`;
}

function decisionOf({ decision, suppressedForMs, strike }: ExplainedRecipient): string {
  if (decision === 'watch') return strike ? 'watched, with a strike' : 'watched, not suppressed';
  if (decision === 'none') return 'nothing';
  return `suppressed ${suppressedForMs === undefined ? 'permanently' : `for ${formatDuration(suppressedForMs)}`}`;
}
