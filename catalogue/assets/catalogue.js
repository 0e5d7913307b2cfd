"use strict";
// The page's own script: copy buttons, another region in a snippet, and the search. All else works without it. What comes
// from a record is only ever set as text.

(() => {
  const said = document.getElementById("said");
  const root = document.body.dataset.root;
  const make = (name, attributes = {}, text = "") => {
    const element = Object.assign(document.createElement(name), attributes);
    if (text !== "") element.textContent = text;
    return element;
  };

  // Copying

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Browsers have no clipboard for pages that came over plain HTTP.
      const area = make("textarea", { value: text, className: "unseen" });
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  }

  function addCopyButton(element) {
    const isBlock = element.tagName === "PRE";
    const what = isBlock ? element.getAttribute("aria-label") : element.textContent;
    const button = make("button", { type: "button", className: "copy" }, "Copy");
    button.setAttribute("aria-label", `Copy ${what}`);
    button.addEventListener("click", async () => {
      await copy(element.textContent);
      said.textContent = `Copied ${what}`;
      button.textContent = "Copied";
      setTimeout(() => {
        button.textContent = "Copy";
        said.textContent = "";
      }, 2000);
    });
    if (isBlock) {
      const box = make("div", { className: "pre" });
      element.replaceWith(box);
      box.append(element, button);
    } else element.after(" ", button);
  }
  for (const element of document.querySelectorAll("[data-copy]")) addCopyButton(element);

  // Another region

  /** Ids by region: of the table above, or one id for all. */
  function regionsFor(use) {
    const { regions, id, architecture } = use.dataset;
    if (regions) return new Map(regions.split(" ").map((region) => [region, id]));
    const table = use.closest("section").querySelector(".ids table");
    if (!table) return new Map();
    const heads = [...table.tHead.rows[0].cells].map((cell) => cell.firstChild.textContent.trim());
    const column = heads.indexOf(architecture);
    const rows = [...table.tBodies[0].rows].map((row) => [
      row.cells[0].textContent.trim(),
      row.cells[column]?.querySelector("code")?.textContent,
    ]);
    return new Map(rows.filter(([, found]) => found));
  }

  function addRegionChoice(use, index) {
    const ids = regionsFor(use);
    if (ids.size < 2) return;
    const choice = make("select", { id: `region-${index}` });
    for (const region of ids.keys()) choice.append(make("option", {}, region));
    choice.value = use.dataset.region;
    choice.addEventListener("change", () => {
      const [region, id] = [choice.value, ids.get(choice.value)];
      const link = use.querySelector("a.console");
      if (link)
        link.href = link.href
          .replaceAll(encodeURIComponent(use.dataset.id), encodeURIComponent(id))
          .replaceAll(encodeURIComponent(use.dataset.region), encodeURIComponent(region));
      for (const part of use.querySelectorAll("[data-part]"))
        part.textContent = part.dataset.part === "id" ? id : region;
      Object.assign(use.dataset, { id, region });
    });
    const field = make("p", { className: "field" });
    field.append(make("label", { htmlFor: choice.id }, "Region"), choice);
    use.querySelector("h3").after(field);
  }
  document.querySelectorAll(".use").forEach(addRegionChoice);

  // Search

  const form = document.getElementById("find");
  if (!form) return;
  form.hidden = false;
  const MOST = 50;
  const list = document.getElementById("found");
  const counted = document.getElementById("found-count");
  const options = [...form.product.options].filter((option) => option.dataset.file);
  const products = new Map();
  const loading = new Map();

  /** Called by the script of each product. */
  window.imprimaturProduct = (found) => products.set(found.product, found);

  function load(option) {
    const { file } = option.dataset;
    if (!loading.has(file))
      loading.set(
        file,
        new Promise((resolve, reject) => {
          const script = make("script", { src: root + file, onload: resolve });
          script.onerror = () => {
            loading.delete(file);
            reject(new Error(`${file} could not be loaded`));
          };
          document.head.append(script);
        }),
      );
    return loading.get(file);
  }

  function asked() {
    const text = form.text.value.trim().toLowerCase();
    const value = (name) => form[name]?.value ?? "";
    return {
      text,
      product: value("product"),
      variant: value("variant"),
      architecture: value("architecture"),
      cloud: value("cloud"),
      region: value("region"),
      releases: value("releases"),
    };
  }

  /** Rows that match, newest first; `total` counts those that are not shown, too. */
  function search(query) {
    const rows = [];
    let total = 0;
    const { text, region } = query;
    for (const product of products.values()) {
      if (query.product && product.product !== query.product) continue;
      const named = text === "" || product.product.includes(text);
      for (const release of product.releases) {
        if (query.variant && release.variant !== query.variant) continue;
        // Whoever has an id or a version asks about that one, whatever became of it.
        const isVersion = text !== "" && release.version.toLowerCase().startsWith(text);
        const isListed =
          query.releases === "all" || (query.releases === "usable" ? release.usable : release.current);
        for (const architecture of Object.keys(release.ids)) {
          if (query.architecture && architecture !== query.architecture) continue;
          for (const cloud of Object.keys(release.ids[architecture])) {
            if (query.cloud && cloud !== query.cloud) continue;
            for (const [id, regions] of release.ids[architecture][cloud]) {
              const isId = text.length > 3 && id.toLowerCase().includes(text);
              if (!isId && !isVersion && !(named && isListed)) continue;
              if (region && !regions.includes(region) && !regions.includes("global")) continue;
              total++;
              if (rows.length < MOST) rows.push({ product, release, architecture, cloud, id, regions });
            }
          }
        }
      }
    }
    return { rows, total };
  }

  const cloudNames = new Map([...form.cloud.options].map((option) => [option.value, option.text]));

  function where(regions, region) {
    if (regions[0] === "global") return "all regions";
    return region || (regions.length === 1 ? regions[0] : `${regions.length} regions`);
  }

  function rowFor({ product, release, architecture, cloud, id, regions }, query) {
    const item = make("li", { className: release.usable ? "" : "unusable" });
    const head = make("p");
    head.append(
      make("a", { href: root + release.page }, `${product.product} ${release.version}`),
      " ",
      make(
        "span",
        { className: `badge state-${release.state.replace("support ended", "over")}` },
        release.state,
      ),
      " ",
      make(
        "span",
        { className: `badge ${product.official ? "official" : "unofficial"}` },
        product.provenance,
      ),
    );
    const place = make("p", { className: "quiet" });
    place.textContent = `${product.varied ? `${release.variant}, ` : ""}${architecture}, ${cloudNames.get(cloud)}, ${where(regions, query.region)}`;
    const code = make("code", {}, id);
    code.dataset.copy = "";
    const line = make("p");
    line.append(code);
    item.append(head, place, line);
    addCopyButton(code);
    return item;
  }

  let round = 0;
  async function update() {
    const query = asked();
    const mine = ++round;
    const { releases, ...filters } = query;
    const isIdle = releases === "newest" && Object.values(filters).every((value) => value === "");
    remember(query);
    if (isIdle) {
      list.replaceChildren();
      counted.textContent = "";
      return;
    }
    try {
      await Promise.all(options.filter(({ value }) => !query.product || value === query.product).map(load));
    } catch (error) {
      counted.textContent = `The search does not work: ${error.message}.`;
      return;
    }
    if (mine !== round) return;
    const begun = performance.now();
    const { rows, total } = search(query);
    list.replaceChildren(...rows.map((row) => rowFor(row, query)));
    const more = total > rows.length ? `, of which the first ${rows.length} are shown` : "";
    counted.textContent =
      total === 0 ? "Nothing is found." : `${total} image${total === 1 ? "" : "s"} found${more}.`;
    form.dataset.took = (performance.now() - begun).toFixed(1);
  }

  /** The search is in the address, to be sent to others. */
  function remember(query) {
    const given = Object.entries(query).filter(([name, value]) => value !== "" && value !== "newest" && name);
    const hash = new URLSearchParams(given).toString();
    try {
      history.replaceState(null, "", hash === "" ? location.pathname + location.search : `#${hash}`);
    } catch {
      // A browser that forbids it for files.
    }
  }

  function recall() {
    for (const [name, value] of new URLSearchParams(location.hash.slice(1)))
      if (form[name] && name in asked()) form[name].value = value;
  }

  function limitRegions() {
    for (const group of form.region.querySelectorAll("optgroup"))
      group.disabled = form.cloud.value !== "" && group.dataset.cloud !== form.cloud.value;
    const chosen = form.region.selectedOptions[0];
    if (chosen?.parentElement.disabled) form.region.value = "";
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => {
    limitRegions();
    void update();
  });
  form.addEventListener("reset", () =>
    setTimeout(() => {
      limitRegions();
      void update();
    }),
  );
  function fromAddress() {
    if (!location.hash.includes("=")) return;
    form.reset();
    recall();
    limitRegions();
    void update();
  }
  window.addEventListener("hashchange", fromAddress);
  fromAddress();
})();
