#!/bin/sh
# Turns a minimal Debian tree into a cloud image and removes what must not be published.
# Run by mmdebstrap as a customize hook: $1 is the tree; ROOT_PARTUUID and ESP_SERIAL come from the environment.
set -eu
root=$1

printf 'localhost\n' >"$root/etc/hostname"
printf '127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n' >"$root/etc/hosts"
printf 'LANG=C.UTF-8\n' >"$root/etc/default/locale"
cat >"$root/etc/fstab" <<END
PARTUUID=$ROOT_PARTUUID / ext4 rw,discard,errors=remount-ro 0 1
UUID=$ESP_SERIAL /boot/efi vfat umask=0077 0 1
END

# cloud-init keeps the package sources that were verified at build time; the network is systemd-networkd's.
# Only data sources that exist where the image goes: each absent one costs its users seconds of every boot.
cat >"$root/etc/cloud/cloud.cfg.d/01_debian_cloud.cfg" <<END
datasource_list: [$DATASOURCES]
apt_preserve_sources_list: true
manage_etc_hosts: true
system_info:
  network:
    renderers: [networkd]
END
printf 'PasswordAuthentication no\n' >"$root/etc/ssh/sshd_config.d/10-cloud.conf"
cat >"$root/etc/apt/apt.conf.d/20auto-upgrades" <<'END'
APT::Periodic::Update-Package-Lists "1";
APT::Periodic::Unattended-Upgrade "1";
END

# Kernel and initrd into the ESP as Boot Loader Specification entries. The entry token replaces the machine id, which
# a published image must not have; the same files make later kernel upgrades inside the running machine work.
# kernel-install writes paths relative to the partition only when /boot/efi is one: a tmpfs stands for it.
mkdir -p "$root/etc/kernel" "$root/boot/efi"
mount -t tmpfs tmpfs "$root/boot/efi"
mkdir -p "$root/boot/efi/debian" "$root/boot/efi/loader/entries" "$root/boot/efi/EFI/BOOT" \
  "$root/boot/efi/EFI/systemd"
printf 'debian\n' >"$root/etc/kernel/entry-token"
printf 'layout=bls\n' >"$root/etc/kernel/install.conf"
# The serial console last: it becomes /dev/console, the one that every cloud records.
printf 'root=PARTUUID=%s ro console=tty0 console=ttyS0,115200\n' "$ROOT_PARTUUID" >"$root/etc/kernel/cmdline"
for kernel in "$root"/boot/vmlinuz-*; do
  version=${kernel##*/vmlinuz-}
  chroot "$root" kernel-install add "$version" "/boot/vmlinuz-$version" "/boot/initrd.img-$version"
done
printf 'timeout 1\n' >"$root/boot/efi/loader/loader.conf"
cp "$root/usr/lib/systemd/boot/efi/systemd-bootx64.efi" "$root/boot/efi/EFI/BOOT/BOOTX64.EFI"
cp "$root/usr/lib/systemd/boot/efi/systemd-bootx64.efi" "$root/boot/efi/EFI/systemd/systemd-bootx64.efi"

# What keeps services from starting while packages are installed would keep security updates from restarting them too.
rm -f "$root/usr/sbin/policy-rc.d"
if [ -e "$root/sbin/start-stop-daemon.REAL" ]; then
  mv -f "$root/sbin/start-stop-daemon.REAL" "$root/sbin/start-stop-daemon"
fi

# Not to be published: identities, caches, logs. An empty machine-id is filled at first boot; cloud-init makes host keys.
: >"$root/etc/machine-id"
rm -f "$root"/etc/ssh/ssh_host_* "$root/var/lib/dbus/machine-id" "$root/var/lib/systemd/random-seed" \
  "$root/etc/resolv.conf" "$root"/etc/*- "$root"/var/lib/dpkg/*-old "$root"/var/cache/debconf/*-old \
  "$root/etc/apt/apt.conf.d/00mmdebstrap" "$root"/etc/apt/sources.list.d/0000*
ln -s ../run/systemd/resolve/stub-resolv.conf "$root/etc/resolv.conf"
find "$root/var/log" "$root/var/lib/apt/lists" "$root/var/cache/apt" "$root/var/cache/ldconfig" "$root/tmp" \
  "$root/var/tmp" "$root/run" -mindepth 1 ! -type d -delete
