import { CLOUD_LABELS } from "../../facts/clouds";
import type { CloudName, Exchange } from "../../test/contract/exchange";
import { OPERATIONS, withoutRecord } from "../../test/contract/operations";
import { RECORDED } from "../../test/contract/recorded";

/**
 * docs/fidelity.md: for every operation that the product uses, recordings of the real cloud, and the stand-in's
 * fidelity.
 */
export function fidelity(): string {
  const clouds = Object.keys(OPERATIONS) as CloudName[];
  const all = clouds.flatMap((cloud) => OPERATIONS[cloud]).length;
  const without = clouds.flatMap((cloud) => withoutRecord(cloud)).length;
  return [
    "# What is known of the real clouds",
    "",
    "Made by `tools/generate.ts` from `test/contract/`; not to be edited by hand.",
    "",
    "A rehearsal shows that the product and the stand-in clouds agree with each other. This page says where both are held",
    "against the real ones: each row of the tables is an operation that the product uses, itself or through a native resource,",
    "with the exchange that somebody recorded of it. `npm test -- --contract` feeds the recorded answers to the product, sends the",
    "requests to the stand-ins, and compares status, headers that matter, field names and types, codes and the order of states.",
    "",
    `**${without} of ${all} operations have no record.** The number is kept in \`test/contract/operations.ts\`; it may only fall.`,
    "Records come from public recordings and threads, and, where the source is a page or an example of a cloud's own reference, from that;",
    "those of a real account, written with `--transcript`, are the best.",
    "",
    "OpenStack has no stand-in and no records here: `test/integration/provider/openstack.test.ts` asks Debian's own Keystone 22 and Glance 25,",
    "where they are installed. What another version, store or policy answers is not known.",
    ...clouds.flatMap((cloud) => ["", `## ${CLOUD_LABELS[cloud]}`, "", ...table(cloud)]),
    "",
  ].join("\n");
}

function table(cloud: CloudName): string[] {
  const rows = OPERATIONS[cloud].flatMap((operation) => {
    const records = RECORDED[cloud].filter((exchange) => exchange.operation === operation);
    if (records.length === 0) return [row(`\`${operation}\``, "", "**no record**", "", "")];
    return records.map((exchange) =>
      row(
        `\`${operation}\``,
        exchange.when ?? "",
        `${exchange.source}, ${exchange.date === "not shown" ? "date not shown" : exchange.date}`,
        answerOf(exchange),
        standIn(exchange),
      ),
    );
  });
  return [
    row("Operation", "When", "Recorded: source, date", "Answer", "Stand-in"),
    "|---|---|---|---|---|",
    ...rows,
  ];
}

function answerOf({ status, states, failure }: Exchange): string {
  const order = states ? `, ${states.join(" → ")}` : "";
  return `${status}${order}${failure ? `; to the product: ${failure.kind}` : ""}`;
}

function standIn({ differs = {}, unplayed }: Exchange): string {
  if (unplayed !== undefined) return `not compared: ${unplayed}`;
  const list = Object.entries(differs).map(([place, why]) => `\`${place}\`: ${why}`);
  return list.length === 0 ? "same" : `differs: ${list.join("; ")}`;
}

const row = (...cells: string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
