/** What holds of every transport, also of one that opens no socket. */
import * as Effect from "effect/Effect";
import * as Result from "effect/Result";
import type { Bench } from "./bench.ts";
import type { Clause, Peer } from "./clause.ts";

type Post = Peer["posts"][number];

const firstTwo = ({ posts: [one, two] }: Peer, bench: Bench) =>
  one === undefined || two === undefined
    ? bench.fail("the subject's peer must have at least two posts")
    : Effect.succeed([one, two] as const);

const bytesOf = ({ body }: Post["request"]): Uint8Array => body ?? new Uint8Array();

const copyOf = (request: Post["request"]): Post["request"] => ({
  ...request,
  headers: { ...request.headers },
  ...(request.body && { body: Uint8Array.from(request.body) }),
});

export const withoutNetwork: ReadonlyArray<Clause> = [
  {
    id: "T01",
    level: "MUST",
    title: "posts side by side get their own replies",
    says: "However they overtake each other.",
    needs: [],
    check: (bench) =>
      Effect.gen(function* () {
        const { posts } = yield* bench.peer;
        const transport = yield* bench.open();
        const many = [...posts, ...posts].map((post) => ({ ...post, request: copyOf(post.request) }));
        const ends = yield* Effect.forEach(many, ({ request }) => bench.post(transport, request), {
          concurrency: "unbounded",
        });
        for (const [index, post] of many.entries()) {
          const end = ends[index];
          if (end === undefined) return yield* bench.fail("a post did not end");
          const reply = yield* bench.reply(end);
          yield* bench.check(post.answeredBy(reply), `post ${index + 1} of ${many.length} got another's reply`);
        }
      }),
  },
  {
    id: "T02",
    level: "MUST",
    title: "a post is made when its effect runs, once each time",
    says: "An effect that was built and not run has sent nothing: whoever stores first and posts then relies on it.",
    needs: [],
    check: (bench) =>
      Effect.gen(function* () {
        const peer = yield* bench.peer;
        const [{ request }] = yield* firstTwo(peer, bench);
        const transport = yield* bench.open();
        const before = yield* peer.seen;
        const effect = transport.send(request);
        const post = { send: () => effect };
        yield* Effect.sleep("20 millis");
        const built = (yield* peer.seen) - before;
        yield* bench.check(built === 0, `${built} requests were made before the effect ran`);
        yield* bench.reply(yield* bench.post(post, request));
        yield* bench.reply(yield* bench.post(post, request));
        const ran = (yield* peer.seen) - before;
        yield* bench.check(ran === 2, `the effect ran twice, and ${ran} requests were made`);
      }),
  },
  {
    id: "T03",
    level: "MUST",
    title: "the request is left as it was",
    says: "The same request, with the same fields and bytes, may be posted again: that is what re-sending means.",
    needs: [],
    check: (bench) =>
      Effect.gen(function* () {
        const [{ request, answeredBy }] = yield* firstTwo(yield* bench.peer, bench);
        const transport = yield* bench.open();
        const copy = copyOf(request);
        const frozen = Object.freeze({ ...request, headers: Object.freeze({ ...request.headers }) });
        yield* bench.reply(yield* bench.post(transport, frozen), "the post of a frozen request");
        const kept = Buffer.compare(bytesOf(frozen), bytesOf(copy)) === 0;
        yield* bench.check(kept, "the bytes of the request were changed");
        const again = yield* bench.reply(yield* bench.post(transport, copy), "the same post once more");
        yield* bench.check(answeredBy(again), "the same post once more got another reply");
        const names = Object.keys(copy.headers).join();
        yield* bench.check(names === Object.keys(request.headers).join(), "the fields of the request were changed");
      }),
  },
  {
    id: "T04",
    level: "MUST",
    title: "a reply is not changed by what comes later",
    says: "Its bytes are its own, not a window onto a buffer that is used again.",
    needs: [],
    check: (bench) =>
      Effect.gen(function* () {
        const [one, two] = yield* firstTwo(yield* bench.peer, bench);
        const transport = yield* bench.open();
        const first = yield* bench.reply(yield* bench.post(transport, one.request));
        const copy = Uint8Array.from(first.body);
        const second = yield* bench.reply(yield* bench.post(transport, two.request));
        yield* bench.check(Buffer.compare(first.body, copy) === 0, "the first reply was changed by the second post");
        first.body.fill(0);
        yield* bench.check(two.answeredBy(second), "writing over the first reply changed the second");
      }),
  },
  {
    id: "T05",
    level: "MUST",
    title: "an address that is not https is refused",
    says: "Not sent, with an error and not a defect, whatever it is.",
    needs: [],
    check: (bench) =>
      Effect.gen(function* () {
        const peer = yield* bench.peer;
        const [{ request }] = yield* firstTwo(peer, bench);
        const transport = yield* bench.open();
        const before = yield* peer.seen;
        const plain = request.url.replace(/^https:/, "http:");
        for (const url of [
          plain,
          "",
          "pay",
          "/pay",
          "//localhost/pay",
          "ftp://localhost/pay",
          "https://",
          "https://[::1/pay",
        ]) {
          const end = yield* bench.post(transport, { ...request, url });
          if (Result.isSuccess(end)) return yield* bench.fail(`a post to ${JSON.stringify(url)} got a reply`);
          yield* bench.failure(end, "no", [], `a post to ${JSON.stringify(url)}`);
        }
        yield* bench.check((yield* peer.seen) === before, "a request was made all the same");
      }),
  },
];
