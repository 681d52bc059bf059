// Keeps pages fresh, opens branches in their place, and copies. Every page works without it.
"use strict";

const parse = text => new DOMParser().parseFromString(text, "text/html");
const fetched = async address => {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (answer.redirected && new URL(answer.url).pathname.endsWith("/sign-in")) location.reload();
  if (!answer.ok) throw new Error(answer.status);
  return parse(await answer.text());
};

// Parts marked data-live are replaced by those of the page as it is now. One that somebody is using waits.
const fresh = () => {
  const every = Math.min(...Array.from(document.querySelectorAll("[data-every]"), e => Number(e.dataset.every)));
  if (Number.isFinite(every)) setTimeout(refresh, every * 1000);
};
const refresh = async () => {
  const stale = document.querySelector("[data-stale]");
  try {
    if (!document.hidden) {
      const now = await fetched(location.href);
      for (const part of document.querySelectorAll("[data-live]")) {
        const newer = now.getElementById(part.id);
        if (newer && !part.matches(":focus-within") && !newer.isEqualNode(part)) part.replaceWith(document.adoptNode(newer));
      }
    }
    if (stale) stale.hidden = true;
  } catch {
    if (stale) stale.hidden = false;
  }
  fresh();
};
fresh();

// A branch of a tree is fetched when it is opened first.
document.addEventListener("toggle", async event => {
  const branch = event.target;
  const address = branch.dataset && branch.dataset.branch;
  if (!address || !branch.open) return;
  const place = branch.querySelector("[data-place]");
  delete branch.dataset.branch;
  place.setAttribute("aria-busy", "true");
  try {
    const inside = (await fetched(address)).querySelector("#tree");
    inside.removeAttribute("id");
    inside.classList.remove("tree");
    place.replaceWith(document.adoptNode(inside));
  } catch {
    branch.dataset.branch = address;
    branch.open = false;
    place.removeAttribute("aria-busy");
  }
}, true);

// data-copy names what a button copies.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent);
    button.textContent = "Copied";
  });
}
