/** Why key material cannot be used. A closed list; operators can alert on it. */
export type SigningKeyErrorCode =
  | 'KEY_NOT_PEM'
  | 'KEY_ENCRYPTED'
  | 'KEY_IS_PUBLIC'
  | 'KEY_UNREADABLE'
  | 'KEY_WRONG_TYPE'
  | 'KEY_WRONG_CURVE'
  | 'KEY_ID_MISSING'
  | 'KEY_ID_INVALID'
  | 'KEY_ID_DUPLICATE'
  | 'KEY_ID_UNKNOWN'
  | 'KEY_COUNT'
  | 'KEY_FILE_UNREADABLE'
  | 'KEY_FILE_EXPOSED';

/**
 * A signing key that cannot be used, or one that is used but badly kept (`KEY_FILE_EXPOSED`). The message is written
 * for the operator and safe to log: it holds no key material, and no `cause` that could.
 */
export class SigningKeyError extends Error {
  override readonly name = 'SigningKeyError';
  readonly code: SigningKeyErrorCode;

  constructor(code: SigningKeyErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
