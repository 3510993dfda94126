/** Who is calling, as its access token says. */
export interface Principal {
  /** `sub` of the token. */
  readonly subject: string;
  readonly scopes: ReadonlySet<string>;
  /** The one OffBlocks customer whose data this caller reaches, in lower case; null for a caller of the programme. */
  readonly customerId: string | null;
  /** Whether the limit to one customer is lifted. */
  readonly isProgramme: boolean;
  /** `exp` of the token, rounded down. Answers and subscriptions must not outlive it. */
  readonly expiresAtEpochSeconds: number;
  /** Stable and opaque, for keys: a hash of issuer, subject and customer. The same for every token of one caller. */
  readonly callerId: string;
}
