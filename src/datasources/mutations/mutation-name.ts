/** Every field of `Mutation`: a closed list, and a test compares it with the schema. Part of keys, so a name never changes. */
export const MUTATION_NAMES = [
  'createCustomer',
  'signCustomerChallenge',
  'activateCustomer',
  'deactivateCustomer',
  'createAccount',
  'signAccountChallenge',
  'activateAccount',
  'deactivateAccount',
  'closeAccount',
  'createCard',
  'activateCard',
  'deactivateCard',
  'terminateCard',
  'createWebhookSubscription',
  'updateWebhookSubscription',
  'deleteWebhookSubscription',
  'simulateCustomerVerification',
  'simulateCustomerRejection',
  'simulateCardIssue',
  'simulateCardIssueFailure',
  'simulateCardAuthorisation',
  'simulateAuthorisationCapture',
  'simulateAuthorisationRelease',
] as const;

export type MutationName = (typeof MUTATION_NAMES)[number];
