"""boto3, AWS's own Python client, judges the stand-in AWS.

Run by test/e2e/judges-aws.test.ts, which starts the stand-in with delays and gives its environment. Each check prints
one line; the first difference from the real API ends the run with a traceback.
"""

import base64
import datetime
import hashlib
import os
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, WaiterError

HOME, AWAY = "eu-central-1", "us-west-2"
PUBLISHER, STRANGER = "111111111111", "222222222222"
ORGANIZATION = "arn:aws:organizations::111111111111:organization/o-rehearsal01"
BLOCK = 524288
CONFIG = Config(retries={"total_max_attempts": 1})


def client(service, region=HOME, stranger=False, **settings):
    prefix = "STRANGER_AWS_" if stranger else "AWS_"
    keys = {
        "aws_access_key_id": os.environ[prefix + "ACCESS_KEY_ID"],
        "aws_secret_access_key": os.environ[prefix + "SECRET_ACCESS_KEY"],
    }
    return boto3.client(service, region_name=region, config=CONFIG, **{**keys, **settings})


def ok(what):
    print("ok -", what, flush=True)


def refused(code, status, call, *words):
    """The call is refused with this code and HTTP status, and a message with these words."""
    try:
        call()
    except ClientError as caught:
        error, response = caught.response["Error"], caught.response["ResponseMetadata"]
        assert error["Code"] == code, f"{error['Code']} instead of {code}: {caught}"
        assert response["HTTPStatusCode"] == status, f"{response['HTTPStatusCode']} instead of {status}: {caught}"
        for word in words:
            assert word in error["Message"], f"{word!r} is not in: {error['Message']}"
        return
    raise AssertionError(f"not refused with {code}")


def eventually(call, wanted=lambda answer: True, seconds=60):
    """The first wanted answer; a new object may be reported as "does not exist" for a while."""
    deadline = time.time() + seconds
    while True:
        try:
            answer = call()
            if wanted(answer):
                return answer
        except ClientError as caught:
            if ".NotFound" not in caught.response["Error"]["Code"]:
                raise
        assert time.time() < deadline, "it did not come to be"
        time.sleep(0.1)


def upload(ebs, blocks, **options):
    started = ebs.start_snapshot(VolumeSize=1, **options)
    snapshot = started["SnapshotId"]
    digests = []
    for index, data in sorted(blocks.items()):
        digest = hashlib.sha256(data).digest()
        digests.append(digest)
        ebs.put_snapshot_block(
            SnapshotId=snapshot,
            BlockIndex=index,
            BlockData=data,
            DataLength=BLOCK,
            Checksum=base64.b64encode(digest).decode(),
            ChecksumAlgorithm="SHA256",
        )
    aggregate = hashlib.sha256(b"".join(digests)).digest()
    done = ebs.complete_snapshot(
        SnapshotId=snapshot,
        ChangedBlocksCount=len(blocks),
        Checksum=base64.b64encode(aggregate).decode(),
        ChecksumAlgorithm="SHA256",
        ChecksumAggregationMethod="LINEAR",
    )
    assert done["Status"] == "pending", done
    return snapshot


def read_back(ebs, snapshot):
    blocks = {}
    pages = ebs.get_paginator("list_snapshot_blocks") if ebs.can_paginate("list_snapshot_blocks") else None
    listing = pages.paginate(SnapshotId=snapshot) if pages else [ebs.list_snapshot_blocks(SnapshotId=snapshot)]
    for page in listing:
        for block in page["Blocks"]:
            answer = ebs.get_snapshot_block(
                SnapshotId=snapshot, BlockIndex=block["BlockIndex"], BlockToken=block["BlockToken"]
            )
            data = answer["BlockData"].read()
            assert base64.b64decode(answer["Checksum"]) == hashlib.sha256(data).digest()
            blocks[block["BlockIndex"]] = data
    return blocks


