// The status page in Chromium: arguments are a mode and what it needs. Lines of JSON; an exit code that is not 0 is a failure.
//
//   act CHROMIUM URL RECORD         every action, as a user with mouse and keyboard
//   look CHROMIUM URL FOLDER NAME   axe, overflow, and pictures, in light and dark, wide and narrow
//   login CHROMIUM URL TOKEN        the door
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const [mode, executablePath, base, ...rest] = process.argv.slice(2);
const args = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];
// Whatever it waits for, it ends, and the browser with it: on a busy machine each step may take long, but none for ever.
let deadline;
function allow() {
  clearTimeout(deadline);
  deadline = setTimeout(() => {
    console.error("it took too long");
    process.exit(1);
  }, 240_000).unref();
}
allow();
const say = (what) => {
  allow();
  console.log(JSON.stringify(what));
};
const browser = await chromium.launch({ executablePath, args, timeout: 30000 });

/** A page of its own, whose complaints are failures: what the policy blocks is one. */
async function open(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  context.setDefaultTimeout(15000);
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.complaints = complaints;
  return page;
}

async function end(page) {
  assert.deepEqual(page.complaints, []);
  await page.context().close();
}

const notice = (page) => page.getByRole("status").innerText();
const number = async (page, list) => Number((await page.locator(`#${list}-title .number`).innerText()).replace(",", ""));

async function queue(options) {
  const page = await open(options);
  await page.goto(base);
  const [waiting, failed] = [await number(page, "waiting"), await number(page, "failed")];
  await page.locator("#failed").getByRole("button", { name: /^Retry 04l/ }).first().click();
  assert.equal(await notice(page), "1 notification due now.");
  assert.equal(await number(page, "failed"), failed - 1);
  await page.locator("#waiting").getByRole("button", { name: /^Delete 04l/ }).first().click();
  assert.equal(await notice(page), "1 notification deleted.");
  assert.equal(await number(page, "waiting"), waiting);
  await page.locator("#failed").getByRole("button", { name: /^Delete 04l/ }).first().click();
  assert.equal(await number(page, "failed"), failed - 2);

  await page.locator("#waiting").getByRole("link", { name: /^View/ }).first().click();
  await page.getByRole("heading", { name: /^Notification 04l/ }).waitFor();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download" }).click()]);
  const bytes = readFileSync(await download.path(), "utf8");
  assert.equal(await page.locator("pre.message").evaluate((pre) => pre.textContent), bytes);
  await page.getByRole("cell", { name: "xsd:double" }).waitFor();
  await page.getByRole("button", { name: "Retry" }).click();
  assert.equal(await notice(page), "1 notification due now.");
  say({ queue: options ?? {} });
  await end(page);
}

async function filters() {
  const page = await open();
  await page.goto(base);
  const record = await page.locator("#waiting a.id").first().innerText();
  await page.getByLabel("Record id").fill(record);
  await page.keyboard.press("Enter");
  await page.waitForURL(/record=/);
  assert.equal(await page.locator("#waiting a.id").count(), 2, "one for each outbound message");
  await page.getByRole("link", { name: "Show all" }).click();
  await page.getByLabel("Failure reason contains").fill("no such reason");
  await page.getByRole("button", { name: "Filter" }).click();
  await page.locator("#waiting").getByText("No notification matches the filter.").waitFor();
  await page.goto(`${base}/?message=Won`);
  const first = await page.locator("#waiting a.id").first().innerText();
  await page.locator("#waiting").getByRole("link", { name: "Next" }).click();
  await page.waitForURL(/after=/);
  assert.notEqual(await page.locator("#waiting a.id").first().innerText(), first);

  await page.goto(base);
  await page.locator("#failed").getByRole("button", { name: "Retry all" }).click();
  assert.match(await notice(page), /due now/);
  assert.equal(await number(page, "failed"), 0);
  await page.getByLabel("Outbound message").selectOption("Copy");
  await page.getByRole("button", { name: "Filter" }).click();
  await page.waitForURL(/message=Copy/);
  await page.locator("#waiting").getByRole("link", { name: "Delete all" }).click();
  await page.getByRole("link", { name: "Keep them" }).click();
  await page.locator("#waiting").getByRole("link", { name: "Delete all" }).click();
  await page.getByRole("button", { name: "Delete them" }).click();
  assert.match(await notice(page), /notifications deleted/);
  assert.equal(await number(page, "waiting"), 0);
  say({ filters: true });
  await end(page);
}

