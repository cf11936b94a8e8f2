// What a page does by itself where there is a script: it is kept up to date, and numbers can be copied. Nothing needs it.
"use strict";

(() => {
  const status = document.getElementById("live");
  const after = document.querySelector('meta[name="live-after"]')?.getAttribute("content");
  const isChinese = document.documentElement.lang.startsWith("zh");
  const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

  const say = (name) => {
    const text = status?.dataset[name] ?? "";
    if (status && status.textContent !== text) status.textContent = text;
  };

  // A button beside each long number.
  const copyable = (root) => {
    if (!navigator.clipboard) return;
    for (const number of root.querySelectorAll("h1 [data-copy], dd [data-copy]")) {
      if (number.nextElementSibling?.classList.contains("copy")) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "copy";
      button.textContent = isChinese ? "复制" : "Copy";
      button.setAttribute("aria-label", `${isChinese ? "复制" : "Copy"} ${number.textContent}`);
      number.after(button);
    }
  };
  document.addEventListener("click", async (event) => {
    const button = event.target instanceof Element ? event.target.closest("button.copy") : null;
    const number = button?.previousElementSibling;
    if (!button || !number) return;
    try {
      await navigator.clipboard.writeText(number.textContent ?? "");
      button.textContent = isChinese ? "已复制" : "Copied";
    } catch {
      getSelection()?.selectAllChildren(number);
    }
    setTimeout(() => (button.textContent = isChinese ? "复制" : "Copy"), 1500);
  });

  // Makes one tree of the other, and leaves alone what is the same: what has the focus keeps it, and nothing jumps.
  const isAlike = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && (a.id ?? "") === (b.id ?? "");
  const sync = (old, now) => {
    if (old.nodeType !== Node.ELEMENT_NODE) {
      if (old.nodeValue !== now.nodeValue) old.nodeValue = now.nodeValue;
      return;
    }
    // What somebody writes into, or has opened, is theirs.
    if (old.matches("input, select, textarea")) return;
    for (const name of old.getAttributeNames()) {
      if (!now.hasAttribute(name) && !(name === "open" && old.nodeName === "DETAILS")) old.removeAttribute(name);
    }
    for (const { name, value } of now.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    const wanted = [...now.childNodes];
    let at = old.firstChild;
    for (const next of wanted) {
      while (at?.classList?.contains("copy")) at = at.nextSibling;
      if (at && isAlike(at, next)) {
        sync(at, next);
        at = at.nextSibling;
        continue;
      }
      const kept = next.id ? [...old.children].find((child) => child.id === next.id) : undefined;
      const placed = kept && isAlike(kept, next) ? kept : document.importNode(next, true);
      if (placed === kept) {
        sync(kept, next);
        if (kept === at) at = at.nextSibling;
      } else if (placed.nodeType === Node.ELEMENT_NODE && next.id) placed.classList.add("fresh");
      old.insertBefore(placed, at);
    }
    while (at) {
      const rest = at.nextSibling;
      if (!at.classList?.contains("copy")) at.remove();
      at = rest;
    }
  };

  const refresh = async () => {
    const answer = await fetch(location.href, { headers: { "x-live": "1" }, redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const region of document.querySelectorAll("[data-live]")) {
      const next = fresh.getElementById(region.id);
      // Where somebody writes, nothing is taken away.
      const isWriting = document.activeElement?.matches("input") && region.contains(document.activeElement);
      if (next && !isWriting) sync(region, next);
    }
    const missing = [...fresh.querySelectorAll("main > [data-live]")].filter((one) => !document.getElementById(one.id));
    for (const one of missing) document.querySelector("main")?.append(document.importNode(one, true));
    copyable(document);
  };

  const follow = async () => {
    let position = Number(after);
    for (let failed = 0; ;) {
      // Nobody looks: it is made up for at once when somebody does.
      while (document.hidden) await pause(1000);
      try {
        const answer = await fetch(`/feed?after=${position}&wait=25`, { cache: "no-store" });
        if (answer.status === 401) break;
        if (!answer.ok) throw new Error(String(answer.status));
        const { changed, next } = await answer.json();
        // A change counts as heard once it is shown; until then it is not said that it would be.
        if (changed) await refresh();
        position = next;
        failed = 0;
        say("on");
        if (changed) await pause(1000);
      } catch {
        say("off");
        await pause(Math.min(30_000, 1000 * 2 ** failed++));
      }
    }
    say("off");
  };

  copyable(document);
  if (after !== undefined && after !== null) {
    say("on");
    void follow();
  }
})();
