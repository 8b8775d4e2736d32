// Systems Manager reads a secret of Secrets Manager under this name. The function needs permission for the secret itself as well.
const prefix = '/aws/reference/secretsmanager/';

module.exports = async ({ resolveVariable }) => {
  const name = String(await resolveVariable("param:relaySecret, ''"));
  return { secretName: name.startsWith(prefix) ? name.slice(prefix.length) : 'none' };
};
