// Lets mermaid draw diagrams as GitHub does, with its own limits: node mermaid.mjs FILE…; prints what it says of each as JSON.
import { chromium } from "playwright-core";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const page = await browser.newPage();
await page.addScriptTag({ path: fileURLToPath(new URL("node_modules/mermaid/dist/mermaid.min.js", import.meta.url)) });
const told = [];
for (const file of process.argv.slice(2)) {
  told.push(await page.evaluate(async (text) => {
    try {
      mermaid.initialize({ startOnLoad: false, securityLevel: "strict" });
      const { svg } = await mermaid.render("drawn", text);
      const picture = new DOMParser().parseFromString(svg, "text/html");
      return { error: "", nodes: picture.querySelectorAll(".node").length, edges: picture.querySelectorAll(".edgePaths path").length, scripts: picture.querySelectorAll("script, img, a[href]").length, text: picture.body.textContent };
    } catch (error) { return { error: String(error) }; }
  }, readFileSync(file, "utf8")));
}
await browser.close();
console.log(JSON.stringify(told));
