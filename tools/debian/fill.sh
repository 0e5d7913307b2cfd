#!/bin/sh
# Writes the finished tree into the two partitions of the raw disk, without mounting: mtools for the ESP, mke2fs -d
# for the root. Run by mmdebstrap as the last customize hook, where the owners of all files are right even without
# root; $1 is the tree, the rest comes from the environment.
set -eu
# /proc, /sys and /dev of the chroot are mounted while hooks run; a bind mount of the tree alone shows none of them.
root=$(dirname "$DISK")/tree
mkdir "$root"
mount --bind "$1" "$root"
export TZ=UTC MTOOLS_SKIP_CHECK=1

# One time stamp for all that the build made; files that packages brought keep theirs.
clamp() {
  find "$1" -xdev -newermt "@$SOURCE_DATE_EPOCH" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
}

clamp "$1/boot/efi"
mkfs.vfat -F 32 -s 4 -n ESP --invariant -i "$(printf %s "$ESP_SERIAL" | tr -d -)" \
  --offset $((ESP_START / 512)) "$DISK" $((ESP_LENGTH / 1024)) >&2
mcopy -s -m -i "$DISK@@$ESP_START" "$1"/boot/efi/* ::
umount "$1/boot/efi"

clamp "$root"
E2FSPROGS_FAKE_TIME=$SOURCE_DATE_EPOCH mke2fs -q -t ext4 -L root -U "$ROOT_UUID" -b 4096 \
  -E "offset=$ROOT_START,hash_seed=$ROOT_UUID,lazy_itable_init=0,lazy_journal_init=0,nodiscard" \
  -d "$root" "$DISK" $((ROOT_LENGTH / 1024))k >&2
umount "$root"
