/** What the SDK asks for before it sends anything, also to an engine that never looks at it. */
export const localCredentials = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
};
