/**
 * A UEFI program for x86-64 that prints a line on the console and rests: what the demo disk boots to. Written out by
 * hand, so that the demo needs no compiler and is free of everybody's licence but the project's.
 *
 * Layout: Microsoft PE format; EFI_SYSTEM_TABLE and EFI_BOOT_SERVICES of the UEFI specification 2.10, sections 4.3, 4.4.
 */
const CODE = Buffer.from(
  [
    "4883ec28", // sub  rsp, 0x28          room for the callee's registers, and alignment
    "4889d3", //   mov  rbx, rdx           the system table
    "488b4b40", // mov  rcx, [rbx+0x40]    ConOut
    "488d151a000000", // lea  rdx, [rip+0x1a]    the text behind this code
    "ff5108", //   call [rcx+8]            OutputString
    "488b4360", // mov  rax, [rbx+0x60]    BootServices
    "31c9", //     xor  ecx, ecx
    "31d2", //     xor  edx, edx
    "4531c0", //   xor  r8d, r8d
    "4531c9", //   xor  r9d, r9d
    "ff9000010000", // call [rax+0x100]        SetWatchdogTimer(0, 0, 0, NULL): no reset after five minutes
    "f4", //       hlt                     until the next interrupt
    "ebfd", //     jmp  -3
  ].join(""),
  "hex",
);

const HEADERS = 0x200;
const SECTION_AT = 0x1000;

/**
 * The program's file.
 *
 * @param text without a trailing newline
 */
export function greetingProgram(text: string): Buffer {
  const section = Buffer.concat([CODE, Buffer.from(`${text}\r\n\0`, "utf16le")]);
  const stored = Math.ceil(section.length / 512) * 512;
  const file = Buffer.alloc(HEADERS + stored);
  section.copy(file, HEADERS);

  file.write("MZ", 0, "latin1");
  file.writeUInt32LE(0x40, 0x3c);
  file.write("PE\0\0", 0x40, "latin1");
  const coff = file.subarray(0x44);
  coff.writeUInt16LE(0x8664, 0); // x86-64
  coff.writeUInt16LE(1, 2); // sections
  coff.writeUInt16LE(0xf0, 16); // size of the optional header
  coff.writeUInt16LE(0x0022, 18); // executable, any address
  const optional = coff.subarray(20);
  optional.writeUInt16LE(0x20b, 0); // PE32+
  optional.writeUInt32LE(stored, 4); // size of code
  optional.writeUInt32LE(SECTION_AT, 16); // entry point
  optional.writeUInt32LE(SECTION_AT, 20); // base of code
  optional.writeUInt32LE(0x1000, 32); // section alignment
  optional.writeUInt32LE(0x200, 36); // file alignment
  optional.writeUInt32LE(SECTION_AT + 0x1000, 56); // size of the image
  optional.writeUInt32LE(HEADERS, 60);
  optional.writeUInt16LE(10, 68); // EFI application
  optional.writeUInt32LE(16, 108); // data directories, all empty
  const entry = optional.subarray(0xf0);
  entry.write(".text", 0, "latin1");
  entry.writeUInt32LE(section.length, 8);
  entry.writeUInt32LE(SECTION_AT, 12);
  entry.writeUInt32LE(stored, 16);
  entry.writeUInt32LE(HEADERS, 20);
  entry.writeUInt32LE(0x60000020, 36); // code: execute, read
  return file;
}
