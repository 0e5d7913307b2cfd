/**
 * An instant in Azure's format: seven decimals and the offset in full, `2023-05-25T03:12:41.1234567+00:00` (recorded
 * in github.com/Azure/azure-cli, test_vm_managed_disk.yaml and test_gallery_e2e.yaml, 2023).
 *
 * @param iso in the format of `Date.toISOString`
 */
export function tellTime(iso: string): string {
  return iso.replace(/\.(\d{3})Z$/, ".$10000+00:00");
}
