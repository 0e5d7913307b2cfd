"""Verifies a record with securesystemslib (DSSE) and reads it with in-toto's own model, which rejects unknown members:
python3 record_judge.py RECORD PUBLIC_KEY"""

import base64
import copy
import json
import sys

import in_toto_attestation.v1.resource_descriptor_pb2 as descriptor_pb
import in_toto_attestation.v1.statement_pb2 as statement_pb
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from google.protobuf import json_format
from in_toto_attestation.v1.statement import Statement
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey


def envelope_of(bundle, keyid):
    """sigstore writes protobuf's JSON: base64 as in DSSE, and the key beside the signature."""
    dsse = copy.deepcopy(bundle["dsseEnvelope"])
    for signature in dsse["signatures"]:
        signature["keyid"] = keyid
    return Envelope.from_dict(dsse)


def flip(text, at):
    data = bytearray(base64.b64decode(text))
    data[at % len(data)] ^= 1
    return base64.b64encode(bytes(data)).decode()


def refused(bundle, key):
    try:
        envelope_of(bundle, key.keyid).verify([key], 1)
    except VerificationError:
        return
    raise AssertionError("a changed record was accepted")


def read_strictly(payload):
    """Statement v1, each member of the type in the specification, and no other members; every cloud object is a subject."""
    parsed = json_format.Parse(payload, statement_pb.Statement())
    Statement.copy_from_pb(parsed).validate()
    held = {subject.uri: subject.digest["sha256"] for subject in parsed.subject if subject.uri}
    disks = {subject.digest["sha256"] for subject in parsed.subject if subject.name}
    assert disks and set(held.values()) <= disks, parsed.subject
    objects = json_format.MessageToDict(parsed.predicate)["objects"]
    assert objects, "no cloud object"
    for thing in objects:
        descriptor = json_format.ParseDict(thing, descriptor_pb.ResourceDescriptor())
        assert descriptor.uri.startswith(descriptor.annotations["cloud"] + ":"), thing
        assert descriptor.uri in held, thing


def main():
    record, public = sys.argv[1:]
    with open(record, encoding="utf-8") as file:
        bundle = json.load(file)
    with open(public, "rb") as file:
        key = SSlibKey.from_crypto(load_pem_public_key(file.read()))

    envelope = envelope_of(bundle, key.keyid)
    accepted = envelope.verify([key], 1)
    assert list(accepted) == [key.keyid], accepted
    assert envelope.payload_type == "application/vnd.in-toto+json", envelope.payload_type
    statement = json.loads(envelope.payload)
    assert statement["_type"] == "https://in-toto.io/Statement/v1", statement["_type"]
    assert statement["predicateType"] == "https://imprimatur.dev/publication/v1", statement["predicateType"]
    assert all(len(subject["digest"]["sha256"]) == 64 for subject in statement["subject"])

    read_strictly(envelope.payload)
    for at in (0, 100, 1000, -1):
        changed = copy.deepcopy(bundle)
        changed["dsseEnvelope"]["payload"] = flip(changed["dsseEnvelope"]["payload"], at)
        refused(changed, key)
    for at in range(len(base64.b64decode(bundle["dsseEnvelope"]["signatures"][0]["sig"]))):
        changed = copy.deepcopy(bundle)
        signature = changed["dsseEnvelope"]["signatures"][0]
        signature["sig"] = flip(signature["sig"], at)
        refused(changed, key)
    print("ok")


main()
