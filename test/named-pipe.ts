type MakeFifo = (path: string, mode: number) => number;

const OWNER_READS_AND_WRITES = 0o600;

/** Makes a named pipe, which Node cannot, without running a program. */
export function makeNamedPipe(path: string): void {
  // koffi's types are those of an ES module, and its CommonJS is what is loaded.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const koffi = require("koffi") as {
    load(library: null): { func(declaration: string): MakeFifo };
    errno(): number;
  };
  const mkfifo = koffi.load(null).func("int mkfifo(const char *, uint32_t)");
  if (mkfifo(path, OWNER_READS_AND_WRITES) !== 0) throw new Error(`${path}: mkfifo: errno ${koffi.errno()}`);
}
