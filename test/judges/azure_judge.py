"""Microsoft's own Python clients judge the stand-in Azure.

Run by test/e2e/judges-azure.test.ts, which starts the stand-in and gives its environment: the clients get an
endpoint and a token, and trust the stand-in's certificate because the environment names it; nothing else is adapted.
Each check prints one line; the first difference from the real API ends the run with a traceback.
"""

import datetime
import hashlib
import os
import random
import subprocess
import sys
import tempfile
import time

from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ResourceNotFoundError
from azure.core.rest import HttpRequest
from azure.mgmt.compute import ComputeManagementClient
from azure.mgmt.resource.resources import ResourceManagementClient
from azure.storage.blob import BlobClient

ENDPOINT = os.environ["AZURE_RESOURCE_MANAGER_ENDPOINT"]
MIB = 1024 * 1024
GROUP = "judged"
HOME, AWAY = "westeurope", "eastus2"


class Token:
    """A credential that is only a token, such as a pipeline has from its own sign-in."""

    def __init__(self, token):
        self.token = token

    def get_token(self, *_scopes, **_options):
        return AccessToken(self.token, int(time.time()) + 3600)


def clients(prefix):
    credential, subscription = Token(os.environ[prefix + "AZURE_TOKEN"]), os.environ[prefix + "AZURE_SUBSCRIPTION_ID"]
    options = {"base_url": ENDPOINT, "credential_scopes": [ENDPOINT + "/.default"], "polling_interval": 1}
    return (
        ComputeManagementClient(credential, subscription, **options),
        ResourceManagementClient(credential, subscription, **options),
    )


compute, resources = clients("")
their_compute, their_resources = clients("STRANGER_")


def ok(what):
    print("ok -", what, flush=True)


def refused(code, call, error=HttpResponseError, status=None):
    """The call is refused with this ARM error code."""
    try:
        call()
    except error as caught:
        assert caught.error is not None and caught.error.code == code, f"{code} wanted: {caught}"
        assert status is None or caught.status_code == status, f"{status} wanted: {caught.status_code}"
        return caught
    raise AssertionError(f"not refused with {code}")


def once(code, begin):
    """Retries while Azure does not see yet the result of an operation that it reported done."""
    for _ in range(100):
        try:
            return begin().result()
        except HttpResponseError as caught:
            if caught.error is None or caught.error.code != code:
                raise
            time.sleep(0.1)
    raise AssertionError(f"it is {code} for ever")


def vhd(mib):
    """A raw disk with data and holes, and the fixed VHD that qemu-img makes of it."""
    with tempfile.TemporaryDirectory() as folder:
        raw, made = os.path.join(folder, "disk.raw"), os.path.join(folder, "disk.vhd")
        noise = random.Random(7)
        with open(raw, "wb") as file:
            file.truncate(mib * MIB)
            for at in (0, 5 * MIB + 512, (mib - 1) * MIB):
                file.seek(at)
                file.write(noise.randbytes(300_000))
        subprocess.run(
            ["qemu-img", "convert", "-f", "raw", "-O", "vpc", "-o", "subformat=fixed,force_size", raw, made], check=True
        )
        with open(made, "rb") as file:
            return file.read()


def upload(sas, content):
    blob = BlobClient.from_blob_url(sas)
    for at in range(0, len(content), 4 * MIB):
        part = content[at : at + 4 * MIB]
        if part.count(0) != len(part):
            blob.upload_page(part, at, len(part))


def download(sas):
    return BlobClient.from_blob_url(sas, retry_total=0).download_blob().readall()


def upload_disk(name, content, **changes):
    compute.disks.begin_create_or_update(
        GROUP,
        name,
        {
            "location": HOME,
            "properties": {
                "osType": "Linux",
                "hyperVGeneration": "V2",
                "supportedCapabilities": {"architecture": "x64"},
                "creationData": {"createOption": "Upload", "uploadSizeBytes": len(content)},
                **changes,
            },
        },
    ).result()
    return grant(compute, GROUP, name, "Write")


