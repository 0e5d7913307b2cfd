/** Columns; longer lines are cut, with an ellipsis: a picture is for the eye, and ids are long. */
const WIDTH = 118;
const FONT = { size: 13, width: 7.83, line: 18 };
const MARGIN = 18;
const BAR = 34;

/**
 * A terminal with a command and its output as SVG, light and dark. The text is text, for screen readers and for copying.
 */
export function terminalPicture(command: string, output: string): string {
  const lines = [`$ ${command}`, "", ...output.trimEnd().split("\n")].map(cut);
  const width = Math.ceil(2 * MARGIN + WIDTH * FONT.width);
  const height = BAR + 2 * MARGIN + lines.length * FONT.line;
  const rows = lines.map((line, index) => {
    const y = BAR + MARGIN + (index + 0.75) * FONT.line;
    return line === ""
      ? ""
      : `  <text x="${MARGIN}" y="${y}" class="${kindOf(line)}">${escaped(line)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(`Terminal: ${command}`)}">
  <style>
    text { font: ${FONT.size}px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1f2328; white-space: pre; }
    .window { fill: #ffffff; stroke: #d0d7de; }
    .bar { fill: #f6f8fa; }
    .command { font-weight: 700; }
    .good { fill: #116329; }
    .quiet { fill: #57606a; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3; }
      .window { fill: #0d1117; stroke: #30363d; }
      .bar { fill: #161b22; }
      .good { fill: #7ee787; }
      .quiet { fill: #9198a1; }
    }
  </style>
  <rect class="window" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>
  <path class="bar" d="M1 ${BAR}V9a8 8 0 0 1 8-8h${width - 18}a8 8 0 0 1 8 8v${BAR - 9}z"/>
  <circle cx="20" cy="17" r="5.5" fill="#ff5f57"/><circle cx="38" cy="17" r="5.5" fill="#febc2e"/><circle cx="56" cy="17" r="5.5" fill="#28c840"/>
${rows.filter(Boolean).join("\n")}
</svg>
`;
}

function cut(line: string): string {
  return line.length > WIDTH ? `${line.slice(0, WIDTH - 1)}…` : line;
}

function kindOf(line: string): string {
  if (line.startsWith("$ ")) return "command";
  if (/ is genuine: /.test(line)) return "good";
  return /^ {2}(cloud|proof|bytes|archive bytes| {2,})/.test(line) ? "quiet" : "plain";
}

function escaped(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}]/gu, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
