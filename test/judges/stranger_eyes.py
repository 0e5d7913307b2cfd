"""A publisher's images as a caller unrelated to it sees them, with the clouds' own Python clients.

Run by test/e2e/strangers.test.ts. The one argument is JSON: the images and names to look for. Prints JSON:
those that were seen.
"""

import json
import os
import sys
import time

import boto3
from azure.core.credentials import AccessToken
from azure.core.exceptions import ResourceNotFoundError
from azure.mgmt.compute import ComputeManagementClient
from botocore.exceptions import ClientError
from google.api_core import exceptions
from google.api_core.client_options import ClientOptions
from google.cloud import compute_v1
from google.oauth2.credentials import Credentials

ABSENT = {"InvalidAMIID.NotFound", "InvalidSnapshot.NotFound", "AuthFailure", "InvalidAMIID.Unavailable"}


class Token:
    def get_token(self, *_scopes, **_options):
        return AccessToken(os.environ["STRANGER_AZURE_TOKEN"], int(time.time()) + 3600)


def on_aws(wanted):
    seen = []
    for region, things in wanted.items():
        client = boto3.client(
            "ec2",
            region_name=region,
            aws_access_key_id=os.environ["STRANGER_AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=os.environ["STRANGER_AWS_SECRET_ACCESS_KEY"],
        )
        for name, (image, snapshot) in things.items():
            for what, call, ids in (
                ("image", client.describe_images, {"ImageIds": [image]}),
                ("snapshot", client.describe_snapshots, {"SnapshotIds": [snapshot]}),
            ):
                try:
                    call(**ids)
                    seen.append(f"{name} {what} {region}")
                except ClientError as error:
                    if error.response["Error"]["Code"] not in ABSENT:
                        raise
    return sorted(seen)


def on_google(wanted):
    images = compute_v1.ImagesClient(
        credentials=Credentials(os.environ["STRANGER_GCP_TOKEN"]),
        client_options=ClientOptions(api_endpoint=os.environ["STORAGE_EMULATOR_HOST"]),
    )
    seen = []
    for name, image in wanted["images"].items():
        try:
            found = images.get(project=wanted["project"], image=image)
            seen.append(f"{name} {found.deprecated.state or 'ACTIVE'}")
        except (exceptions.Forbidden, exceptions.NotFound):
            pass
    try:
        newest = images.get_from_family(project=wanted["project"], family=wanted["family"]).name
    except (exceptions.Forbidden, exceptions.NotFound):
        newest = None
    return {"images": sorted(seen), "family": newest}


def on_azure(wanted):
    endpoint = os.environ["AZURE_RESOURCE_MANAGER_ENDPOINT"]
    client = ComputeManagementClient(
        Token(),
        os.environ["STRANGER_AZURE_SUBSCRIPTION_ID"],
        base_url=endpoint,
        credential_scopes=[endpoint + "/.default"],
    )
    seen = {}
    for region in wanted["regions"]:
        try:
            listed = client.community_gallery_image_versions.list(region, wanted["gallery"], wanted["definition"])
            versions = {version.name: version.properties.exclude_from_latest for version in listed}
        except ResourceNotFoundError:
            versions = {}
        latest = [name for name, excluded in versions.items() if not excluded]
        seen[region] = {
            "versions": sorted(versions),
            "latest": max(latest, key=lambda name: [int(part) for part in name.split(".")], default=None),
        }
    return seen


asked = json.loads(sys.argv[1])
print(json.dumps({"aws": on_aws(asked["aws"]), "gcp": on_google(asked["gcp"]), "azure": on_azure(asked["azure"])}))
