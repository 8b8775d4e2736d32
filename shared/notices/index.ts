// The npm package's entry `ses-feedback/notices`.
export { type SlackBlock, type SlackMessage, type SlackText, toSlackMessage } from './slack.ts';
export { type TeamsAttachment, type TeamsMessage, toTeamsMessage } from './teams.ts';
