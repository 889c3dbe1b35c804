// Keeps the page up to date: each part that is marked `data-live` is taken anew from the server when something has
// changed. Without this script, the link "Refresh" does the same.
"use strict";

const said = document.getElementById("live");
const refresh = document.getElementById("refresh");

/** Whether somebody is in the middle of something that a new part would take away. */
function isBusy(part) {
  const selection = document.getSelection();
  const isSelecting = selection && !selection.isCollapsed && part.contains(selection.anchorNode);
  return isSelecting || part.contains(document.activeElement?.closest("input, select, textarea"));
}

/** Puts a new part in the place of an old one, and what was open and had the focus with it. */
function replace(old, fresh) {
  if (old.outerHTML === fresh.outerHTML || isBusy(old)) return;
  const open = [...old.querySelectorAll("details[open][id]")].map((details) => details.id);
  const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
  const scrolled = [...old.querySelectorAll("pre")].map((pre) => pre.scrollTop);
  old.replaceWith(fresh);
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  [...fresh.querySelectorAll("pre")].forEach((pre, place) => (pre.scrollTop = scrolled[place] ?? 0));
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

let isLoading = false;
let isStale = false;

async function load() {
  if (isLoading) {
    isStale = true;
    return;
  }
  isLoading = true;
  try {
    const response = await fetch(location.href, { credentials: "same-origin", redirect: "error" });
    if (response.ok) {
      const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
      for (const part of document.querySelectorAll("[data-live][id]")) {
        const other = fresh.getElementById(part.id);
        if (other) replace(part, document.importNode(other, true));
      }
      const now = fresh.getElementById("live");
      if (now) said.replaceChildren(...document.importNode(now, true).childNodes);
    }
  } catch {
    said.textContent = "No connection; trying again";
  }
  isLoading = false;
  if (isStale) {
    isStale = false;
    load();
  }
}

let events = null;
let isPaused = false;

function listen() {
  if (events || isPaused || document.hidden) return;
  events = new EventSource("/page/live");
  events.addEventListener("change", load);
  events.addEventListener("error", () => (said.textContent = "No connection; trying again"));
  // What has changed meanwhile, or during a lost connection.
  events.addEventListener("open", load);
}

function hush() {
  events?.close();
  events = null;
}

if (said && document.querySelector("[data-live][id]")) {
  const pause = document.createElement("button");
  pause.type = "button";
  pause.id = "pause";
  pause.textContent = "Pause updates";
  pause.setAttribute("aria-pressed", "false");
  pause.addEventListener("click", () => {
    isPaused = !isPaused;
    pause.setAttribute("aria-pressed", String(isPaused));
    if (isPaused) hush();
    else listen();
  });
  refresh.replaceWith(pause);
  // A browser has few connections to one server: hidden pages leave them to others.
  document.addEventListener("visibilitychange", () => (document.hidden ? hush() : listen()));
  // Times that are counted from now go on without a change.
  setInterval(() => events && load(), 30000);
  listen();
}

// What was just done is said once, not again after each reload.
const here = new URL(location.href);
if (here.searchParams.has("done")) {
  here.searchParams.delete("done");
  here.searchParams.delete("count");
  history.replaceState(null, "", here);
}
