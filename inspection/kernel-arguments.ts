/**
 * The words of a kernel command line: separated by blanks, double quotes group (kernel documentation, "The kernel's
 * command-line parameters", 2026-11).
 */
export function kernelArguments(line: string): string[] {
  return [...line.matchAll(/(?:"[^"]*"?|[^\s"])+/g)].map(([word]) => word.replace(/"/g, ""));
}

/** Name and value of an argument; the kernel and systemd treat `-` and `_` in names as equal. */
export function nameAndValue(argument: string): { name: string; value: string | undefined } {
  const at = argument.indexOf("=");
  const name = (at < 0 ? argument : argument.slice(0, at)).replaceAll("-", "_");
  return { name, value: at < 0 ? undefined : argument.slice(at + 1) };
}

/** Value of the last argument of that name, which wins. */
export function lastValue(line: string, name: string): string | undefined {
  return kernelArguments(line)
    .map(nameAndValue)
    .filter((each) => each.name === name)
    .at(-1)?.value;
}
