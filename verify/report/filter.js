"use strict";
const $ = (selector) => document.querySelector(selector);
const $$ = (selector) => [...document.querySelectorAll(selector)];
const claims = $$(".claim");
const pressed = (button) => button.getAttribute("aria-pressed") === "true";
const toggle = (button) => button.setAttribute("aria-pressed", String(!pressed(button)));

function filter() {
  const words = $("#search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const paper = $("#paper").value;
  const hidden = new Set($$("[data-verdict].chip").filter((b) => !pressed(b)).map((b) => b.dataset.verdict));
  const errata = $("#errata") && pressed($("#errata"));
  let shown = 0;
  for (const claim of claims) {
    const { search, verdict, erratum } = claim.dataset;
    const fits = words.every((word) => search.includes(word)) && !hidden.has(verdict)
      && (!paper || claim.dataset.paper === paper) && (!errata || erratum !== "");
    claim.hidden = !fits;
    shown += fits;
  }
  for (const group of $$(".group")) group.hidden = !group.querySelector(".claim:not([hidden])");
  const all = claims.length === 1 ? "1 claim" : `${claims.length} claims`;
  $("#shown").textContent = shown === claims.length ? all : `${shown} of ${all}`;
  $("#nothing").hidden = shown > 0;
}

function reset() {
  $("#search").value = $("#paper").value = "";
  for (const chip of $$(".filters .chip")) chip.setAttribute("aria-pressed", String("verdict" in chip.dataset));
  filter();
}

function visit() {
  const claim = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!claim) return;
  if (claim.hidden) reset();
  const details = claim.querySelector("details");
  if (details) details.open = true;
  claim.scrollIntoView();
}

const unfold = (open) => claims.forEach((claim) => { claim.querySelector("details").open = open; });

$("#search").addEventListener("input", filter);
$("#paper").addEventListener("change", filter);
for (const chip of $$(".chips .chip")) chip.addEventListener("click", () => { toggle(chip); filter(); });
$("#unfold").addEventListener("click", (event) => { toggle(event.target); unfold(pressed(event.target)); });
window.addEventListener("hashchange", visit);
window.addEventListener("beforeprint", () => unfold(true));
filter();
visit();
