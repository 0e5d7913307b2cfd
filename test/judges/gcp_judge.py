"""Google's own Python clients judge the stand-in Google Cloud.

Run by test/e2e/judges-gcp.test.ts, which starts the stand-in and gives its environment. Each check prints one line;
the first difference from the real API ends the run with a traceback.
"""

import base64
import datetime
import hashlib
import io
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from google.api_core import exceptions
from google.api_core.client_options import ClientOptions
from google.auth.exceptions import RefreshError
from google.cloud import compute_v1, storage
from google.oauth2.credentials import Credentials

ENDPOINT = os.environ["STORAGE_EMULATOR_HOST"]
PROJECT = os.environ["GCP_PROJECT"]
STRANGER_PROJECT = os.environ["STRANGER_GCP_PROJECT"]
PUBLISHER = Credentials(os.environ["GCP_TOKEN"])
STRANGER = Credentials(os.environ["STRANGER_GCP_TOKEN"])
PARTNER = Credentials(os.environ["PARTNER_GCP_TOKEN"])
PARTNER_MEMBER = os.environ["PARTNER_GCP_MEMBER"]
GIB = 1024**3
BUCKET = "judge-archives"


def eventually(call):
    """A policy takes effect some time after it was set."""
    ends = time.monotonic() + 20
    while True:
        try:
            return call()
        except exceptions.Forbidden:
            if time.monotonic() > ends:
                raise
            time.sleep(0.05)


def ok(what):
    print("ok -", what, flush=True)


def refused(error, call, *words):
    """The call is refused with this error, whose text has these words."""
    try:
        call()
    except error as caught:
        for word in words:
            assert word in str(caught), f"{word!r} is not in: {caught}"
        return caught
    raise AssertionError(f"not refused with {error.__name__}")


def compute(client, credentials):
    return client(credentials=credentials, client_options=ClientOptions(api_endpoint=ENDPOINT))


def done(operation):
    """Waits for an operation; raises its error. `operation.result()` asks Google's own address, whatever the endpoint."""
    operations = compute(compute_v1.GlobalOperationsClient, PUBLISHER)
    if STRANGER_PROJECT in operation.self_link:
        operations = compute(compute_v1.GlobalOperationsClient, STRANGER)
    project = operation.self_link.split("/projects/")[1].split("/")[0]
    ended = operations.wait(project=project, operation=operation.name)
    assert ended.status == compute_v1.Operation.Status.DONE
    if ended.error.errors:
        raise exceptions.from_http_status(ended.http_error_status_code, ended.error.errors[0].message)
    return ended


def store(credentials, project):
    return storage.Client(project=project, credentials=credentials)


def plain_request(method, url, data=None, token=None, headers=None):
    """A request without a client library: status, headers and body of the response, also of an error."""
    sent = {**(headers or {}), **({"Authorization": f"Bearer {token}"} if token else {})}
    request = urllib.request.Request(url, data=data, method=method, headers=sent)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as answer:
        return answer.code, dict(answer.headers), answer.read()


def make_disk(folder, seed=1):
    """A sparse disk of 1 GiB with a few MiB of random data."""
    path = os.path.join(folder, "disk.raw")
    rng = random.Random(seed)
    with open(path, "wb") as disk:
        for at in (0, 5 << 20, 300 << 20, (700 << 20) + 4096, GIB - (1 << 20)):
            disk.seek(at)
            disk.write(rng.randbytes(1 << 20))
        disk.truncate(GIB)
    return path


def tar(folder, *options, member="disk.raw"):
    """An archive made by GNU tar."""
    out = os.path.join(folder, "archive.tar.gz")
    subprocess.run(["tar", *options, "-czf", out, "-C", folder, *member.split()], check=True)
    with open(out, "rb") as file:
        return file.read()