async function records(options) {
  const page = await open(options);
  await page.goto(base);
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Records" }).click();
  await page.getByRole("link", { name: "New Opportunity" }).click();
  await page.getByLabel(/^Name/).fill('Größe <b>1</b> & "2"');
  await page.getByLabel(/^Amount/).fill("12.5");
  await page.getByLabel(/^IsWon/).selectOption("true");
  await page.getByRole("button", { name: "Create" }).click();
  assert.equal(await notice(page), "The record was created.");
  assert.equal(await page.getByLabel(/^Name/).inputValue(), 'Größe <b>1</b> & "2"');
  await page.getByLabel(/^Amount/).fill("");
  await page.getByRole("button", { name: "Save" }).click();
  assert.equal(await notice(page), "The record was saved.");
  assert.equal(await page.getByLabel(/^Amount/).inputValue(), "");
  await page.getByRole("link", { name: "Its notifications" }).click();
  assert.ok((await page.locator("#waiting a.id").count()) >= 1);
  await page.goBack();
  await page.getByRole("button", { name: "Delete the record" }).click();
  assert.equal(await notice(page), "The record was deleted.");

  await page.getByRole("link", { name: "Rehearsal" }).click();
  await page.getByLabel("duplicates").fill("12.5");
  await page.getByRole("button", { name: "Rehearse", exact: true }).click();
  await page.getByText("duplicates=12.5%").waitFor();
  await page.getByRole("button", { name: "Rehearse nothing" }).click();
  await page.getByText("Nothing is rehearsed").waitFor();

  await page.getByRole("link", { name: "Outbound messages" }).click();
  const link = page.getByRole("link", { name: "Download Won.wsdl" });
  const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
  assert.match(readFileSync(await download.path(), "utf8"), /OpportunityNotification/);
  await page.getByRole("link", { name: "Won", exact: true }).click();
  await page.locator("#attempts summary").first().click();
  await page.locator("#attempts details[open] pre").first().waitFor();
  await page.getByRole("link", { name: "Not acknowledged" }).click();
  await page.waitForURL(/only=failed/);
  say({ records: options ?? {} });
  await end(page);
}

