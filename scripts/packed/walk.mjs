/**
 * What somebody does who has nothing but npm: every command of the documents that installs the packages or uses what they bring, as it
 * stands there, in an empty folder. A registry on loopback has the packed packages; the rest comes from where it always comes from.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { basename, dirname, delimiter, join } from "node:path";
import { commandsOf, documents, fencesOf, isShell, read, spokenIn } from "../docs/pages.mjs";
import { placeOf } from "../docs/places.mjs";
import { anew, attempt, check, env, isOfRegistry, temporary } from "./harness.mjs";
import { layOut, onStage } from "./stage.mjs";

/** The packages, by what npm asks of a registry. */
const withRegistry = async (tarballs, manifests, act) => {
  const server = createServer(({ url = "" }, response) => {
    const path = decodeURIComponent(url);
    const tarball = Object.values(tarballs).find((file) => path.endsWith(`/-/${basename(file)}`));
    if (tarball !== undefined) return response.end(readFileSync(tarball));
    const manifest = manifests.get(path.replace("/@wechat-refund/", ""));
    if (manifest === undefined) return response.writeHead(404).end();
    const file = tarballs[path.replace("/@wechat-refund/", "")];
    const integrity = `sha512-${createHash("sha512").update(readFileSync(file)).digest("base64")}`;
    const dist = {
      integrity,
      tarball: `http://${server.address().address}:${server.address().port}${path}/-/${basename(file)}`,
    };
    const { name, version } = manifest;
    response.setHeader("content-type", "application/json");
    return response.end(
      JSON.stringify({ name, "dist-tags": { latest: version }, versions: { [version]: { ...manifest, dist } } }),
    );
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await act(`http://127.0.0.1:${server.address().port}/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
};

/** While the registry answers, so not synchronously. */
const bash = (script, options) =>
  new Promise((resolve) => {
    const child = spawn("bash", ["-euo", "pipefail", "-c", script], {
      stdio: ["ignore", "pipe", "pipe"],
      env,
      ...options,
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk));
    const timer = setTimeout(() => child.kill("SIGKILL"), 300_000);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code, said });
    });
  });
const ending = (script, { code, said }) => code !== 0 && `${script}\nended with ${code}\n${said.slice(-2_000)}`;

const isPacked = (command) => placeOf(command)?.packed === true;
/** What is typed into one folder, one after the other: each once, wherever it stands. */
const walks = () => {
  const fences = documents.flatMap(fencesOf).filter(isShell);
  const inFences = fences.map(({ at, code }) => ({ at, commands: commandsOf(code) }));
  const spoken = documents
    .flatMap(spokenIn)
    .map(({ command, file }) => ({ at: file, commands: [command] }))
    .filter(({ commands }) => commands[0].startsWith("npm install "));
  const packed = [...inFences, ...spoken].filter(({ commands }) => commands.some(isPacked));
  return [...new Map(packed.map((walk) => [walk.commands.join("\n"), walk])).values()];
};

/** The first program of the README, of an order that the gateway has. */
const firstProgram = () => {
  const { code = "" } = fencesOf("README.md").find(({ language }) => language === "ts") ?? {};
  return `${code.replace('"1415757673"', "`T-${process.argv.at(-1)}`")}\nconsole.log("refund", refundId);\n`;
};

export const walk = async ({ tarballs, manifests, project }) => {
  const all = walks();
  const bundling = all.filter(({ commands }) => commands[0].startsWith("esbuild "));
  const installing = all.filter((one) => !bundling.includes(one));
  const first = read("README.md").match(/^npm install .*$/m)?.[0];
  let folderOfFirst;
  await withRegistry(tarballs, manifests, async (registry) => {
    const walked = async ({ at, commands }, folder) => {
      const names = commands[0].split(" ").filter((word) => word.startsWith("@wechat-refund/"));
      const imports = names
        .filter((name) => name !== "@wechat-refund/cli")
        .map((name) => `await import(${JSON.stringify(name)});`)
        .join(" ");
      const script = [...commands, `node --input-type=module -e '${imports}'`].join("\n");
      let end = await bash(script, { cwd: folder });
      if (end.code !== 0 && isOfRegistry(end.said)) {
        end = await bash(script, { cwd: folder, env: { ...env, ...anew } });
      }
      check(`${at}: ${commands[0]}`, ending(script, end));
    };
    const empty = (name) => {
      const folder = join(temporary, name);
      mkdirSync(folder);
      writeFileSync(
        join(folder, ".npmrc"),
        `@wechat-refund:registry=${registry}\naudit=false\nfund=false\nprefer-offline=true\n`,
      );
      return folder;
    };
    folderOfFirst = empty("walk-first");
    await walked(
      all.find(({ commands }) => commands[0] === first),
      folderOfFirst,
    );
    // Two people, who go from page to page, each in a folder that was empty.
    const left = installing.filter(({ commands }) => commands[0] !== first);
    await Promise.all(
      ["walk-one", "walk-two"].map(async (name) => {
        const folder = empty(name);
        for (let next = left.shift(); next !== undefined; next = left.shift()) await walked(next, folder);
      }),
    );
  });
  const programs = layOut(project);
  for (const { at, commands } of bundling) {
    const folder = join(temporary, "walk-bundle");
    mkdirSync(folder);
    writeFileSync(join(project, "shop.ts"), readFileSync(join(project, programs.undici)));
    const PATH = [join(project, "node_modules", ".bin"), dirname(process.execPath), process.env.PATH].join(delimiter);
    const script = commands.join("\n");
    check(`${at}: ${commands[0]}`, ending(script, await bash(script, { cwd: project, env: { ...env, PATH } })));
  }
  writeFileSync(join(folderOfFirst, "refund.mts"), firstProgram());
  await onStage(project, ({ refund, refunds }) => {
    for (const file of ["shop.cjs", "shop.mjs"])
      refunds(`${file}, as docs/run-times.md makes it: a refund`, "PEM", process.execPath, [join(project, file)]);
    const said = refund("PEM", process.execPath, ["refund.mts"], { cwd: folderOfFirst });
    check("the README's first program refunds", !/^refund \d+$/m.test(said) && said);
  });
  await attempt("and says on one line what is missing, where nothing is set", async () => {
    const { said } = await bash(`${JSON.stringify(process.execPath)} refund.mts`, { cwd: folderOfFirst });
    // Above it Node shows a line of code, and below it its version.
    const [, line, version, ...rest] = said.trimEnd().split("\n\n");
    const isOneLine = /^\[.*InvalidMerchant: .*WECHAT_PAY_MCH_ID is not set.*\]$/.test(line ?? "");
    if (isOneLine && version === `Node.js ${process.version}` && rest.length === 0) return undefined;
    return said;
  });
};
