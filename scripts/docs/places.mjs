/**
 * Where a command of the documents is run, if `check-docs` does not run it as it stands. What is neither run there nor here fails, so that no
 * command of a document is forgotten. Each entry: the command or, for a fence that is one program, its beginning; and one of
 *
 *   ci       the line of `.ci/run` that runs it, or the same with other arguments
 *   test     the test that takes it from the page and runs it
 *   packed   `test:packed` runs it as it stands, in an empty folder, with the packed packages in place of the registry's
 *   not      why no check can run it
 *
 * and `whole` where it is for all of a fence.
 */
const pnpm = "npx --yes pnpm@12";

export const places = [
  [/^npx --yes pnpm@12 (?:demo|test|check|lint|format:check|test:packed|check:docs|check:manifests)$/, { ci: "" }],
  [/^npx --yes pnpm@12 install$/, { ci: `${pnpm} test`, why: "pnpm installs before it runs a script" }],
  [/^bash \.ci\/run$/, { ci: `${pnpm} test`, why: "it is itself" }],
  [/^npx --yes pnpm@12 release(?: --dry-run)?$/, { ci: `${pnpm} release --dry-run` }],
  [/^npx --yes pnpm@12 changeset version$/, { ci: `${pnpm} release --dry-run`, why: "in a copy" }],
  [/^npx --yes pnpm@12 format$/, { ci: `${pnpm} format:check` }],
  [/^npx --yes pnpm@12 test:quick$/, { ci: `${pnpm} test`, why: "four of its packages" }],
  [/^npx --yes pnpm@12 api$/, { ci: `${pnpm} api --check` }],
  [/^npx --yes pnpm@12 bench:cold$/, { ci: `${pnpm} bench:cold --rounds=5` }],
  [
    /^npx --yes pnpm@12 bench(?: '?--[-=.*(|), \w]+'?)*$/,
    { ci: `${pnpm} bench --rounds=1`, why: "short: the table takes 20 minutes" },
  ],
  [/^npx --yes pnpm@12 prove:reply$/, { ci: "" }],
  [/^npx --yes pnpm@12 coverage$/, { ci: "" }],
  [
    /^(?:npx --yes pnpm@12 )?node scripts\/(?:configuration|error-tables|words|print-contract)\.mjs$/,
    { test: "scripts/check-docs.mjs", why: "with --check" },
  ],

  [/^text="appid=\$WECHAT_PAY_APP_ID/, { whole: true, test: "packages/simulator/test/Simulation.test.ts" }],
  [/^v3\(\) \{/, { whole: true, test: "packages/simulator/test/Simulation.test.ts" }],
  [/^node --input-type=module -e 'import .*Simulation\.run/, { test: "packages/simulator/test/Simulation.test.ts" }],
  [/^curl .*"\$SERVICE\/v1\//, { test: "packages/server/test/docs.test.ts" }],
  [/^esbuild shop\.ts /, { packed: true }],
  [/^npm install /, { packed: true }],
  [/^npx wechat-refund /, { packed: true }],
  [/^node refund\.mts$/, { packed: true }],

  [
    /^npx --yes pnpm@12 prove:/,
    {
      not: "takes minutes to an hour; what each found last stands in docs/proof.md, and its code is compiled by check",
    },
  ],
  [
    /^npx --yes pnpm@12 node packages\/simulator\/scripts\//,
    { not: "measures or compares at length; its code is compiled by check" },
  ],
  [/^npx --yes pnpm@12 changeset$/, { not: "asks a person" }],
  [/^subject="\/C=CN\/O=TEST ONLY/, { whole: true, not: "made the fixture once, and threw its authority's key away" }],
  [/^openssl (?:pkey|x509) -/, { not: "the remedy in a message, for files of its reader" }],
  [/^systemd-analyze verify$/, { not: "needs systemd; the unit's flags are tried by packages/cli/test/Serve.test.ts" }],
];

/** What is not Markdown and holds commands all the same. */
export const deploying = {
  Dockerfile:
    "building an image needs a registry of images and of packages; packages/cli/test/Serve.test.ts tries its flags",
  "kubernetes.yaml": "needs a cluster; packages/cli/test/Serve.test.ts tries its flags",
  "wechat-refund.service": "needs systemd and root; packages/cli/test/Serve.test.ts tries its flags",
};

/** Which entry a command, or a fence as a whole, belongs to. */
export const placeOf = (command) => places.find(([pattern]) => pattern.test(command))?.[1];

/** Where each command of a fence belongs, if all of them belong somewhere; nothing if the fence is to be run as it stands. */
export const placesOf = (code, commands) => {
  const whole = placeOf(code);
  if (whole?.whole === true) return [whole];
  const each = commands.map(placeOf);
  return each.every((place) => place !== undefined) ? each : undefined;
};
