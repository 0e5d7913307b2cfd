"""Reads a signed index with python-tuf, the reference client of TUF: index_judge.py ROOT URL CACHE. Prints the versions and the product."""

import json
import sys
from pathlib import Path

from tuf.api.metadata import Metadata
from tuf.ngclient import Updater, UpdaterConfig

root, url, cache = sys.argv[1:]
folder = Path(cache)
(folder / "targets").mkdir(parents=True, exist_ok=True)
updater = Updater(
    metadata_dir=str(folder),
    metadata_base_url=url,
    target_dir=str(folder / "targets"),
    target_base_url=f"{url}/targets",
    config=UpdaterConfig(prefix_targets_with_hash=True),
    bootstrap=Path(root).read_bytes(),
)
updater.refresh()
info = updater.get_targetinfo("releases.json")
releases = json.loads(Path(updater.download_target(info)).read_bytes())
for release in releases["releases"]:
    updater.download_target(updater.get_targetinfo(release["record"]))
versions = {
    role: Metadata.from_file(str(folder / f"{role}.json")).signed.version
    for role in ("root", "timestamp", "snapshot", "targets")
}
states = {release["version"]: release["state"] for release in releases["releases"]}
print(json.dumps({"versions": versions, "product": releases["product"], "states": states}))
