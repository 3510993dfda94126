/**
 * Every property that a log line may have, besides `level`, `time` and `msg`, with what it holds: an allow list. What is not
 * in it is not written (`[not listed]` stands in its place). Documented in docs/reference/logs.md; tests compare the two,
 * and find every property that the source logs.
 */
export const LOG_FIELDS = {
  requestId: 'ID of the request; the client has it as `X-Request-Id` and beside each error',
  err: 'class, code and redacted message of an error, and of what caused it; never its stack',
  operationName: 'name of the GraphQL operation, redacted, as it is chosen by the client',
  path: 'path of the field in the answer, redacted, as aliases are chosen by the client',
  mutation: 'name of the mutation',
  route: 'route of the API, with `{id}` in place of IDs',
  status: 'HTTP status that the API answered with',
  tries: 'how often a request was sent so far',
  reason: 'kind of failure, of a closed list',
  delayMs: 'milliseconds until the next try',
  state: 'state of the shared store, or of the breaker before the API',
  resource: 'kind of entity or list',
  size: 'how many entities a batch asks for',
  listSize: 'how many entities the list in question has, as far as known',
  choice: '`single`, `list` or `ahead`',
  spentMs: 'what single reads have cost lately that the list would have answered',
  singleMs: 'what one read costs, as observed',
  listEntityMs: 'what one entity in a list costs, as observed',
  enum: 'name of an enum',
  value: 'a value of an enum that this version does not know, if it looks like one',
  keyId: '`keyid` of the signatures',
  fingerprint: 'fingerprint of the public half of the signing key',
  loadedKeys: 'how many signing keys are loaded',
  since: 'moment from which on changes were looked for',
  changed: 'how many entities have changed since',
  unreadable: 'how many entities of a list could not be read',
  documents: 'how many trusted documents are loaded',
  operations: 'names of trusted operations, the first twenty',
  count: 'how many there are of what a line names',
  mode: 'mode of trusted documents, `log` or `enforce`',
  documentHash: 'SHA-256 of a document that a client sent or named',
  signal: 'signal that ends the process',
} as const;

export type LogField = keyof typeof LOG_FIELDS;
