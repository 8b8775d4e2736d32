import { SESv2Client, SendEmailCommand, type SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import { createSuppressionList } from 'ses-feedback';

const ses = new SESv2Client();
const suppressions = createSuppressionList({ tableName: 'ses-feedback-prod-suppressions' });

export async function sendUnlessSuppressed(to: string, mail: SendEmailCommandInput) {
  if (await suppressions.isSuppressed(to)) return undefined;
  return ses.send(new SendEmailCommand({ ...mail, Destination: { ToAddresses: [to] } }));
}
