import { SendBulkEmailCommand, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { createList } from '../../shared/suppression-list/list.ts';
import { useSesCapture } from './ses-capture.ts';

const capture = useSesCapture();

test.each(['SendEmail', 'SendBulkEmail'])(
  'what is sent by %s is what was checked, although the application changes its arrays meanwhile',
  async (call) => {
    const recipients = ['bob@example.net'];
    const Destination = { ToAddresses: recipients };
    // The application changes its array while the table is read.
    const readEntries = async () => {
      recipients[0] = 'gone@example.net';
      return new Map();
    };
    const openEditor = () => Promise.reject(new Error('Unexpected change'));
    const client = createList({ tableName: 'prod', readEntries, openEditor }, {}).guard(capture().client);
    const sending =
      call === 'SendEmail'
        ? client.send(new SendEmailCommand({ FromEmailAddress: 'news@shop.example.com', Destination, Content: {} }))
        : client.send(
            new SendBulkEmailCommand({
              FromEmailAddress: 'Shop <news@shop.example.com>',
              DefaultContent: { Template: { TemplateName: 'x', TemplateData: '{}' } },
              BulkEmailEntries: [{ Destination }],
            }),
          );
    await sending;
    expect(JSON.stringify(capture().arrived)).toContain('bob@example.net');
    expect(JSON.stringify(capture().arrived)).not.toContain('gone@example.net');
  },
);