def image_bytes_digest(project, name, token):
    request = urllib.request.Request(
        f"{ENDPOINT}/rehearsal/images/{project}/{name}/disk.raw", headers={"Authorization": f"Bearer {token}"}
    )
    digest = hashlib.sha256()
    with urllib.request.urlopen(request) as answer:
        while chunk := answer.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def file_digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def judge_buckets(client, stranger):
    bucket = client.bucket(BUCKET)
    bucket.iam_configuration.uniform_bucket_level_access_enabled = True
    bucket.labels = {"made-by": "judge"}
    bucket = client.create_bucket(bucket, location="europe-west3")
    assert (bucket.location, bucket.location_type, bucket.storage_class) == ("EUROPE-WEST3", "region", "STANDARD")
    assert [found.name for found in client.list_buckets()] == [BUCKET]
    assert client.get_bucket(BUCKET).labels == {"made-by": "judge"}
    ok("a bucket is made, listed and read")
    refused(exceptions.Conflict, lambda: client.create_bucket(BUCKET), "you already own it")
    refused(exceptions.Conflict, lambda: stranger.create_bucket(BUCKET), "not available")
    refused(exceptions.BadRequest, lambda: client.create_bucket("Bad_Bucket"), "Invalid bucket name")
    refused(exceptions.BadRequest, lambda: client.create_bucket("judge-mars", location="mars-east1"), "location")
    refused(exceptions.NotFound, lambda: client.get_bucket("judge-no-such"), "bucket does not exist")
    refused(exceptions.Forbidden, lambda: stranger.get_bucket(BUCKET), "storage.buckets.get")
    ok("a taken, a misnamed, a misplaced, a missing and a foreign bucket are refused")
    bucket.labels = {"made-by": "judge", "more": "yes"}
    bucket.patch()
    assert client.get_bucket(BUCKET).metageneration > 1
    ok("a bucket's labels change in place")
    return bucket


def judge_objects(client, stranger, bucket):
    data = random.Random(7).randbytes(3 * 1024 * 1024 + 17)
    blob = bucket.blob("folder/small.bin")
    blob.metadata = {"imprimatur-digest": "abc"}
    blob.upload_from_string(data, content_type="application/x-test", checksum="crc32c")
    assert blob.md5_hash == base64.b64encode(hashlib.md5(data).digest()).decode()
    again = bucket.get_blob("folder/small.bin")
    assert (again.size, again.content_type, again.metadata) == (len(data), "application/x-test", {"imprimatur-digest": "abc"})
    assert again.download_as_bytes() == data
    assert again.download_as_bytes(start=1000, end=1999) == data[1000:2000]
    ok("an object goes up and comes down, whole and in part, with its checksums")

    refused(exceptions.PreconditionFailed, lambda: blob.upload_from_string(b"x", if_generation_match=0))
    blob.upload_from_string(b"second", if_generation_match=again.generation)
    assert blob.generation > again.generation
    refused(exceptions.NotFound, lambda: bucket.blob("folder/small.bin", generation=again.generation).reload())
    ok("preconditions hold and generations grow")

    for name in ("folder/a/1", "folder/a/2", "folder/b/1", "other"):
        bucket.blob(name).upload_from_string(name)
    listing = client.list_blobs(BUCKET, prefix="folder/", delimiter="/")
    assert [found.name for found in listing] == ["folder/small.bin"] and listing.prefixes == {"folder/a/", "folder/b/"}
    assert len(list(client.list_blobs(BUCKET, page_size=2))) == 5
    ok("lists know prefixes, delimiters and pages")

    refused(exceptions.Forbidden, lambda: stranger.bucket(BUCKET).blob("other").download_as_bytes())
    # On a 401 the client tries to renew its credentials, so the response itself is judged.
    media = f"{ENDPOINT}/storage/v1/b/{BUCKET}/o/other?alt=media"
    assert plain_request("GET", media)[0] == 401
    status, _, body = plain_request("GET", media, token="nonsense")
    assert (status, json.loads(body)["error"]["errors"][0]["reason"]) == (401, "authError")
    refused(RefreshError, lambda: store(Credentials("nonsense"), PROJECT).get_bucket(BUCKET))
    ok("objects are private")
    policy = bucket.get_iam_policy(requested_policy_version=3)
    policy.bindings.append({"role": "roles/storage.objectViewer", "members": {PARTNER_MEMBER}})
    bucket.set_iam_policy(policy)
    assert store(PARTNER, PROJECT).bucket(BUCKET).blob("other").download_as_bytes() == b"other"
    refused(exceptions.PreconditionFailed, lambda: bucket.set_iam_policy(policy))
    ok("a bucket's policy lets somebody in, and an old etag is refused")

    other = bucket.get_blob("other")
    other.metadata = {"a": "b"}
    other.patch()
    assert bucket.get_blob("other").metageneration == 2
    for found in list(client.list_blobs(BUCKET)):
        found.delete()
    refused(exceptions.NotFound, lambda: bucket.blob("other").delete(), "No such object")
    ok("metadata changes, objects are deleted")


