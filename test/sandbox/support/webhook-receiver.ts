import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  webhookType: string;
  eventId: string;
  id: string;
  status: string;
  [field: string]: unknown;
}

/** A receiver of webhooks that answers with the statuses given, then with 204. Closed when the test file is done. */
export class WebhookReceiver {
  readonly received: Received[] = [];
  readonly #server: Server;
  url = '';

  constructor(statuses: number[] = []) {
    this.#server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      this.received.push(JSON.parse(Buffer.concat(chunks).toString('utf8')));
      response.writeHead(statuses.shift() ?? 204).end();
    });
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
    receivers.push(this);
    return this;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

const receivers: WebhookReceiver[] = [];
afterAll(() => {
  for (const receiver of receivers) receiver.close();
});