def grant(client, group, name, access):
    data = {"access": access, "durationInSeconds": 3600}
    return client.disks.begin_grant_access(group, name, data).result().access_sas


def version_body(disk, regions, **profile):
    return {
        "location": HOME,
        "tags": {"imprimatur:digest": "sha256:" + "0" * 64},
        "properties": {
            "publishingProfile": {
                "targetRegions": [{"name": name, "regionalReplicaCount": 1} for name in regions],
                **profile,
            },
            "storageProfile": {"osDiskImage": {"hostCaching": "ReadWrite", "source": {"id": disk}}},
        },
    }


def put_version(disk, regions, **profile):
    body = version_body(disk, regions, **profile)
    return compute.gallery_image_versions.begin_create_or_update(GROUP, "debian", "trixie", "13.1.0", body).result()


# Rights of the callers

assert resources.resource_groups.check_existence(GROUP) is False
group = resources.resource_groups.create_or_update(GROUP, {"location": "West Europe"})
assert (group.location, group.properties.provisioning_state) == (HOME, "Succeeded")
assert resources.resource_groups.check_existence(GROUP) is True
assert [one.name for one in resources.resource_groups.list()] == [GROUP]
assert resources.providers.get("Microsoft.Compute").registration_state == "Registered"
ok("a resource group is created, found and listed")

foreign = ComputeManagementClient(
    Token(os.environ["STRANGER_AZURE_TOKEN"]), os.environ["AZURE_SUBSCRIPTION_ID"], base_url=ENDPOINT
)
refused("AuthorizationFailed", lambda: foreign.disks.get(GROUP, "any"), status=403)
nobody = ComputeManagementClient(Token("nonsense"), os.environ["AZURE_SUBSCRIPTION_ID"], base_url=ENDPOINT)
refused("InvalidAuthenticationToken", lambda: nobody.disks.get(GROUP, "any"), ClientAuthenticationError, 401)
refused("ResourceNotFound", lambda: compute.disks.get(GROUP, "none"), ResourceNotFoundError)
refused("ResourceGroupNotFound", lambda: compute.disks.get("none", "none"), ResourceNotFoundError)
ok("a stranger, a nonsense token and a wrong name get Azure's own refusals")


def ask(path):
    answer = compute._client.send_request(HttpRequest("GET", ENDPOINT + path))
    return answer.status_code, answer.json()["error"]["code"]


disks = f"/subscriptions/{os.environ['AZURE_SUBSCRIPTION_ID']}/resourceGroups/{GROUP}/providers/Microsoft.Compute/disks"
assert ask(disks) == (400, "MissingApiVersionParameter")
assert ask(disks + "?api-version=2011-11-11") == (400, "NoRegisteredProviderFound")
assert ask(disks + "?api-version=yesterday") == (400, "InvalidApiVersionParameter")
ok("an api-version must be there, and be known")

# The managed disk

content = vhd(32)
sas = upload_disk("source", content)
assert compute.disks.get(GROUP, "source").properties.disk_state == "ActiveUpload"
upload(sas, content[: 16 * MIB])
refused("InvalidVhd", lambda: compute.disks.begin_revoke_access(GROUP, "source").result())
assert grant(compute, GROUP, "source", "Write") == sas
upload(sas, content)
compute.disks.begin_revoke_access(GROUP, "source").result()
source = compute.disks.get(GROUP, "source")
assert (source.properties.disk_state, source.properties.provisioning_state) == ("Unattached", "Succeeded")
assert source.properties.disk_size_bytes == 32 * MIB
ok("a VHD of qemu-img's is uploaded by page ranges; half of one is refused, and can be completed")

for call in (lambda: upload(sas, content), lambda: download(sas)):
    try:
        call()
        raise AssertionError("the link still works")
    except HttpResponseError as caught:
        assert caught.status_code == 403, caught
ok("the write link is dead after access has ended")

