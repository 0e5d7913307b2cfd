/** The smallest whole EFI application: headers of 512 bytes and one section of 512. */
export function efiProgram(machine = 0x8664): Buffer {
  const file = Buffer.alloc(1024);
  file.write("MZ", 0, "latin1");
  file.writeUInt32LE(64, 60);
  file.write("PE\0\0", 64, "latin1");
  file.writeUInt16LE(machine, 68);
  file.writeUInt16LE(1, 70); // sections
  file.writeUInt16LE(240, 84); // bytes of the optional header
  const optional = 88;
  file.writeUInt16LE(0x20b, optional); // PE32+
  file.writeUInt32LE(0x1000, optional + 16); // entry point
  file.writeUInt32LE(512, optional + 60); // bytes of headers
  file.writeUInt16LE(10, optional + 68); // EFI application
  const section = optional + 240;
  file.write(".text", section, "latin1");
  file.writeUInt32LE(512, section + 16); // bytes in the file
  file.writeUInt32LE(512, section + 20); // place in the file
  return file;
}
