import { foreignFormat } from "../../../disk/containers";

const at = (place: number, magic: string | Buffer, length = 40_000) => {
  const bytes = Buffer.alloc(length);
  Buffer.from(magic as string, "latin1").copy(bytes, place);
  return bytes;
};

/** A member's header as tar writes it; `magic` as that of ustar, or none, as before 1988. */
function member(name: string, size: number, magic = "ustar\x0000"): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0, "latin1");
  header.write("0000644\0", 100, "latin1");
  header.write(`${size.toString(8).padStart(11, "0")}\0`, 124, "latin1");
  header.write(magic, 257, "latin1");
  header.fill(" ", 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return Buffer.concat([header, Buffer.alloc(Math.ceil(size / 512) * 512)]);
}

const say = async (bytes: Buffer, file: string) => {
  const read = (place: number, length: number) => Promise.resolve(bytes.subarray(place, place + length));
  const found = await foreignFormat(read, bytes.length, file);
  return found && `${found.what}. ${found.cure}`;
};

const VHD =
  "qemu-img convert --image-opts driver=vpc,file.filename=r.vhd,force_size_calc=current_size -O raw r.raw";

it.each<[string, string, Buffer, string | undefined]>([
  [
    "qcow2",
    "r.qcow2",
    at(0, "QFI\xfb\0\0\0\x03"),
    "this is a qcow2 image. Make it raw: qemu-img convert -f qcow2 -O raw r.qcow2 r.raw",
  ],
  [
    "the first qcow",
    "r.img",
    at(0, "QFI\xfb\0\0\0\x01"),
    "this is a qcow image. Make it raw: qemu-img convert -f qcow -O raw r.img r.raw",
  ],
  [
    "VMDK",
    "r.vmdk",
    at(0, "KDMV"),
    "this is a VMDK image. Make it raw: qemu-img convert -f vmdk -O raw r.vmdk r.raw",
  ],
  ["a fixed VHD", "r.vhd", at(39_488, "conectix"), `this is a VHD image. Make it raw: ${VHD}`],
  ["a dynamic VHD", "r.vhd", at(0, "conectix"), `this is a VHD image. Make it raw: ${VHD}`],
  [
    "VHDX",
    "r.vhdx",
    at(0, "vhdxfile"),
    "this is a VHDX image. Make it raw: qemu-img convert -f vhdx -O raw r.vhdx r.raw",
  ],
  [
    "VDI",
    "r.vdi",
    at(64, Buffer.from("7f10dabe", "hex")),
    "this is a VDI image. Make it raw: qemu-img convert -f vdi -O raw r.vdi r.raw",
  ],
  [
    "QED",
    "r.qed",
    at(0, "QED\0"),
    "this is a QED image. Make it raw: qemu-img convert -f qed -O raw r.qed r.raw",
  ],
  [
    "an Apple disk image",
    "r.dmg",
    at(39_488, "koly"),
    "this is an Apple disk image (DMG). Make it raw: qemu-img convert -f dmg -O raw r.dmg r.raw",
  ],
  [
    "an ISO image",
    "r.iso",
    at(32_769, "CD001"),
    "this is an ISO image, which starts an installer or a live system from a disc. Install from it into a raw disk: qemu-img create -f raw r.raw 10G, and a virtual machine with both",
  ],
  ["gzip", "r.raw.gz", at(0, "\x1f\x8b"), "this is gzip-compressed. Unpack it: gzip -dc r.raw.gz > r.raw"],
  [
    "zstd under the raw disk's name",
    "r.raw",
    at(0, "\x28\xb5\x2f\xfd"),
    "this is zstd-compressed. Unpack it: zstd -dc r.raw > r.unpacked.raw",
  ],
  [
    "a compressed VMDK",
    "r.vmdk.xz",
    at(0, "\xfd7zXZ\0"),
    "this is xz-compressed. Unpack it: xz -dc r.vmdk.xz > r.vmdk",
  ],
  [
    "a compressed tar archive",
    "disk.tar.gz",
    at(0, "\x1f\x8b"),
    "this is a tar archive, gzip-compressed. Unpack it: tar -xf disk.tar.gz",
  ],
  [
    "an archive for Compute Engine",
    "r.tar",
    Buffer.concat([member("disk.raw", 1024), Buffer.alloc(1024)]),
    "this is a tar archive, as Compute Engine imports. Unpack the disk that is in it: tar -xf r.tar disk.raw",
  ],
  [
    "a tar archive without a magic number",
    "r.tar",
    Buffer.concat([member("a/x.img", 600, ""), Buffer.alloc(1024)]),
    "this is a tar archive, as Compute Engine imports. Unpack the disk that is in it: tar -xf r.tar a/x.img",
  ],
  [
    "an OVA",
    "r.ova",
    Buffer.concat([member("x.ovf", 700), member("x disk.vmdk", 1024), Buffer.alloc(1024)]),
    "this is an OVA, a tar archive. Unpack the disk that is in it: tar -xf r.ova 'x disk.vmdk' && qemu-img convert -O raw 'x disk.vmdk' 'x disk.raw'",
  ],
  [
    "a tar archive of something else",
    "-r.tar",
    Buffer.concat([member("README", 10), Buffer.alloc(1024)]),
    "this is a tar archive, as Compute Engine imports. Unpack it, and name the raw disk that is in it: tar -xf ./-r.tar",
  ],
  [
    "an image whose name a shell would take apart",
    "it's new.vdi",
    at(64, Buffer.from("7f10dabe", "hex")),
    "this is a VDI image. Make it raw: qemu-img convert -f vdi -O raw 'it'\\''s new.vdi' 'it'\\''s new.raw'",
  ],
  ["zeros", "r.raw", Buffer.alloc(1024), undefined],
  ["one sector", "r.raw", Buffer.alloc(512, "x"), undefined],
])("names %s, with the command that makes it a raw disk", async (_, file, bytes, says) => {
  expect(await say(bytes, file)).toBe(says);
});
