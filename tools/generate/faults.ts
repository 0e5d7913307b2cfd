import { CATALOGUE, listedFaults, ownMembers, whichOf } from "../../rehearsal/command/faults";
import type { Member } from "../../rehearsal/faults/kinds";

/** docs/rehearsal-faults.md: the content of `imprimatur rehearsal fault --list` as a page. */
export function faultsPage(): string {
  const listed = listedFaults();
  const places = ["service", "region", "account"];
  const common = whichOf("gcp").filter(({ name }) => !places.includes(name));
  return [
    "# Faults of the stand-in clouds",
    "",
    "Made by `tools/generate.ts` from the tables that the clouds read (`rehearsal/*/fault-kinds.ts`); not to be edited by hand.",
    "",
    '`imprimatur rehearsal fault \'{"cloud": "azure", "kind": …}\'` makes one (without `cloud`: AWS), `--file` those of a YAML or',
    "JSON list, `--list` prints this page's tables, `--clear` ends them all. In tests: `cloud.fault({…})`. What is not known is",
    "refused with what is. Faults of requests are forgotten when the clouds stop; what changes the state stays.",
    "",
    "## Which requests",
    "",
    "Faults of requests have these members; where nothing is said they are for every request. With more than one fault the first",
    "that fits strikes. `slow`, and what spoils an answer, can come together with a refusal.",
    "",
    ...table(common),
    "",
    "A share of the requests by a seed is the same row of hits each time; which requests meet them depends on the order in which",
    "they come. Signing in is never struck, nor is what only a rehearsal has (`/rehearsal/…`).",
    "",
    "Older members still work: `action` (AWS) is `operation`; `match` (Azure) is `operation` with `*` around it; `method` (Google) is",
    "its beginning.",
    ...Object.entries(listed).flatMap(([cloud, kinds]) => [
      "",
      `## ${CATALOGUE[cloud]!.name}`,
      "",
      `Which requests, besides: ${whichOf(cloud)
        .filter(({ name }) => places.includes(name))
        .map(describe)
        .join("; ")}.`,
      "",
      "| Kind | What happens | Members of its own | Example | Source |",
      "|---|---|---|---|---|",
      ...kinds.map((fault) => {
        const { kind, what, example, source } = fault;
        const { own, isOfRequests } = ownMembers(fault);
        const cells = [
          isOfRequests ? `\`${kind}\` (requests)` : `\`${kind}\``,
          what,
          own.map(describe).join("<br>"),
          `\`${JSON.stringify(example)}\``,
          source ?? "",
        ];
        return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
      }),
    ]),
    "",
  ].join("\n");
}

const describe = ({ name, optional, takes, meaning }: Member) =>
  `\`${name}${optional ? "?" : ""}\` (${takes}): ${meaning}`;

function table(members: readonly Member[]): string[] {
  return [
    "| Member | Takes | Meaning |",
    "|---|---|---|",
    ...members.map(
      ({ name, takes, meaning }) =>
        `| \`${name}?\` | ${takes.replaceAll("|", "\\|")} | ${meaning.replaceAll("*", "\\*")} |`,
    ),
  ];
}