def completed(ec2, snapshot):
    eventually(
        lambda: ec2.describe_snapshots(SnapshotIds=[snapshot])["Snapshots"][0]["State"], lambda state: state == "completed"
    )
    ec2.get_waiter("snapshot_completed").wait(
        OwnerIds=["self"], Filters=[{"Name": "snapshot-id", "Values": [snapshot]}]
    )


def register(ec2, name, snapshot, **options):
    device = {"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": snapshot, "VolumeType": "gp3", "DeleteOnTermination": True}}
    return ec2.register_image(
        **{
            "Name": name,
            "Architecture": "x86_64",
            "VirtualizationType": "hvm",
            "RootDeviceName": "/dev/xvda",
            "BootMode": "uefi",
            "TpmSupport": "v2.0",
            "ImdsSupport": "v2.0",
            "EnaSupport": True,
            "BlockDeviceMappings": [device],
            **options,
        }
    )["ImageId"]


def available(ec2, image):
    def describe():
        return ec2.describe_images(ImageIds=[image])["Images"][0]

    return eventually(describe, lambda found: found["State"] == "available")


def root_snapshot(image):
    return image["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]


def check_regions():
    regions = client("ec2").describe_regions()["Regions"]
    everything = client("ec2").describe_regions(AllRegions=True)["Regions"]
    assert len(regions) == 17 and len(everything) > 30, (len(regions), len(everything))
    assert client("sts").get_caller_identity()["Account"] == PUBLISHER
    assert client("sts", stranger=True).get_caller_identity()["Account"] == STRANGER
    wrong = client("ec2", aws_secret_access_key="wrong")
    refused("AuthFailure", 401, wrong.describe_regions, "not able to validate")
    refused("AuthFailure", 401, lambda: client("ec2", "me-south-1").describe_images(Owners=["self"]))
    ok("regions, identities, and who is refused")


def check_strictness():
    ec2 = client("ec2")
    refused("InvalidAMIID.Malformed", 400, lambda: ec2.describe_images(ImageIds=["ami-x"]))
    refused("InvalidAMIID.NotFound", 400, lambda: ec2.describe_images(ImageIds=["ami-0123456789abcdef0"]), "does not exist")
    refused("InvalidSnapshot.NotFound", 400, lambda: ec2.describe_snapshots(SnapshotIds=["snap-0123456789abcdef0"]))
    bad_filter = [{"Name": "no-such-filter", "Values": ["x"]}]
    refused("InvalidParameterValue", 400, lambda: ec2.describe_images(Filters=bad_filter))
    refused("DryRunOperation", 412, lambda: ec2.describe_images(DryRun=True))
    refused("ResourceNotFoundException", 404, lambda: client("ebs").list_snapshot_blocks(SnapshotId="snap-0123456789abcdef0"))
    refused("ValidationException", 400, lambda: client("ebs").start_snapshot(VolumeSize=70000))
    refused("ParameterNotFound", 400, lambda: client("ssm").get_parameter(Name="/demo/latest"))
    ok("what is wrong is refused with the cloud's own codes")


def check_ended_uploads():
    """As the real service does: a wrong count is accepted, and the snapshot ends in an error; a wrong checksum has its own code."""
    ec2, ebs = client("ec2"), client("ebs")
    snapshot = ebs.start_snapshot(VolumeSize=1)["SnapshotId"]
    block = os.urandom(BLOCK)
    put = dict(SnapshotId=snapshot, BlockData=block, DataLength=BLOCK, ChecksumAlgorithm="SHA256")
    right = base64.b64encode(hashlib.sha256(block).digest()).decode()
    wrong = base64.b64encode(bytes(32)).decode()
    refused("InvalidSignatureException", 403, lambda: ebs.put_snapshot_block(**put, BlockIndex=0, Checksum=wrong), "x-amz-Checksum")
    refused("ValidationException", 400, lambda: ebs.put_snapshot_block(**put, BlockIndex=2048, Checksum=right), "beyond the volume")
    never = {**put, "SnapshotId": "snap-12340000000000000"}
    refused("ValidationException", 400, lambda: ebs.put_snapshot_block(**never, BlockIndex=0, Checksum=right), "Expected: 'snap-...'")
    ebs.put_snapshot_block(**put, BlockIndex=0, Checksum=right)
    assert ebs.complete_snapshot(SnapshotId=snapshot, ChangedBlocksCount=2)["Status"] == "pending"
    found = lambda: ec2.describe_snapshots(SnapshotIds=[snapshot])["Snapshots"][0]
    eventually(found, lambda snapshot: snapshot["State"] == "error")
    ec2.delete_snapshot(SnapshotId=snapshot)
    ok("a snapshot of other blocks than were announced ends in an error")


def check_publishing():
    ec2, ebs = client("ec2"), client("ebs")
    blocks = {0: os.urandom(BLOCK), 5: os.urandom(BLOCK), 2047: bytes(BLOCK)}
    snapshot = upload(ebs, blocks, Tags=[{"Key": "imprimatur:release", "Value": "1"}], ClientToken="judge-1")
    refused("ValidationException", 400, lambda: ebs.list_snapshot_blocks(SnapshotId=snapshot))
    completed(ec2, snapshot)
    assert read_back(ebs, snapshot) == blocks
    ok("uploaded blocks are read back byte by byte")

    image = register(ec2, "judge image", snapshot, TagSpecifications=[
        {"ResourceType": "image", "Tags": [{"Key": "imprimatur:release", "Value": "1"}]}
    ])
    found = available(ec2, image)
    assert found["OwnerId"] == PUBLISHER and found["Public"] is False and found["BootMode"] == "uefi", found
    assert found["Tags"] == [{"Key": "imprimatur:release", "Value": "1"}], found
    refused("InvalidAMIName.Duplicate", 400, lambda: register(ec2, "judge image", snapshot), image)
    refused("InvalidSnapshot.InUse", 400, lambda: ec2.delete_snapshot(SnapshotId=snapshot), image)
    named = [{"Name": "name", "Values": ["judge*"]}]
    eventually(lambda: ec2.describe_images(Owners=["self"], Filters=named)["Images"], lambda images: images == [found])
    ok("an image is registered, found by name, and holds its snapshot")
    return image, snapshot, blocks


def check_copy(image, blocks):
    away = client("ec2", AWAY)
    copy = away.copy_image(Name="judge image", SourceImageId=image, SourceRegion=HOME, ClientToken="judge-copy")["ImageId"]
    again = away.copy_image(Name="judge image", SourceImageId=image, SourceRegion=HOME, ClientToken="judge-copy")["ImageId"]
    assert copy == again, "the client token was not remembered"
    refused(
        "IdempotentParameterMismatch", 400,
        lambda: away.copy_image(Name="other", SourceImageId=image, SourceRegion=HOME, ClientToken="judge-copy"),
    )
    pending = eventually(lambda: away.describe_images(ImageIds=[copy])["Images"][0])
    assert pending["State"] == "pending" and "SnapshotId" not in pending["BlockDeviceMappings"][0]["Ebs"], pending
    everyone = {"Add": [{"Group": "all"}]}
    def share():
        return away.modify_image_attribute(ImageId=copy, LaunchPermission=everyone)

    eventually_refused(share, "InvalidAMIID.Unavailable")
    found = available(away, copy)
    assert "Tags" not in found or found["Tags"] == [], found
    assert found["SourceImageId"] == image and found["SourceImageRegion"] == HOME, found
    snapshot = root_snapshot(found)
    completed(away, snapshot)
    described = away.describe_snapshots(SnapshotIds=[snapshot])["Snapshots"][0]
    assert described["OwnerId"] == PUBLISHER and not described.get("Tags"), described
    assert read_back(client("ebs", AWAY), snapshot) == blocks
    ok("a copy is pending first, carries the bytes, and forgets tags and permissions")
    return copy, snapshot


def eventually_refused(call, code):
    try:
        eventually(call)
    except ClientError as caught:
        assert caught.response["Error"]["Code"] == code, caught
        return
    raise AssertionError(f"not refused with {code}")


def check_sharing(copy, snapshot):
    away, stranger = client("ec2", AWAY), client("ec2", AWAY, stranger=True)
    refused("InvalidAMIID.NotFound", 400, lambda: stranger.describe_images(ImageIds=[copy]))
    refused("InvalidAMIID.NotFound", 400, lambda: stranger.deregister_image(ImageId=copy))
    away.modify_image_attribute(ImageId=copy, LaunchPermission={"Add": [{"UserId": STRANGER}, {"OrganizationArn": ORGANIZATION}]})
    permissions = away.describe_image_attribute(ImageId=copy, Attribute="launchPermission")["LaunchPermissions"]
    assert {"UserId": STRANGER} in permissions and {"OrganizationArn": ORGANIZATION} in permissions, permissions
    assert stranger.describe_images(ImageIds=[copy])["Images"][0]["OwnerId"] == PUBLISHER
    assert stranger.describe_images(ExecutableUsers=["self"])["Images"][0]["ImageId"] == copy
    refused("AuthFailure", 403, lambda: stranger.modify_image_attribute(ImageId=copy, LaunchPermission={"Add": [{"Group": "all"}]}))
    refused(
        "InvalidRequest", 400,
        lambda: stranger.copy_image(Name="mine", SourceImageId=copy, SourceRegion=AWAY),
        "permission to access the storage",
    )
    refused(
        "InvalidUserID.Malformed", 400,
        lambda: away.modify_snapshot_attribute(SnapshotId=snapshot, CreateVolumePermission={"Add": [{"UserId": ORGANIZATION}]}),
    )
    away.modify_snapshot_attribute(SnapshotId=snapshot, Attribute="createVolumePermission", OperationType="add", UserIds=[STRANGER])
    mine = stranger.copy_image(Name="mine", SourceImageId=copy, SourceRegion=AWAY)["ImageId"]
    copied = available(stranger, mine)
    assert copied["OwnerId"] == STRANGER, copied
    volume = stranger.create_volume(SnapshotId=snapshot, AvailabilityZone=AWAY + "a")["VolumeId"]
    stranger.delete_volume(VolumeId=volume)
    eventually(lambda: stranger.deregister_image(ImageId=mine, DeleteAssociatedSnapshots=True))
    away.modify_image_attribute(ImageId=copy, LaunchPermission={"Remove": [{"UserId": STRANGER}, {"OrganizationArn": ORGANIZATION}]})
    refused("InvalidAMIID.NotFound", 400, lambda: stranger.describe_images(ImageIds=[copy]))
    ok("sharing is seen, used and taken back from another account")


def check_public(copy):
    away, stranger = client("ec2", AWAY), client("ec2", AWAY, stranger=True)
    away.enable_image_block_public_access(ImageBlockPublicAccessState="block-new-sharing")
    def state():
        return away.get_image_block_public_access_state()["ImageBlockPublicAccessState"]

    assert state() == "unblocked", "the change is seen at once"
    eventually(state, lambda seen: seen == "block-new-sharing")
    everyone = {"LaunchPermission": {"Add": [{"Group": "all"}]}, "ImageId": copy}
    refused("OperationNotPermitted", 400, lambda: away.modify_image_attribute(**everyone), "block public access")
    away.disable_image_block_public_access()
    eventually(state, lambda seen: seen == "unblocked")
    away.modify_image_attribute(**everyone)
    seen = stranger.describe_images(Owners=[PUBLISHER], Filters=[{"Name": "is-public", "Values": ["true"]}])["Images"]
    assert [image["ImageId"] for image in seen] == [copy], seen
    created = datetime.datetime.fromisoformat(seen[0]["CreationDate"].replace("Z", "+00:00"))
    deprecated = datetime.datetime.fromisoformat(seen[0]["DeprecationTime"].replace("Z", "+00:00"))
    assert 729 <= (deprecated - created).days <= 731, (created, deprecated)
    quota = client("service-quotas", AWAY).get_service_quota(ServiceCode="ec2", QuotaCode="L-0E3CBAB9")["Quota"]
    assert quota["Value"] == 5.0, quota
    launched = stranger.run_instances(ImageId=copy, MinCount=1, MaxCount=1, InstanceType="t3.micro")["Instances"][0]
    started = {"InstanceIds": [launched["InstanceId"]], "WaiterConfig": {"Delay": 1}}
    stranger.get_waiter("instance_running").wait(**started)
    stranger.terminate_instances(InstanceIds=[launched["InstanceId"]])
    stranger.get_waiter("instance_terminated").wait(**started)
    attribute = away.describe_image_attribute(ImageId=copy, Attribute="lastLaunchedTime")
    assert attribute["LastLaunchedTime"]["Value"], attribute
    ok("block public access, public images, their two years, and launches by others")


def check_parameters(image):
    ssm = client("ssm")
    ssm.put_parameter(Name="/demo/latest", Value=image, Type="String", DataType="aws:ec2:image", Tags=[{"Key": "a", "Value": "b"}])
    def value():
        try:
            return ssm.get_parameter(Name="/demo/latest")["Parameter"]["Value"]
        except ssm.exceptions.ParameterNotFound:
            return None

    assert eventually(value, lambda got: got is not None) == image
    refused("ParameterAlreadyExists", 400, lambda: ssm.put_parameter(Name="/demo/latest", Value=image, Type="String"))
    ssm.put_parameter(Name="/demo/latest", Value="ami-0123456789abcdef0", Overwrite=True, DataType="aws:ec2:image")
    time.sleep(1)
    assert value() == image, "a parameter points to an image that does not exist"
    ssm.put_parameter(Name="/demo/text", Value="x", Type="String")
    names = [p["Name"] for page in ssm.get_paginator("get_parameters_by_path").paginate(Path="/demo") for p in page["Parameters"]]
    assert names == ["/demo/latest", "/demo/text"], names
    tags = ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId="/demo/latest")["TagList"]
    assert tags == [{"Key": "a", "Value": "b"}], tags
    ssm.delete_parameters(Names=names)
    ok("parameters that point to images are checked afterwards")


