// The dashboard's script: sends what buttons ask for to the API as JSON, and keeps the parts of a
// page that change up to date. Pages are made by the server; nothing is rendered here.
"use strict";

const csrf = document.querySelector("meta[name=csrf]").content;
const main = document.getElementById("main");
const said = document.getElementById("said");

function say(text, isFault) {
  said.textContent = text;
  said.className = text ? (isFault ? "fault" : "good") : "";
}

// ---- what buttons ask for

function valueOf(field) {
  if (field.type === "checkbox") return field.checked || undefined;
  if (field.value.trim() === "") return undefined;
  if (field.type === "number") return Number(field.value);
  if (field.dataset.kind === "lines") {
    return field.value.split("\n").map((line) => line.trim()).filter((line) => line);
  }
  return field.value;
}

function bodyOf(form) {
  const body = JSON.parse(form.dataset.body || "{}");
  for (const field of form.elements) {
    if (field.name && valueOf(field) !== undefined) body[field.name] = valueOf(field);
  }
  return JSON.stringify(body);
}

async function call(address, body) {
  const headers = { "Content-Type": "application/json" };
  if (csrf) headers["X-CSRF-Token"] = csrf;
  const answer = await fetch(address, { method: "POST", headers, body, redirect: "manual" });
  const text = await answer.text();
  if (answer.ok) return text ? JSON.parse(text) : {};
  let error = { message: `The server answered ${answer.status}.` };
  try {
    error = JSON.parse(text).error;
  } catch {
    // A proxy's page, perhaps.
  }
  throw new Error(error.message + (error.remedy ? ` – ${error.remedy}` : ""));
}

async function send(form) {
  if (form.dataset.confirm && !window.confirm(form.dataset.confirm)) return;
  const address = form.getAttribute("action");
  const buttons = form.querySelectorAll("button");
  buttons.forEach((button) => { button.disabled = true; });
  try {
    const answer = await call(address, bodyOf(form));
    if (address === "/logout") {
      location.assign("/login");
    } else if (form.dataset.then) {
      const next = form.dataset.then.replace(/\{(\w+)\}/g, (_, name) => answer[name]);
      location.assign(next);
    } else {
      say("Done.", false);
      await renew(true);
    }
  } catch (fault) {
    say(fault.message, true);
  } finally {
    buttons.forEach((button) => { button.disabled = false; });
  }
}

document.addEventListener("submit", (event) => {
  if (!event.target.classList.contains("action")) return;
  event.preventDefault();
  send(event.target);
});

// ---- keeping up to date

// Somebody who types, or who is at a button of a part, keeps it until they are done.
function isInUse(part) {
  const focused = document.activeElement;
  return part.contains(focused) && focused.matches("input, select, textarea");
}

// A part's element that had the focus has it again, though it is another one now.
function pathTo(part, element) {
  return [...part.querySelectorAll("a, button")].indexOf(element);
}

function replace(part, fresh) {
  if (part.innerHTML === fresh.innerHTML) return;
  const focused = part.contains(document.activeElement)
    ? pathTo(part, document.activeElement) : -1;
  part.replaceChildren(...fresh.childNodes);
  if (focused >= 0) part.querySelectorAll("a, button")[focused]?.focus();
}

let renewing = false;

async function renew(always) {
  if (renewing) return;
  renewing = true;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.redirected) {
      location.assign(answer.url);
      return;
    }
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of document.querySelectorAll(".live")) {
      const fresh = page.getElementById(part.id);
      if (fresh && (always || !isInUse(part))) replace(part, fresh);
    }
    main.dataset.renewed = String(Number(main.dataset.renewed || 0) + 1);
  } catch {
    // The server is away: the next look tries again.
  } finally {
    renewing = false;
  }
}

// At most one look in a second, and one after the last event.
const PAUSE_MS = 1000;
let wanted = null;

function renewSoon() {
  wanted ??= setTimeout(() => {
    wanted = null;
    renew(false);
  }, PAUSE_MS);
}

if (main.dataset.events) {
  const events = new EventSource(main.dataset.events);
  events.addEventListener("status", renewSoon);
  events.addEventListener("end", () => {
    events.close();
    renewSoon();
  });
}
if (main.dataset.look) {
  setInterval(() => {
    if (!document.hidden) renew(false);
  }, Number(main.dataset.look));
}
