/** The result of comparing a system with its image's list, in words. */
import { listSome } from "../../facts/words";
import type { Difference, SystemReport } from "../../inspection/against-list/compare";
import type { MovedPackage } from "../../inspection/against-list/packages-since";
import { printable } from "../../inspection/printable";

type Kind = Difference["kind"];

/** Kinds that another system has, most telling first; the rest any machine has that was started. */
const WRONG: Readonly<Partial<Record<Kind, string>>> = {
  program: "changed or added programs",
  start: "added files that start programs",
  setuid: "files that run as another user",
  device: "device nodes outside /dev",
  missing: "missing files",
};

interface Answer {
  /** Differences that no machine of the image has by itself. */
  readonly wrong: string[];
  readonly old: string[];
  readonly notes: string[];
  /** Each difference, a line. */
  readonly listing: string;
}

/** Longest listing; --json has all. */
const MOST_LINES = 200;

export function answerOf({ differences, packages, unread, counts }: SystemReport): Answer {
  const ofKind = (kind: Kind) => differences.filter((each) => each.kind === kind);
  const wrong = (Object.entries(WRONG) as [Kind, string][]).flatMap(([kind, what]) => {
    const found = ofKind(kind);
    return found.length > 0 ? [`${found.length} ${what}: ${listSome(found.map(({ path }) => path))}`] : [];
  });
  const [settings, generated] = [ofKind("setting"), ofKind("generated")];
  const changed = [
    ...packages.map(sayPackage),
    ...differences.map(({ kind, path, message }) => `${kind}: ${path}: ${message}`),
    ...unread.map(({ path, why }) => `not read: ${path}: ${why}`),
  ];
  const more = changed.length - MOST_LINES;
  return {
    wrong,
    old:
      packages.length > 0
        ? [
            `${packages.length} packages changed since, whose files were not compared: ${listSome(packages.map(({ name, before, now }) => `${name} ${before ?? "(new)"} → ${now ?? "(removed)"}`))}`,
          ]
        : [],
    notes: [
      `${counts.same} files, folders and links are the image's`,
      ...(settings.length > 0 ? [`${settings.length} settings differ, which are not judged`] : []),
      ...(generated.length > 0 ? [`${generated.length} generated files differ, which are not judged`] : []),
      ...(counts.own > 0 ? [`${counts.own} of --own, which were not compared`] : []),
      ...(unread.length > 0
        ? [`${unread.length} not read: ${listSome(unread.map(({ path }) => path))}`]
        : []),
      "a system that is under another's control can lie to a program that it runs: from another machine, check its volume with --root",
    ],
    listing: [...changed.slice(0, MOST_LINES), ...(more > 0 ? [`and ${more} more: --json has all`] : [])]
      .map((line) => `  ${printable(line)}\n`)
      .join(""),
  };
}

function sayPackage({ name, before, now, files }: MovedPackage): string {
  const what =
    before === undefined
      ? `installed since, ${now}`
      : now === undefined
        ? `removed since, was ${before}`
        : `upgraded since, ${before} → ${now}`;
  return `package ${name}: ${what}; ${files.length} of its files differ, and were not compared`;
}