def check_removal(image, snapshot, copy, copied):
    ec2, away = client("ec2"), client("ec2", AWAY)
    ec2.deregister_image(ImageId=image)
    refused("InvalidAMIID.NotFound", 400, lambda: ec2.describe_images(ImageIds=[image]))
    assert ec2.describe_snapshots(SnapshotIds=[snapshot])["Snapshots"], "deregistering took the snapshot along"
    ec2.delete_snapshot(SnapshotId=snapshot)
    results = away.deregister_image(ImageId=copy, DeleteAssociatedSnapshots=True)["DeleteSnapshotResults"]
    assert results == [{"SnapshotId": copied, "ReturnCode": "success"}], results
    for one in (ec2, away):
        assert one.describe_images(Owners=["self"])["Images"] == []
        assert one.describe_snapshots(OwnerIds=["self"])["Snapshots"] == []
    try:
        ec2.get_waiter("image_exists").wait(ImageIds=[image], WaiterConfig={"Delay": 0, "MaxAttempts": 1})
        raise AssertionError("a deregistered image exists")
    except WaiterError:
        pass
    ok("deregistering leaves the snapshot unless asked; in the end nothing is left")


def main():
    check_regions()
    check_strictness()
    check_ended_uploads()
    image, snapshot, blocks = check_publishing()
    copy, copied = check_copy(image, blocks)
    check_sharing(copy, copied)
    check_public(copy)
    check_parameters(image)
    check_removal(image, snapshot, copy, copied)


main()
