import { EventEmitter, once } from 'node:events';
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
  /** Headers of each delivery, names and values in turn, in the order of `received`. */
  readonly rawHeaders: string[][] = [];
  readonly bodies: string[] = [];
  /** Most deliveries that were under way together. */
  mostAtOnce = 0;
  #atOnce = 0;
  #release: (() => void) | undefined;
  #held: Promise<void> | undefined;
  readonly #arrivals = new EventEmitter();
  readonly #server: Server;
  url = '';

  constructor(statuses: number[] = []) {
    this.#server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks).toString('utf8');
      this.received.push(JSON.parse(body));
      this.bodies.push(body);
      this.rawHeaders.push(request.rawHeaders);
      this.#atOnce += 1;
      this.mostAtOnce = Math.max(this.mostAtOnce, this.#atOnce);
      this.#arrivals.emit('arrival');
      await this.#held;
      this.#atOnce -= 1;
      response.writeHead(statuses.shift() ?? 204).end();
    });
  }

  /** Keeps back every answer from now on, until `release`. */
  hold(): void {
    this.#held = new Promise((resolve) => {
      this.#release = resolve;
    });
  }

  release(): void {
    this.#held = undefined;
    this.#release?.();
  }

  /** Resolves once so many deliveries have come in. */
  async arrived(count: number): Promise<void> {
    while (this.received.length < count) await once(this.#arrivals, 'arrival');
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
