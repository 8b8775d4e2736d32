/** A statement of the template, without its resource `*`. */
type PermissionsOnAll = {
  readonly because: string;
  readonly permission: {
    /** The role or the policy, by its logical id. */
    readonly owner: string;
    readonly Sid?: string;
    readonly Effect: 'Allow';
    readonly Action: string | readonly string[];
  };
};

/** The permissions on all resources, each with the reason why it cannot be limited. */
export const permissionsOnAll: readonly PermissionsOnAll[] = [
  {
    because: 'metrics and the account have no ARN',
    permission: {
      owner: 'ReputationRole',
      Effect: 'Allow',
      Action: ['cloudwatch:GetMetricStatistics', 'ses:GetAccount', 'ses:ListRecommendations'],
    },
  },
  {
    because: 'suppression lists of SES and new import jobs have no ARN',
    permission: {
      owner: 'AccountListRole',
      Effect: 'Allow',
      Action: [
        'ses:PutSuppressedDestination',
        'ses:DeleteSuppressedDestination',
        'ses:GetSuppressedDestination',
        'ses:CreateImportJob',
        'ses:GetAccount',
      ],
    },
  },
  {
    because: 'suppression lists of SES have no ARN',
    permission: {
      owner: 'ReconcileRole',
      Effect: 'Allow',
      Action: ['ses:ListSuppressedDestinations', 'ses:ListTenants'],
    },
  },
  {
    because: 'lists, metrics and the account have no ARN',
    permission: {
      owner: 'SupportPolicy',
      Sid: 'Account',
      Effect: 'Allow',
      Action: [
        'ses:GetAccount',
        'ses:GetSendStatistics',
        'ses:GetSuppressedDestination',
        'ses:DeleteSuppressedDestination',
        'cloudwatch:GetMetricStatistics',
      ],
    },
  },
  {
    because: 'lists, subscriptions and the first version of the SES API have no ARN',
    permission: {
      owner: 'OperatorPolicy',
      Sid: 'Account',
      Effect: 'Allow',
      Action: [
        'ses:GetAccount',
        'ses:GetSendStatistics',
        'ses:GetSuppressedDestination',
        'ses:DeleteSuppressedDestination',
        'ses:ListSuppressedDestinations',
        'ses:ListTenants',
        'ses:ListRecommendations',
        'ses:ListMultiRegionEndpoints',
        'ses:DescribeActiveReceiptRuleSet',
        'lambda:ListEventSourceMappings',
        'ses:ListEmailIdentities',
        'ses:ListConfigurationSets',
        'ses:GetIdentityNotificationAttributes',
        'sns:GetSubscriptionAttributes',
        'cloudwatch:GetMetricStatistics',
      ],
    },
  },
  {
    because: 'the account, subscriptions and the first version of the SES API have no ARN',
    permission: {
      owner: 'AdministratorPolicy',
      Sid: 'Account',
      Effect: 'Allow',
      Action: [
        'ses:PutAccountSuppressionAttributes',
        'ses:PutAccountSendingAttributes',
        'ses:SetIdentityNotificationTopic',
        'ses:VerifyEmailIdentity',
        'ses:SetActiveReceiptRuleSet',
        'sns:SetSubscriptionAttributes',
      ],
    },
  },
];