def judge_resumable(bucket, archive):
    """The client's own chunked upload, whose connection the test breaks once; then a session resumed without the client."""
    blob = bucket.blob("archives/demo.tar.gz", chunk_size=1024 * 1024)
    blob.upload_from_file(io.BytesIO(archive), size=len(archive), checksum="crc32c", content_type="application/gzip")
    assert blob.size == len(archive) and blob.download_as_bytes() == archive
    ok("a chunked upload survives a broken connection")

    url = bucket.blob("archives/by-hand.bin").create_resumable_upload_session(size=len(archive))

    def put(data, content_range):
        return plain_request("PUT", url, data, headers={"Content-Range": content_range})

    unit = 256 * 1024
    total = len(archive)
    assert put(b"", f"bytes */{total}")[0] == 308
    status, headers, _ = put(archive[: 2 * unit + 5], f"bytes 0-{2 * unit + 4}/{total}")
    assert (status, headers["Range"]) == (308, f"bytes=0-{2 * unit - 1}")
    assert put(archive[:100], f"bytes {2 * unit}-{2 * unit + 99}/{total}")[0] == 400
    assert put(archive[3 * unit : 4 * unit], f"bytes {3 * unit}-{4 * unit - 1}/{total}")[0] == 503
    assert put(b"", "bytes */*")[1]["Range"] == f"bytes=0-{2 * unit - 1}"
    status, _, body = put(archive[unit:], f"bytes {unit}-{total - 1}/{total}")
    assert status == 200 and json.loads(body)["size"] == str(total)
    assert put(b"", f"bytes */{total}")[0] == 200
    assert bucket.blob("archives/by-hand.bin").download_as_bytes() == archive
    ok("a resumable session counts in 256 KiB, says how far it is, and takes what is sent twice once")

    url = bucket.blob("archives/wrong.bin").create_resumable_upload_session()
    status, _, body = plain_request("PUT", url, b"hello", headers={"X-Goog-Hash": "crc32c=AAAAAA=="})
    assert status == 400 and b"doesn't match calculated CRC32C" in body
    assert bucket.get_blob("archives/wrong.bin") is None
    url = bucket.blob("archives/wrong.bin").create_resumable_upload_session()
    assert plain_request("DELETE", url)[0] == 499
    assert plain_request("PUT", url, b"hello")[0] in (404, 410)
    ok("a wrong checksum makes no object, a cancelled session is gone")


