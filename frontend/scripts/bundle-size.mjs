// After `next build`: how much JavaScript each page asks for before it works, and .gz and .br beside every text file.
import { existsSync } from "node:fs";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const OUT = path.resolve(import.meta.dirname, "../out");
/** First-load JavaScript in KB gzip. The dashboard is opened forty times a week. */
const BUDGETS_KB = { "/dashboard": 190 };
const COMPRESSIBLE = /\.(html|js|css|svg|txt|json|map|xml|webmanifest|ico)$/;
const TOO_SMALL_BYTES = 512;

const compressGzip = promisify(gzip);
const compressBrotli = promisify(brotliCompress);

if (!existsSync(OUT)) {
  console.error("There is no out/ folder yet: run `pnpm build` first.");
  process.exit(1);
}

const files = (await readdir(OUT, { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile())
  .map((entry) => path.join(entry.parentPath, entry.name));

const gzipSizes = new Map();
let originalBytes = 0;
let brotliBytes = 0;
for (const file of files.filter((name) => COMPRESSIBLE.test(name))) {
  const content = await readFile(file);
  const [zipped, brotli] = await Promise.all([
    compressGzip(content, { level: 9 }),
    compressBrotli(content, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
    }),
  ]);
  gzipSizes.set(file, zipped.length);
  if (content.length < TOO_SMALL_BYTES) continue;
  originalBytes += content.length;
  brotliBytes += brotli.length;
  await Promise.all([writeFile(`${file}.gz`, zipped), writeFile(`${file}.br`, brotli)]);
}

const measured = [];
for (const file of files.filter((name) => name.endsWith(".html")).sort()) {
  const html = await readFile(file, "utf8");
  const scripts = new Set();
  // `nomodule` scripts are for browsers that none of ours is.
  for (const [tag, source] of html.matchAll(/<script[^>]*\ssrc="([^"]+)"[^>]*>/g)) {
    if (!/\snomodule/i.test(tag)) scripts.add(path.join(OUT, source.split("?")[0]));
  }
  let bytes = 0;
  for (const script of scripts) bytes += gzipSizes.get(script) ?? (await stat(script)).size;
  const route =
    "/" +
    path
      .relative(OUT, file)
      .replace(/\.html$/, "")
      .replace(/^index$/, "");
  measured.push({ route, kilobytes: bytes / 1024, budget: BUDGETS_KB[route] });
}

console.log("first-load JavaScript, KB gzip");
for (const { route, kilobytes, budget } of measured) {
  console.log(`  ${route.padEnd(32)} ${kilobytes.toFixed(1).padStart(7)}${budget ? `  of ${budget}` : ""}`);
}
console.log(
  `compressed ${gzipSizes.size} files: ${Math.round(originalBytes / 1024)} KB → ${Math.round(brotliBytes / 1024)} KB brotli`,
);

const missing = Object.keys(BUDGETS_KB).filter((route) => !measured.some((page) => page.route === route));
const over = measured.filter(({ kilobytes, budget }) => budget !== undefined && kilobytes > budget);
for (const route of missing) console.error(`${route} has a budget but was not built.`);
for (const { route, kilobytes, budget } of over)
  console.error(`${route} is ${(kilobytes - budget).toFixed(1)} KB over its budget of ${budget} KB.`);

const dashboard = measured.find(({ route }) => route === "/dashboard");
console.log(
  `dashboard_js_kb=${dashboard?.kilobytes.toFixed(1) ?? "missing"} budget_kb=${BUDGETS_KB["/dashboard"]}`,
);
process.exit(missing.length + over.length > 0 ? 1 : 0);