/** What changes shows by itself, where one is stays, and pausing pauses. */
async function live(record) {
  const page = await open();
  const streaming = page.waitForResponse((response) => response.url().endsWith("/page/live"));
  await page.goto(`${base}/?message=Won`);
  await streaming;
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  await page.keyboard.press("Enter");
  assert.match(page.url(), /#main$/);
  const focused = page.locator("#waiting").getByRole("link", { name: /^View/ }).first();
  await focused.focus();
  const [before, id] = [await number(page, "waiting"), await focused.getAttribute("id")];
  const create = () =>
    fetch(`${base}/services/data/v61.0/sobjects/Opportunity`, {
      method: "POST",
      headers: { Authorization: "Bearer x", "Content-Type": "application/json" },
      body: JSON.stringify({ Name: "Live" }),
    }).then((response) => assert.equal(response.status, 201));
  const shows = (count) =>
    page.waitForFunction(
      (count) => Number(document.querySelector("#waiting-title .number").textContent.replace(",", "")) === count,
      count,
    );
  await create();
  await shows(before + 1);
  assert.equal(await page.evaluate(() => document.activeElement.id), id);
  const outline = await focused.evaluate((link) => getComputedStyle(link).outlineStyle);
  assert.equal(outline, "solid");

  const pause = page.getByRole("button", { name: "Pause updates" });
  await pause.focus();
  await page.keyboard.press("Space");
  assert.equal(await pause.getAttribute("aria-pressed"), "true");
  await create();
  await page.waitForTimeout(2000);
  assert.equal(await number(page, "waiting"), before + 1);
  await page.keyboard.press("Space");
  await shows(before + 2);
  say({ live: record });
  await end(page);
}

const LOOKS = [
  { colorScheme: "light", viewport: { width: 1280, height: 900 } },
  { colorScheme: "dark", viewport: { width: 1280, height: 900 } },
  { colorScheme: "light", viewport: { width: 1190, height: 900 } },
  { colorScheme: "dark", viewport: { width: 768, height: 1024 } },
  { colorScheme: "light", viewport: { width: 320, height: 1400 } },
  { colorScheme: "dark", viewport: { width: 320, height: 1400 } },
];

async function look(folder, name) {
  mkdirSync(folder, { recursive: true });
  const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  const findings = async (page) => {
    await page.evaluate(axe);
    const result = await page.evaluate(() => globalThis.axe.run());
    return result.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
  };
  let [pages, faults] = [0, []];
  for (const options of LOOKS) {
    const page = await open(options);
    await page.goto(base);
    const links = await page.locator("#waiting .actions a, #failed .actions a, #waiting a.id").evaluateAll((links) => links.map((link) => link.pathname));
    const one = [links.find((path) => path.startsWith("/notifications")), links.find((path) => path.startsWith("/records"))];
    const paths = ["/", "/messages", "/messages/Won", "/records", "/records/Opportunity", "/records/Opportunity/new", "/rehearsal", "/queue/delete?list=waiting", "/notifications/x", ...one.filter(Boolean)];
    const { colorScheme, viewport } = options;
    for (const path of paths) {
      await page.goto(base + path);
      for (const summary of await page.locator("summary").all()) await summary.click();
      const place = path.split("/")[1].replace(/\W.*/, "") || "delivery";
      const depth = path.split("/").length - 2;
      await page.screenshot({ path: `${folder}/${name}-${place}${depth}-${colorScheme}-${viewport.width}.png`, fullPage: viewport.width > 320 });
      faults.push(...(await findings(page)).map((finding) => `${path} ${colorScheme} ${viewport.width} ${finding}`));
      const width = await page.evaluate(() => document.scrollingElement.scrollWidth);
      if (width > viewport.width) faults.push(`${path} is ${width} wide, not ${viewport.width}`);
      pages += 1;
    }
    // Without this, an axe that finds nothing in anything would look like ours being right.
    await page.goto(base);
    await page.evaluate(() => document.querySelector("main").append(document.createElement("input")));
    assert.match((await findings(page)).join(" "), /label/);
    page.complaints.splice(0, page.complaints.length, ...page.complaints.filter((text) => !text.includes("404")));
    await end(page);
    say({ look: options });
  }
  assert.deepEqual(faults, []);
  say({ pages });
}

async function login(token) {
  const page = await open();
  await page.goto(`${base}/records/Opportunity`);
  await page.waitForURL(/login/);
  await page.getByLabel("Token").fill("wrong");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").waitFor();
  await page.getByLabel("Token").fill(token);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Delivery status" }).waitFor();
  assert.equal(await page.evaluate(() => document.cookie), "");
  await page.goto(`${base}/records/Opportunity/new`);
  await page.getByRole("button", { name: "Create" }).click();
  assert.equal(await notice(page), "The record was created.");
  await page.getByRole("button", { name: "Log out" }).click();
  await page.waitForURL(/login/);
  await page.goto(base);
  await page.waitForURL(/login/);
  page.complaints.splice(0, page.complaints.length, ...page.complaints.filter((text) => !text.includes("401")));
  await end(page);
  say({ login: true });
}

const modes = {
  async act(record) {
    await queue();
    await queue({ javaScriptEnabled: false });
    await live(record);
    await records();
    await records({ javaScriptEnabled: false });
    await filters();
  },
  look,
  login,
};
await modes[mode](...rest);
await browser.close();