def judge_import(images, bucket, archive, disk):
    bucket.blob("archives/demo.tar.gz").upload_from_string(archive)
    source = f"https://storage.googleapis.com/{BUCKET}/archives/demo.tar.gz"
    image = compute_v1.Image(
        name="judge-1",
        description="Made by the judge",
        family="judge",
        labels={"imprimatur-product": "judge"},
        architecture="X86_64",
        storage_locations=["eu"],
        guest_os_features=[compute_v1.GuestOsFeature(type_=name) for name in ("UEFI_COMPATIBLE", "GVNIC")],
        licenses=[f"projects/debian-cloud/global/licenses/debian-13-trixie"],
        raw_disk=compute_v1.RawDisk(source=source),
    )
    operation = images.insert(project=PROJECT, image_resource=image)
    assert images.get(project=PROJECT, image="judge-1").status == "PENDING"
    refused(exceptions.BadRequest, lambda: images.delete(project=PROJECT, image="judge-1"), "is not ready")
    done(operation)
    found = images.get(project=PROJECT, image="judge-1")
    assert (found.status, found.disk_size_gb) == ("READY", 1)
    # The size of Google's own copy, a multiple of 64: debian-9-v20190514, centos-7-v20190515, arch-v20220315 in public records.
    assert found.archive_size_bytes > 0 and found.archive_size_bytes % 64 == 0 and found.archive_size_bytes != len(archive)
    assert found.id > 0 and datetime.datetime.fromisoformat(found.creation_timestamp).utcoffset() is not None
    assert [feature.type_ for feature in found.guest_os_features] == ["UEFI_COMPATIBLE", "GVNIC"]
    assert list(found.storage_locations) == ["eu"] and found.labels == {"imprimatur-product": "judge"}
    assert found.self_link == f"https://www.googleapis.com/compute/v1/projects/{PROJECT}/global/images/judge-1"
    ok("an archive of GNU tar becomes an image, pending first, ready then")
    assert image_bytes_digest(PROJECT, "judge-1", PUBLISHER.token) == file_digest(disk)
    ok("the image holds the bytes of the disk")
    refused(exceptions.Conflict, lambda: images.insert(project=PROJECT, image_resource=image), "already exists")


def insert(images, **fields):
    image = compute_v1.Image(**fields)
    return images.insert(project=PROJECT, image_resource=image)


