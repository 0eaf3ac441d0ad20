// A browser that does what it is told: one JSON command on each line of stdin, one JSON answer on
// each line of stdout. e2e/browser.py is its other side. Everything waits for what it needs, and
// nothing for a time that has to pass.
"use strict";

const readline = require("node:readline");
const { chromium } = require("playwright-core");

const PATIENCE_MS = 60000;
const TABS_MAX = 300;

let browser, page;
const faults = [];

// What a page complains about: its console, exceptions, and requests that failed.
function listen() {
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) {
      faults.push(`${message.text()} (${message.location().url})`);
    }
  });
  page.on("pageerror", (error) => faults.push(String(error)));
}

// The name by which people know the focused element, and which text field it is.
const focusedName = () => {
  const element = document.activeElement;
  if (!element || element === document.body) return "";
  const label = element.labels?.[0]?.textContent || element.getAttribute("aria-label");
  return (label || element.textContent || "").trim();
};

const commands = {
  async open({ width, height, dark }) {
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM,
      // Root has no sandbox, and containers have little shared memory.
      args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
    });
    const context = await browser.newContext({
      viewport: { width, height }, colorScheme: dark ? "dark" : "light", locale: "en-GB",
    });
    page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    page.on("dialog", (dialog) => dialog.accept());
    listen();
  },
  go: ({ url }) => page.goto(url).then((answer) => answer?.status()),
  url: () => page.url(),
  click: ({ name, role, exact }) => page.getByRole(role, { name, exact }).first().click(),
  fill: ({ label, text }) => page.getByLabel(label, { exact: true }).fill(text),
  choose: ({ label, option }) => page.getByLabel(label, { exact: true }).selectOption(option),
  text: ({ selector }) => page.locator(selector).first().innerText(),
  count: ({ selector }) => page.locator(selector).count(),
  // The exact figures that a page shows, by name.
  figures: () => page.evaluate(() => Object.fromEntries(
    [...document.querySelectorAll("[data-name]")].map((element) => [
      element.dataset.name, Number(element.querySelector("data").value),
    ]))),
  see: ({ selector, text }) =>
    page.locator(selector).filter({ hasText: text }).first().waitFor(),
  there: ({ selector }) => page.locator(selector).first().waitFor(),
  arrive: ({ pattern }) => page.waitForURL(new RegExp(pattern)),
  shot: ({ path }) => page.screenshot({ path, fullPage: true }).then(() => null),
  // Everything that is wider than the screen, which a reader would have to scroll sideways for.
  overflow: () => page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth),
  // By the keyboard alone: the Tab key until the element of that name has the focus.
  async tab({ name }) {
    for (let i = 0; i < TABS_MAX; ++i) {
      await page.keyboard.press("Tab");
      if (await page.evaluate(focusedName) === name) return i + 1;
    }
    throw new Error(`the Tab key does not reach "${name}"`);
  },
  press: ({ key }) => page.keyboard.press(key).then(() => null),
  type: ({ text }) => page.keyboard.type(text).then(() => null),
  async download({ name }) {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name }).click(),
    ]);
    const chunks = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk);
    return { name: download.suggestedFilename(), text: Buffer.concat(chunks).toString() };
  },
  faults: () => faults,
  close: () => browser.close(),
};

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { command, ...given } = JSON.parse(line);
    let answer;
    try {
      answer = { result: (await commands[command](given)) ?? null };
    } catch (error) {
      answer = { error: String(error) };
    }
    process.stdout.write(JSON.stringify(answer) + "\n");
    if (command === "close") break;
  }
  process.exit(0);
}

main();
