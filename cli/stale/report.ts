import { alignColumns, listSome } from "../../facts/words";
import type { StaleImage } from "./images";

/** For people: a heading for each image, and a line for each package, those from security first. */
export function renderStale(images: readonly StaleImage[]): string {
  return images.map(renderImage).join("\n");
}

function renderImage({ product, version, architecture, ...image }: StaleImage): string {
  const name = `${product} ${version} ${architecture}`;
  const { upgrades, suites = [], notOffered = [], packages, system } = image;
  if (upgrades === undefined) return `${name}: not compared\n`;
  const secure = upgrades.filter(({ security }) => security).length;
  const count =
    upgrades.length === 0
      ? "nothing newer"
      : `${upgrades.length} of ${packages} packages have newer versions, ${secure} of them from security`;
  const read = suites.map(({ suite, date }) => `${suite} of ${date.slice(0, 10)}`).join(", ");
  const rows = upgrades.map((each) => [
    each.security ? "security" : "",
    each.architecture === "all" ? each.name : `${each.name}:${each.architecture}`,
    each.installed,
    `-> ${each.candidate}`,
    each.suites.join(","),
    each.fixes.join(" "),
  ]);
  const others = notOffered.length === 0 ? [] : [`  in none of these suites: ${listSome(notOffered)}`];
  const lines = [
    `${name}: ${count}`,
    `  ${system}; ${read}`,
    ...alignColumns(rows).map((line) => `  ${line}`),
    ...others,
  ];
  return `${lines.join("\n")}\n`;
}