sas = grant(compute, GROUP, "source", "Read")
assert download(sas) == content
refused("OperationNotAllowed", lambda: compute.disks.begin_delete(GROUP, "source").result(), status=409)
compute.disks.begin_revoke_access(GROUP, "source").result()
ok("the disk reads back as it was written, and is held while a link is out")

for size in (32 * MIB, 32 * MIB + 1024, 10 * MIB + 512):
    refused("InvalidParameter", lambda: upload_disk("wrong", range(size)), status=400)
refused("LocationNotAvailableForResourceType", lambda: resources.resource_groups.create_or_update("x", {"location": "mars"}))
refused("BadRequest", lambda: upload_disk("wrong", content, colour="red"), status=400)
ok("sizes, regions and properties that Azure does not know are refused")

# Gallery, definition, version

community = {
    "publicNamePrefix": "debianorg",
    "publisherUri": "https://www.debian.org",
    "publisherContact": "debian-cloud@lists.debian.org",
    "eula": "https://www.debian.org/legal/licenses/",
}
gallery_body = {
    "location": HOME,
    "properties": {"sharingProfile": {"permissions": "Community", "communityGalleryInfo": community}},
}
gallery = compute.galleries.begin_create_or_update(GROUP, "debian", gallery_body).result()
assert gallery.properties.provisioning_state == "Succeeded"
assert gallery.properties.sharing_profile.community_gallery_info.community_gallery_enabled is False
definition = {
    "location": HOME,
    "properties": {
        "osType": "Linux",
        "osState": "Generalized",
        "hyperVGeneration": "V2",
        "architecture": "x64",
        "identifier": {"publisher": "Debian", "offer": "debian-13", "sku": "13-gen2"},
        "features": [{"name": "SecurityType", "value": "TrustedLaunchSupported"}],
    },
}
images = compute.gallery_images
images.begin_create_or_update(GROUP, "debian", "trixie", definition).result()
refused("Conflict", lambda: images.begin_create_or_update(GROUP, "debian", "again", definition).result(), status=409)
moved = {**definition, "properties": {**definition["properties"], "hyperVGeneration": "V1", "features": []}}
refused("PropertyChangeNotAllowed", lambda: images.begin_create_or_update(GROUP, "debian", "trixie", moved).result())
refused("ParentResourceNotFound", lambda: images.begin_create_or_update(GROUP, "none", "trixie", definition).result())
ok("gallery and definition are created; identifiers are unique, and what they are does not change")

versions = compute.gallery_image_versions
refused("InvalidParameter", lambda: put_version(source.id, [AWAY]))
begun = versions.begin_create_or_update(GROUP, "debian", "trixie", "13.1.0", version_body(source.id, [HOME, AWAY]))
during = versions.get(GROUP, "debian", "trixie", "13.1.0", expand="ReplicationStatus").properties
assert during.provisioning_state == "Creating", during.provisioning_state
refused("Conflict", lambda: put_version(source.id, [HOME]), status=409)
# The test has asked for one failed replication to the second region.
refused("ValidationError", begun.result)
after = versions.get(GROUP, "debian", "trixie", "13.1.0", expand="ReplicationStatus").properties
assert after.provisioning_state == "Failed"
states = {one.region: one.state for one in after.replication_status.summary}
assert states == {"West Europe": "Completed", "East US 2": "Failed"}, states
assert put_version(source.id, [HOME]).properties.provisioning_state == "Succeeded"
made = put_version(source.id, [HOME, AWAY])
assert [one.name for one in made.properties.publishing_profile.target_regions] == ["West Europe", "East US 2"]
ok("a version whose replication failed in one region is mended by removing and adding the region")

end = datetime.datetime(2028, 6, 30, tzinfo=datetime.timezone.utc)
put_version(source.id, [HOME, AWAY], excludeFromLatest=True, endOfLifeDate=end.isoformat())
profile = versions.get(GROUP, "debian", "trixie", "13.1.0").properties.publishing_profile
assert (profile.exclude_from_latest, profile.end_of_life_date) == (True, end), profile
versions.begin_update(
    GROUP, "debian", "trixie", "13.1.0", {"properties": {"publishingProfile": {"excludeFromLatest": False}}}
).result()
profile = versions.get(GROUP, "debian", "trixie", "13.1.0").properties.publishing_profile
assert (profile.exclude_from_latest, profile.end_of_life_date) == (False, end), profile
ok("a version is deprecated by its end of life and by leaving it out of latest")

