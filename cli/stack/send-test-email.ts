import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';

export type TestEmail = { readonly from: string; readonly to: string; readonly configurationSet?: string };

const text = 'Sent by ses-feedback to test sending through Amazon SES. You can delete this email.';

/**
 * Sends a short email and returns its message id. Does not retry: if the response to a send is lost, a retry would send a second email.
 * @throws Error of SES, if it does not accept the email
 */
export async function sendTestEmail(region: string, { from, to, configurationSet }: TestEmail): Promise<string> {
  const requestHandler = { connectionTimeout: 3000, requestTimeout: 10_000, throwOnRequestTimeout: true };
  const client = new SESv2Client({ region, maxAttempts: 1, requestHandler });
  const { MessageId = '' } = await client.send(
    new SendEmailCommand({
      FromEmailAddress: from,
      Destination: { ToAddresses: [to] },
      ...(configurationSet !== undefined && { ConfigurationSetName: configurationSet }),
      Content: { Simple: { Subject: { Data: 'Test of ses-feedback' }, Body: { Text: { Data: text } } } },
    }),
  );
  return MessageId;
}
