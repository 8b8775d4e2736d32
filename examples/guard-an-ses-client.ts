import { SESv2Client } from '@aws-sdk/client-sesv2';
import { createSuppressionList } from 'ses-feedback';

const suppressions = createSuppressionList({ tableName: 'ses-feedback-prod-suppressions' });
export const ses = suppressions.guard(new SESv2Client());