# Sharing

share = compute.gallery_sharing_profile
share.begin_update(GROUP, "debian", {"operationType": "EnableCommunity"}).result()
info = compute.galleries.get(GROUP, "debian").properties.sharing_profile.community_gallery_info
assert info.community_gallery_enabled is True
(public_name,) = info.public_names
assert public_name.startswith("debianorg-")

seen = their_compute.community_galleries.get(AWAY, public_name)
assert seen.name == public_name and seen.unique_id == f"/CommunityGalleries/{public_name}"
assert [one.name for one in their_compute.community_gallery_images.list(AWAY, public_name)] == ["trixie"]
(theirs,) = their_compute.community_gallery_image_versions.list(AWAY, public_name, "trixie")
assert theirs.unique_id == f"/CommunityGalleries/{public_name}/Images/trixie/Versions/13.1.0"
for place, name in (("japaneast", public_name), (AWAY, "debianorg-guess")):
    try:
        their_compute.community_galleries.get(place, name)
        raise AssertionError("a gallery is seen where it is not")
    except ResourceNotFoundError:
        pass
ok("a stranger finds the community gallery by its public name, where it is replicated to")

their_resources.resource_groups.create_or_update("theirs", {"location": AWAY})
image = {"createOption": "FromImage", "galleryImageReference": {"communityGalleryImageId": theirs.unique_id}}
once(
    "GalleryImageNotFound",
    lambda: their_compute.disks.begin_create_or_update("theirs", "copy", {"location": AWAY, "properties": {"creationData": image}}),
)
copied = download(grant(their_compute, "theirs", "copy", "Read"))
assert hashlib.sha256(copied).digest() == hashlib.sha256(content).digest()
their_compute.disks.begin_revoke_access("theirs", "copy").result()
elsewhere = {"location": "japaneast", "properties": {"creationData": image}}
refused("GalleryImageNotFound", lambda: their_compute.disks.begin_create_or_update("theirs", "no", elsewhere).result())
ok("a stranger makes a disk of it, and reads the bytes that were published")

refused("OperationNotAllowed", lambda: share.begin_update(GROUP, "debian", {"operationType": "Add", "groups": [{"type": "AADTenants", "ids": [os.environ["STRANGER_AZURE_TENANT_ID"]]}]}).result())
share.begin_update(GROUP, "debian", {"operationType": "Reset"}).result()
assert compute.galleries.get(GROUP, "debian").properties.sharing_profile is None
try:
    their_compute.community_galleries.get(AWAY, public_name)
    raise AssertionError("the gallery is still public")
except ResourceNotFoundError:
    pass
ok("a reset makes the gallery private again")

# Everything is deleted

refused("CannotDeleteResource", lambda: compute.galleries.begin_delete(GROUP, "debian").result(), status=409)
refused("CannotDeleteResource", lambda: images.begin_delete(GROUP, "debian", "trixie").result(), status=409)
versions.begin_delete(GROUP, "debian", "trixie", "13.1.0").result()
# Its contents are gone, which Azure does not see at once.
once("CannotDeleteResource", lambda: images.begin_delete(GROUP, "debian", "trixie"))
once("CannotDeleteResource", lambda: compute.galleries.begin_delete(GROUP, "debian"))
compute.disks.begin_delete(GROUP, "source").result()
assert list(compute.disks.list()) == [] and list(compute.galleries.list()) == []
resources.resource_groups.begin_delete(GROUP).result()
their_resources.resource_groups.begin_delete("theirs").result()
assert resources.resource_groups.check_existence(GROUP) is False
ok("everything can be deleted, from the inside out or with its resource group")
sys.exit(0)
