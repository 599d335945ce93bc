// Opens a page of alb-lint in Chromium and does what a reader does; prints what happened as JSON.
// node page.mjs FILE JSON: {"search": words, "anchor": id, "try": {field: value}, "screenshots": [[width, height, scheme, file]]}
import { chromium } from "playwright-core";
import { pathToFileURL } from "node:url";

const [file, asked] = process.argv.slice(2);
const plan = JSON.parse(asked);
const address = pathToFileURL(file).href;
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const told = { errors: [], requests: [] };
const page = await browser.newPage();
page.setDefaultTimeout(10_000);
page.on("console", (message) => { if (["error", "warning"].includes(message.type())) told.errors.push(message.text()); });
page.on("pageerror", (error) => told.errors.push(String(error)));
page.on("dialog", (dialog) => { told.errors.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
page.on("request", (request) => { if (request.url() !== address) told.requests.push(request.url()); });
await page.goto(address);
told.title = await page.title();
told.scripts = await page.locator("main script, main img, main iframe").count();
if (plan.search !== undefined) {
  told.keystrokes = await page.evaluate((words) => {
    const field = document.getElementById("search"), best = Array(words.length + 1).fill(Infinity);
    for (let round = 0; round < 3; round++) {
      for (let end = 0; end <= words.length; end++) {
        const before = performance.now();
        field.value = words.slice(0, end);
        field.dispatchEvent(new Event("input"));
        document.body.getBoundingClientRect();
        best[end] = Math.min(best[end], performance.now() - before);
      }
    }
    return best;
  }, plan.search);
  told.shown = await page.locator("tr[data-s]:not([hidden])").count();
  told.found = await page.locator("#found").textContent();
}
if (plan.anchor) {
  await page.goto(`${address}#${plan.anchor}`);
  told.target = await page.evaluate(() => document.querySelector(":target")?.id ?? null);
  told.visible = await page.evaluate(() => { const box = document.querySelector(":target").getBoundingClientRect(); return box.height > 0 && box.top < innerHeight && box.bottom > 0; });
}
if (plan.try) {
  for (const [name, value] of Object.entries(plan.try)) await page.locator(`#try [name=${name}]`).fill(value);
  await page.locator("#try button").click();
  told.answers = await page.locator("#answers").innerText();
  const why = page.locator("#answers summary").first();
  await why.click();
  await page.locator("#answers ol li").first().waitFor();
  told.why = await page.locator("#answers ol").first().innerText();
}
if (plan.button) {
  await page.locator("article button[data-request]").first().click();
  told.pressed = await page.locator("#answers").innerText();
}
for (const [width, height, scheme, target] of plan.screenshots ?? []) {
  await page.emulateMedia({ colorScheme: scheme });
  await page.setViewportSize({ width, height });
  await page.goto(address);
  await page.screenshot({ path: target, fullPage: height > 2000 });
  told.overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}
await browser.close();
console.log(JSON.stringify(told));
