export function packageVersion(): string {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- outside of the compiled sources
  return (require("../package.json") as { version: string }).version;
}
