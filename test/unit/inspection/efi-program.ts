/** Sections of an EFI program by name: the contents of a unified kernel image. */
type Sections = Record<string, string | Buffer>;

const HEADERS = 1024;
const ALIGNMENT = 512;

/** The smallest complete EFI application: headers, and a `.text` of 512 bytes unless other sections are given. */
export function efiProgram(machine = 0x8664, sections: Sections = { ".text": Buffer.alloc(512) }): Buffer {
  const entries = Object.entries(sections).map(([name, data]) => ({ name, data: Buffer.from(data) }));
  const bodies = entries.map(({ data }) =>
    Buffer.concat([data, Buffer.alloc((ALIGNMENT - (data.length % ALIGNMENT)) % ALIGNMENT)]),
  );
  const headers = entries.length === 1 ? 512 : HEADERS;
  const file = Buffer.alloc(headers);
  file.write("MZ", 0, "latin1");
  file.writeUInt32LE(64, 60);
  file.write("PE\0\0", 64, "latin1");
  file.writeUInt16LE(machine, 68);
  file.writeUInt16LE(entries.length, 70);
  file.writeUInt16LE(240, 84); // size of the optional header in bytes
  const optional = 88;
  file.writeUInt16LE(0x20b, optional); // PE32+
  file.writeUInt32LE(0x1000, optional + 16); // entry point
  file.writeUInt32LE(headers, optional + 60); // size of headers in bytes
  file.writeUInt16LE(10, optional + 68); // EFI application
  let place = headers;
  entries.forEach(({ name, data }, index) => {
    const section = optional + 240 + index * 40;
    file.write(name, section, "latin1");
    file.writeUInt32LE(data.length, section + 8); // size in memory in bytes
    file.writeUInt32LE(bodies[index]!.length, section + 16); // size in the file in bytes
    file.writeUInt32LE(place, section + 20); // offset in the file
    place += bodies[index]!.length;
  });
  return Buffer.concat([file, ...bodies]);
}
