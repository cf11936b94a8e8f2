/**
 * A receiver of the refund service's webhooks: believes what is signed, takes each message once, and keeps the newest of what is said of a
 * refund, in whichever order it comes. Nothing of it needs Effect, nor a package of this repository.
 *
 * Needs: WEBHOOK_SECRETS, the endpoint's secret, or the new and the old one with a blank between while it is changed; PORT if wanted.
 * Run:   npx --yes pnpm@12 node examples/19-webhook-receiver.ts
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook, WebhookVerificationError } from "standardwebhooks";

interface Refund {
  readonly mchId: string;
  readonly subMchId?: string;
  readonly outRefundNo: string;
  /** Of two messages about a refund the one with the higher version is the newer. */
  readonly version: number;
  readonly state: string;
  /** `true`: proved. `false`: certainly not. `null`: not known, or not yet. */
  readonly moneyReturned: boolean | null;
}

/** Your table of refunds. A real one is a database: `UPDATE … SET state = … WHERE number = … AND version < …`, committed before the answer. */
const refunds = new Map<string, Refund>();

const handle = (type: string, refund: Refund): void => {
  // A ping, and types that are new one day: thank for them all the same.
  if (!type.startsWith("refund.")) return console.log(type);
  const key = `${refund.mchId} ${refund.subMchId ?? ""} ${refund.outRefundNo}`;
  const known = refunds.get(key);
  // Messages come at least once and in any order: what is not newer says nothing new.
  if (known !== undefined && known.version >= refund.version) return;
  refunds.set(key, refund);
  console.log(`${refund.outRefundNo} is ${refund.state}, money returned: ${refund.moneyReturned}`);
};

const most = 1024 * 1024;

const textOf = async (incoming: IncomingMessage): Promise<string> => {
  const chunks: Array<Buffer> = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > most) throw new WebhookVerificationError("too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
};

/** Either secret may have signed. The body is verified as it came: JSON that is written anew is another text. */
const opened = (body: string, headers: Record<string, string>): unknown => {
  const secrets = (process.env["WEBHOOK_SECRETS"] ?? "").split(" ");
  for (const secret of secrets.slice(0, -1)) {
    try {
      return new Webhook(secret).verify(body, headers);
    } catch {
      // The next one may fit.
    }
  }
  return new Webhook(secrets.at(-1) ?? "").verify(body, headers);
};

const server = createServer((incoming, outgoing) => {
  textOf(incoming)
    .then((body) => {
      const { data, type } = opened(body, incoming.headers as Record<string, string>) as {
        readonly type: string;
        readonly data: Refund;
      };
      handle(type, data);
      // Only now is it thanked for: whatever went wrong before, the message comes again.
      outgoing.writeHead(204).end();
    })
    .catch((error: unknown) => {
      outgoing.writeHead(error instanceof WebhookVerificationError ? 401 : 500).end();
    });
});

server.listen(Number(process.env["PORT"] ?? 3002), "127.0.0.1", () =>
  console.log(`webhooks at http://127.0.0.1:${(server.address() as AddressInfo).port}/`),
);
