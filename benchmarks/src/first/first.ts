/** One refund and no more, of a client that is in the file itself: what `cold.ts` makes a bundle of. */
import { site, tellFirst } from "../Client.ts";
import { type Adapter, open } from "../clients/ours.ts";

export const first = async (adapter: Adapter): Promise<void> => {
  const [, , origin = "", folder = "", number = "0"] = process.argv;
  const client = await open(site(origin, folder), adapter, "pooled", "HMAC-SHA256");
  await client.refund(Number(number));
  process.on("disconnect", () => process.exit(0));
  tellFirst();
};
