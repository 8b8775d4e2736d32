import { SESv2Client, SendEmailCommand, type SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import { createSuppressionList } from 'ses-feedback';

const ses = new SESv2Client();
const suppressions = createSuppressionList({ tableName: 'ses-feedback-prod-suppressions' });

export async function send(to: string, mail: SendEmailCommandInput): Promise<'sent' | 'suppressed'> {
  if (await suppressions.isSuppressed(to)) return 'suppressed';
  await ses.send(new SendEmailCommand({ ...mail, Destination: { ToAddresses: [to] } }));
  return 'sent';
}