def judge_bad_archives(images, bucket, folder):
    def imported(data, name="archives/bad.tar.gz"):
        bucket.blob(name).upload_from_string(data)
        raw_disk = compute_v1.RawDisk(source=f"https://storage.googleapis.com/{BUCKET}/{name}")
        done(insert(images, name="judge-bad", raw_disk=raw_disk))

    error = exceptions.GoogleAPICallError
    good = tar(folder, "--format=oldgnu", "-S")
    refused(error, lambda: imported(tar(folder, "--format=pax", "-S")), "Supported formats are: GNU and OLDGNU")
    refused(error, lambda: imported(tar(folder, "--format=ustar")), "Supported formats are: GNU and OLDGNU")
    refused(error, lambda: imported(tar(folder, "--format=oldgnu", "-S", member="./disk.raw")), "It should be named ''disk.raw''")
    os.link(os.path.join(folder, "disk.raw"), os.path.join(folder, "other.raw"))
    refused(error, lambda: imported(tar(folder, "--format=oldgnu", "-S", "--hard-dereference", member="disk.raw other.raw")), "not a valid image")
    refused(error, lambda: imported(good[: len(good) // 2]), "not a valid image")
    refused(error, lambda: imported(good[:-4] + b"\0\0\0\0"), "not a valid image")
    refused(error, lambda: imported(b"nothing of the kind"), "not a valid image")
    with tempfile.TemporaryDirectory() as small:
        with open(os.path.join(small, "disk.raw"), "wb") as disk:
            disk.truncate(GIB + 512)
        refused(error, lambda: imported(tar(small, "--format=oldgnu", "-S")), "multiple of 1 GiB")
    refused(exceptions.NotFound, lambda: images.get(project=PROJECT, image="judge-bad"))
    ok("other formats, names, sizes, more members, cut and damaged archives are refused, and leave no image")
    imported(good)
    done(images.delete(project=PROJECT, image="judge-bad"))
    ok("the same name can be used after a failure")

    def sourced(source):
        return lambda: insert(images, name="judge-bad", raw_disk=compute_v1.RawDisk(source=source))

    refused(exceptions.BadRequest, sourced(f"gs://{BUCKET}/archives/demo.tar.gz"), "not a valid Google Cloud Storage object")
    refused(exceptions.NotFound, sourced("https://storage.googleapis.com/judge-no/x.tar.gz"), "judge-no", "is not found")
    refused(exceptions.NotFound, sourced(f"https://storage.googleapis.com/{BUCKET}/no.tar.gz"), "Google Cloud Storage object")
    bucket.blob("archives/bad.vmdk").upload_from_string(good)
    refused(exceptions.BadRequest, sourced(f"https://storage.googleapis.com/{BUCKET}/archives/bad.vmdk"), "not a supported file")
    refused(exceptions.BadRequest, lambda: insert(images, name="judge-bad"), "Must specify exactly one source")
    ok("sources that are no archive are refused at once")


def judge_bad_fields(images):
    source = compute_v1.RawDisk(source=f"https://storage.googleapis.com/{BUCKET}/archives/demo.tar.gz")

    def image(**fields):
        return lambda: insert(images, **{"name": "judge-bad", "raw_disk": source, **fields})

    bad = exceptions.BadRequest
    refused(bad, image(name="Judge_1.0"), "resource.name", "Must be a match of regex")
    refused(bad, image(name="a" * 64), "resource.name")
    refused(bad, image(family="-judge"), "resource.family")
    refused(bad, image(labels={"Product": "x"}), "Label key 'Product'")
    refused(bad, image(labels={"product": "a:b"}), "Label value 'a:b'")
    refused(bad, image(labels={f"k{n}": "" for n in range(65)}), "64 labels")
    refused(bad, image(storage_locations=["mars"]), "resource.storageLocations[0]")
    refused(bad, image(guest_os_features=[compute_v1.GuestOsFeature(type_="TELEPATHY")]), "resource.guestOsFeatures[0].type")
    refused(bad, image(architecture="Z80"), "resource.architecture")
    refused(bad, image(licenses=["debian"]), "The URL is malformed")
    refused(exceptions.NotFound, image(licenses=["projects/debian-cloud/global/licenses/debian-99"]), "debian-99")
    refused(bad, image(description="x" * 2049), "resource.description")
    ok("names, labels, places, features and licences outside the rules are refused with their field")

    collection = f"{ENDPOINT}/compute/v1/projects/{PROJECT}/global/images"
    status, _, body = plain_request("GET", f"{collection}?banana=1", token=PUBLISHER.token)
    assert (status, json.loads(body)["error"]["status"]) == (400, "INVALID_ARGUMENT")
    unknown = json.dumps({"name": "x", "rawDisk": {"sauce": "y"}}).encode()
    status, _, body = plain_request("POST", collection, unknown, PUBLISHER.token)
    message = json.loads(body)["error"]["message"]
    assert status == 400 and "Unknown name \"sauce\" at 'raw_disk': Cannot find field." in message
    ok("an unknown parameter and an unknown field are refused")


def judge_families(images, bucket):
    copy = {"source_image": f"projects/{PROJECT}/global/images/judge-1", "family": "judge"}
    done(insert(images, name="judge-2", **copy))
    assert images.get_from_family(project=PROJECT, family="judge").name == "judge-2"
    when = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=30)).strftime("%Y-%m-%dT%H:%M:%SZ")

    def deprecate(name, **status):
        resource = compute_v1.DeprecationStatus(**status)
        done(images.deprecate(project=PROJECT, image=name, deprecation_status_resource=resource))

    deprecate("judge-2", state="DEPRECATED", replacement="global/images/judge-1", obsolete=when)
    status = images.get(project=PROJECT, image="judge-2").deprecated
    assert (status.state, status.obsolete) == ("DEPRECATED", when)
    assert status.replacement.endswith(f"/projects/{PROJECT}/global/images/judge-1")
    assert images.get_from_family(project=PROJECT, family="judge").name == "judge-1"
    warned = insert(images, name="judge-3", source_image="global/images/judge-2")
    assert warned.warnings[0].code == "DEPRECATED_RESOURCE_USED"
    done(warned)
    deprecate("judge-2", state="OBSOLETE")
    refused(exceptions.BadRequest, lambda: insert(images, name="judge-4", source_image="global/images/judge-2"), "obsolete")
    deprecate("judge-2", state="ACTIVE")
    assert images.get_from_family(project=PROJECT, family="judge").name == "judge-2"
    deprecate("judge-2")
    assert not images.get(project=PROJECT, image="judge-2").deprecated.state
    refused(exceptions.BadRequest, lambda: deprecate("judge-2", state="TIRED"), "state")
    refused(exceptions.BadRequest, lambda: deprecate("judge-2", state="DEPRECATED", deleted="tomorrow"), "RFC3339")
    refused(exceptions.BadRequest, lambda: deprecate("judge-2", state="DEPRECATED", deleted="2026-02-30T00:00:00Z"), "RFC3339")
    refused(exceptions.BadRequest, lambda: deprecate("judge-2", state="DEPRECATED", replacement="judge-1"), "malformed")
    ok("a family is its newest image that is not deprecated; states, dates and replacement are checked")

    done(images.patch(project=PROJECT, image="judge-2", image_resource=compute_v1.Image(family="judge-next", description="new")))
    assert images.get_from_family(project=PROJECT, family="judge-next").description == "new"
    refused(exceptions.NotFound, lambda: images.get_from_family(project=PROJECT, family="nobody"))
    ok("an image moves between families")

    image = images.get(project=PROJECT, image="judge-2")
    request = compute_v1.GlobalSetLabelsRequest(labels={"a": "b"}, label_fingerprint=image.label_fingerprint)
    done(images.set_labels(project=PROJECT, resource="judge-2", global_set_labels_request_resource=request))
    assert images.get(project=PROJECT, image="judge-2").labels == {"a": "b"}
    refused(
        exceptions.PreconditionFailed,
        lambda: images.set_labels(project=PROJECT, resource="judge-2", global_set_labels_request_resource=request),
    )
    ok("labels change against their fingerprint")

    names = lambda **query: [found.name for found in images.list(compute_v1.ListImagesRequest(project=PROJECT, **query))]
    assert names() == ["judge-1", "judge-2", "judge-3"]
    assert names(filter="family = judge") == ["judge-1"]
    assert names(filter='name eq "judge-[23]"') == ["judge-2", "judge-3"]
    assert names(filter="(labels.a = b) (status = READY)") == ["judge-2"]
    assert names(filter="labels.a:* OR name = judge-3") == ["judge-2", "judge-3"]
    assert names(order_by="creationTimestamp desc") == ["judge-3", "judge-2", "judge-1"]
    assert names(max_results=1) == ["judge-1", "judge-2", "judge-3"]
    refused(exceptions.BadRequest, lambda: names(filter="((("), "filter")
    ok("lists are filtered, ordered and paged")


def judge_sharing(images, stranger):
    refused(exceptions.Forbidden, lambda: stranger.get(project=PROJECT, image="judge-1"), "compute.images.get")
    refused(exceptions.Forbidden, lambda: stranger.list(project=PROJECT).__next__(), "compute.images.list")
    refused(exceptions.Forbidden, lambda: stranger.get(project=PROJECT, image="no-such"), "compute.images.get")
    refused(exceptions.NotFound, lambda: images.get(project=PROJECT, image="no-such"), "was not found")

    def share(members, etag):
        binding = compute_v1.Binding(role="roles/compute.imageUser", members=members)
        policy = compute_v1.Policy(etag=etag, bindings=[binding])
        request = compute_v1.GlobalSetPolicyRequest(policy=policy)
        return images.set_iam_policy(project=PROJECT, resource="judge-1", global_set_policy_request_resource=request)

    etag = images.get_iam_policy(project=PROJECT, resource="judge-1").etag
    second = share([PARTNER_MEMBER], etag).etag
    partner = compute(compute_v1.ImagesClient, PARTNER)
    assert eventually(lambda: partner.get(project=PROJECT, image="judge-1")).status == "READY"
    assert partner.get_from_family(project=PROJECT, family="judge").name == "judge-1"
    refused(exceptions.Forbidden, lambda: stranger.get(project=PROJECT, image="judge-1"))
    ok("one principal may use an image, and nobody else")
    shouted = share([PARTNER_MEMBER.replace("partner@example", "Partner@Example")], second)
    assert list(shouted.bindings[0].members) == [PARTNER_MEMBER]
    ok("addresses come back in lower case")
    second = shouted.etag
    refused(exceptions.Conflict, lambda: share(["allAuthenticatedUsers"], etag), "concurrent policy changes")
    refused(exceptions.BadRequest, lambda: share(["allUsers"], second), "allUsers")
    refused(exceptions.BadRequest, lambda: share(["everybody"], second), "everybody")
    share(["allAuthenticatedUsers"], second)
    assert eventually(lambda: stranger.get(project=PROJECT, image="judge-1")).name == "judge-1"
    refused(exceptions.Forbidden, lambda: stranger.list(project=PROJECT).__next__(), "compute.images.list")
    refused(exceptions.Forbidden, lambda: stranger.delete(project=PROJECT, image="judge-1"), "compute.images.delete")
    copy = compute_v1.Image(name="mine", source_image=f"projects/{PROJECT}/global/images/family/judge")
    done(stranger.insert(project=STRANGER_PROJECT, image_resource=copy))
    assert stranger.get(project=STRANGER_PROJECT, image="mine").source_image.endswith("judge-1")
    done(stranger.delete(project=STRANGER_PROJECT, image="mine"))
    request = compute_v1.TestPermissionsRequest(permissions=["compute.images.useReadOnly", "compute.images.delete"])
    allowed = stranger.test_iam_permissions(project=PROJECT, resource="judge-1", test_permissions_request_resource=request)
    assert list(allowed.permissions) == ["compute.images.useReadOnly"]
    ok("a public image can be used by everyone who signed in, not listed, not deleted")


def judge_rest(images):
    operations = compute(compute_v1.GlobalOperationsClient, PUBLISHER)
    listed = list(operations.list(project=PROJECT))
    assert {operation.status for operation in listed} == {compute_v1.Operation.Status.DONE}
    assert operations.wait(project=PROJECT, operation=listed[0].name).progress == 100
    refused(exceptions.NotFound, lambda: operations.get(project=PROJECT, operation="operation-no"))
    regions = [region.name for region in compute(compute_v1.RegionsClient, PUBLISHER).list(project=PROJECT)]
    assert "europe-west3" in regions and "us-central1" in regions
    zone = compute(compute_v1.ZonesClient, PUBLISHER).get(project=PROJECT, zone="europe-west3-a")
    assert zone.status == "UP"
    licence = compute(compute_v1.LicensesClient, PUBLISHER).get(project="debian-cloud", license_="debian-13-trixie")
    assert licence.license_code > 0
    refused(exceptions.NotFound, lambda: images.list(project="no-such-project").__next__(), "no-such-project")
    ok("operations, regions, zones and licences answer")


def main():
    client, stranger = store(PUBLISHER, PROJECT), store(STRANGER, STRANGER_PROJECT)
    images = compute(compute_v1.ImagesClient, PUBLISHER)
    with tempfile.TemporaryDirectory() as folder:
        disk = make_disk(folder)
        archive = tar(folder, "--format=oldgnu", "-S")
        bucket = judge_buckets(client, stranger)
        judge_objects(client, stranger, bucket)
        judge_resumable(bucket, archive)
        judge_import(images, bucket, archive, disk)
        judge_bad_archives(images, bucket, folder)
        judge_bad_fields(images)
        judge_families(images, bucket)
        judge_sharing(images, compute(compute_v1.ImagesClient, STRANGER))
        judge_rest(images)
        refused(exceptions.Conflict, bucket.delete, "not empty")
        for blob in client.list_blobs(BUCKET):
            blob.delete()
        bucket.delete()
        assert image_bytes_digest(PROJECT, "judge-1", PUBLISHER.token) == file_digest(disk)
        ok("the image stays when its archive goes")
        for image in list(images.list(project=PROJECT)):
            done(images.delete(project=PROJECT, image=image.name))
        assert list(images.list(project=PROJECT)) == [] and list(client.list_buckets()) == []
        ok("everything can be deleted")


if __name__ == "__main__":
    assert sys.version_info >= (3, 11)
    main()
