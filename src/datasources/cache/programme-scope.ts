import { createHash } from 'node:crypto';

/** What makes one programme: gateways in front of another one must share nothing, even on the same Redis. */
export interface ProgrammeIdentity {
  baseUrl: URL;
  apiKey: string;
}

/** Keeps the keys and channels of one programme apart from those of others; tells nothing of its parts. */
export function programmeScope({ baseUrl, apiKey }: ProgrammeIdentity): string {
  return createHash('sha256').update(`${baseUrl.href}\n${apiKey}`).digest('hex').slice(0, 16);
}
