/*
 * Order of Debian versions: deb-version(7), Debian Policy 5.6.12; `[epoch:]upstream[-revision]`.
 * Of npm's packages, deb-version-compare 1.2.1 has one maintainer and no releases but its first months': as much to
 * look after as these lines, which `dpkg --compare-versions` judges in test/integration/archive.
 */

/** Negative: `a` is older; 0: the same; positive: `a` is newer. */
export function compareDebianVersions(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  return (
    compareNumbers(left.epoch, right.epoch) ||
    compareText(left.upstream, right.upstream) ||
    compareText(left.revision, right.revision)
  );
}

function partsOf(version: string) {
  const colon = version.indexOf(":");
  const rest = version.slice(colon + 1);
  const dash = rest.lastIndexOf("-");
  return {
    epoch: colon < 0 ? "0" : version.slice(0, colon),
    upstream: dash < 0 ? rest : rest.slice(0, dash),
    // No revision and "-0" are the same.
    revision: dash < 0 ? "" : rest.slice(dash + 1),
  };
}

/** Alternating runs of other characters and of digits, each compared in its own way. */
function compareText(a: string, b: string): number {
  const [left, right] = [runsOf(a), runsOf(b)];
  for (let run = 0; run < Math.max(left.length, right.length); run++) {
    const [x, y] = [left[run] ?? "", right[run] ?? ""];
    const order = run % 2 === 0 ? compareCharacters(x, y) : compareNumbers(x, y);
    if (order !== 0) return order;
  }
  return 0;
}

/** Even places: characters other than digits, possibly none; odd places: digits. */
function runsOf(text: string): string[] {
  return text.split(/(\d+)/);
}

/** `~` comes before the end of the run, the end before letters, letters before everything else. */
function compareCharacters(a: string, b: string): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const order = weightOf(a[at]) - weightOf(b[at]);
    if (order !== 0) return order;
  }
  return 0;
}

function weightOf(character: string | undefined): number {
  if (character === undefined) return 0;
  if (character === "~") return -1;
  const code = character.charCodeAt(0);
  return /[A-Za-z]/.test(character) ? code : code + 256;
}

/** Digits of any length, e.g. a date and time, beyond what a number holds. */
function compareNumbers(a: string, b: string): number {
  const [x, y] = [a.replace(/^0+/, ""), b.replace(/^0+/, "")];
  if (x.length !== y.length) return x.length - y.length;
  return x === y ? 0 : x < y ? -1 : 1;
}
