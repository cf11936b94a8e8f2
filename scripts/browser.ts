/**
 * Tests of pages in a real browser: Debian's chromium, where it is installed. For the tests of any package.
 *
 * Duties: finding the browser, one browser for a group of tests, pages at a size, in a colour scheme and a language, and what a page
 * complained about. What a page must show is the tests' own. `BROWSER_SCREENSHOTS=directory` keeps the pictures that tests offer.
 */
import { accessSync, constants, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Effect, type Scope } from "effect";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe } from "vitest";

/** The first has no windows, menus and profiles, and computes less than half of what the others do for the same pages. */
const usual = [
  "/usr/bin/chromium-headless-shell",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

const canRun = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** `CHROMIUM`, if it is set, or where distributions put it. */
const executablePath = [process.env["CHROMIUM"] ?? [], usual].flat().find(canRun);

/** Talks to nobody but the pages it is shown, so it does without its sandbox, which root and most containers have not to give. */
const launch = (executablePath: string): Promise<Browser> =>
  chromium.launch({
    executablePath,
    chromiumSandbox: false,
    args: [
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });

/** How a page is looked at. */
export interface Look {
  /** A phone, or a desk. Default 1280. */
  readonly width?: 390 | 1280;
  /** Default `"light"`. */
  readonly colorScheme?: "light" | "dark";
  /** What the browser asks for. Default `"en"`. */
  readonly language?: "en" | "zh-CN";
  /** Default true. */
  readonly javaScript?: boolean;
  /** Default false. */
  readonly reducedMotion?: boolean;
  /** Cookies of another page of the same test. */
  readonly like?: Page;
}

/** A page, and what it has complained about so far. */
export interface Shown {
  readonly page: Page;
  /**
   * Errors and warnings of the console (a breach of the content security policy is one), errors that nothing caught, requests that
   * failed or were answered with 400 or more, and requests to strangers.
   */
  readonly complaints: Array<string>;
}

/** Pages that run no script. */
const scriptless = new WeakSet<Page>();

const heights = { 390: 844, 1280: 900 } as const;

const watch = (page: Page, home: string): Array<string> => {
  const complaints: Array<string> = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(`${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== home && protocol !== "data:") complaints.push(`asked a stranger: ${request.url()}`);
  });
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText ?? "";
    // Whoever goes to another page lets the last one's questions drop.
    if (why !== "net::ERR_ABORTED") complaints.push(`${request.method()} ${request.url()}: ${why}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) complaints.push(`${response.url()}: ${response.status()}`);
  });
  return complaints;
};

/** Opens an address. The page is closed with the scope. */
export type Open = (url: string, look?: Look) => Effect.Effect<Shown, never, Scope.Scope>;

const openIn =
  (browser: () => Browser): Open =>
  (
    url,
    { width = 1280, colorScheme = "light", language = "en", javaScript = true, reducedMotion = false, like } = {},
  ) =>
    Effect.gen(function* () {
      const cookies = like === undefined ? [] : yield* Effect.promise(() => like.context().cookies());
      const context = yield* Effect.acquireRelease(
        Effect.promise((): Promise<BrowserContext> =>
          browser().newContext({
            viewport: { width, height: heights[width] },
            colorScheme,
            locale: language,
            javaScriptEnabled: javaScript,
            reducedMotion: reducedMotion ? "reduce" : "no-preference",
          }),
        ),
        (context) => Effect.promise(() => context.close()),
      );
      const page = yield* Effect.promise(async () => {
        await context.addCookies(cookies);
        return context.newPage();
      });
      if (!javaScript) scriptless.add(page);
      // Ends what hangs.
      page.setDefaultTimeout(15_000);
      const complaints = watch(page, new URL(url).origin);
      yield* Effect.promise(() => page.goto(url));
      return { page, complaints };
    });

/** The browser of the file whose tests run, and how many groups of it may still want it. */
let browser: Browser | undefined;
let groups = 0;

/**
 * A group of tests with a browser, one for all groups of a file. Where there is none the group is skipped, and says so aloud.
 * `what` names the pages, such as "the inspector's page".
 */
export const describeInBrowser = (what: string, tests: (open: Open) => void): void => {
  if (executablePath === undefined) {
    console.warn(
      `\n!!! SKIPPED: ${what}. There is no chromium; apt-get install -y chromium-headless-shell, or say where with CHROMIUM\n`,
    );
  }
  groups++;
  describe.skipIf(executablePath === undefined)(what, () => {
    beforeAll(async () => {
      if (executablePath !== undefined) browser ??= await launch(executablePath);
    });
    tests(
      openIn(() => {
        if (browser === undefined) throw new Error("the browser has not been started");
        return browser;
      }),
    );
  });
  // Of the file, not of the group: it is closed, and after half a minute ended by its process id.
  afterAll(async () => {
    if (--groups > 0) return;
    await browser?.close();
    browser = undefined;
  });
};

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const standards = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

interface Violation {
  readonly id: string;
  readonly help: string;
  readonly nodes: ReadonlyArray<{ readonly html: string; readonly failureSummary: string }>;
}

/** In a page without scripts no timer ever fires; axe-core waits for timers of no length. */
const timers = "window.setTimeout = (f, _, ...given) => (Promise.resolve().then(() => f(...given)), 1)";

/** What axe-core finds against WCAG 2.2 AA and good practice in the page as it stands; a line for each place. */
export const violations = (page: Page): Effect.Effect<ReadonlyArray<string>> =>
  Effect.promise(async () => {
    if (scriptless.has(page)) await page.evaluate(timers);
    await page.evaluate(readFileSync(axe, "utf8"));
    const found = await page.evaluate<ReadonlyArray<Violation>>(
      `axe.run(document, { runOnly: ${JSON.stringify(standards)}, resultTypes: ["violations"], preload: false }).then((r) => r.violations)`,
    );
    return found.flatMap(({ id, help, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${help}: ${html.slice(0, 200)}: ${failureSummary}`),
    );
  });

/** By how many pixels the page is wider than its window. */
export const overflow = (page: Page): Effect.Effect<number> =>
  Effect.promise(() => page.evaluate<number>("document.documentElement.scrollWidth - innerWidth"));

/** Keeps a picture of the whole page where `BROWSER_SCREENSHOTS` names a directory; else does nothing. */
export const picture = (page: Page, name: string): Effect.Effect<void> =>
  Effect.promise(async () => {
    const directory = process.env["BROWSER_SCREENSHOTS"];
    if (directory === undefined || directory === "") return;
    mkdirSync(directory, { recursive: true });
    await page.screenshot({ path: join(directory, `${name}.png`), fullPage: true });
  });
