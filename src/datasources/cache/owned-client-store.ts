import KeyvRedis, { type KeyvRedisOptions, type RedisClientConnectionType } from '@keyv/redis';

/**
 * The Redis adapter of Keyv over a client that somebody else opens and closes. The adapter's own `getClient` connects a
 * client that is not open, so a call that comes after the end would bring the connection back to life, with nobody left
 * to close it. Here such a call fails with what the client says.
 */
export class OwnedClientStore extends KeyvRedis<unknown> {
  readonly #owned: RedisClientConnectionType;

  constructor(client: RedisClientConnectionType, options: KeyvRedisOptions) {
    super(client, options);
    this.#owned = client;
  }

  override async getClient(): Promise<RedisClientConnectionType> {
    return this.#owned;
  }
}
