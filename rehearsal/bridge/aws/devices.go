package aws

import (
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// Facts of this file: hashicorp/terraform-provider-aws internal/service/ec2/ec2_ami.go, version 6, read 2026-11-28.

func blockDevices(d *schema.ResourceData) ([]types.BlockDeviceMapping, error) {
	var mappings []types.BlockDeviceMapping
	for _, element := range d.Get("ebs_block_device").(*schema.Set).List() {
		device := element.(map[string]any)
		snapshot, encrypted := device["snapshot_id"].(string), device["encrypted"].(bool)
		if snapshot != "" && encrypted {
			return nil, errors.New("can't set both 'snapshot_id' and 'encrypted'")
		}
		ebs := &types.EbsBlockDevice{
			DeleteOnTermination: aws.Bool(device["delete_on_termination"].(bool)),
			Iops:                number(device["iops"]),
			Throughput:          number(device["throughput"]),
			VolumeSize:          number(device["volume_size"]),
			VolumeType:          types.VolumeType(device["volume_type"].(string)),
		}
		// EC2 refuses the flag beside a snapshot, whose encryption decides.
		if snapshot != "" {
			ebs.SnapshotId = aws.String(snapshot)
		} else {
			ebs.Encrypted = aws.Bool(encrypted)
		}
		if outpost := device["outpost_arn"].(string); outpost != "" {
			ebs.OutpostArn = aws.String(outpost)
		}
		mappings = append(mappings, types.BlockDeviceMapping{DeviceName: aws.String(device["device_name"].(string)), Ebs: ebs})
	}
	for _, element := range d.Get("ephemeral_block_device").(*schema.Set).List() {
		device := element.(map[string]any)
		mappings = append(mappings, types.BlockDeviceMapping{
			DeviceName:  aws.String(device["device_name"].(string)),
			VirtualName: aws.String(device["virtual_name"].(string)),
		})
	}
	return mappings, nil
}

func number(value any) *int32 {
	if value.(int) == 0 {
		return nil
	}
	return aws.Int32(int32(value.(int)))
}

// ebsDevices are the mappings with a volume, as the state keeps them: what AWS does not say is left out.
func ebsDevices(mappings []types.BlockDeviceMapping) []any {
	var devices []any
	for _, mapping := range mappings {
		ebs := mapping.Ebs
		if ebs == nil {
			continue
		}
		device := map[string]any{"volume_type": string(ebs.VolumeType)}
		for name, value := range map[string]*string{
			"device_name": mapping.DeviceName, "outpost_arn": ebs.OutpostArn, "snapshot_id": ebs.SnapshotId,
		} {
			if value != nil {
				device[name] = *value
			}
		}
		for name, value := range map[string]*int32{
			"iops": ebs.Iops, "throughput": ebs.Throughput, "volume_size": ebs.VolumeSize,
		} {
			if value != nil {
				device[name] = int(*value)
			}
		}
		for name, value := range map[string]*bool{
			"delete_on_termination": ebs.DeleteOnTermination, "encrypted": ebs.Encrypted,
		} {
			if value != nil {
				device[name] = *value
			}
		}
		devices = append(devices, device)
	}
	return devices
}

func ephemeralDevices(mappings []types.BlockDeviceMapping) []any {
	var devices []any
	for _, mapping := range mappings {
		if mapping.Ebs == nil {
			devices = append(devices, map[string]any{
				"device_name": aws.ToString(mapping.DeviceName), "virtual_name": aws.ToString(mapping.VirtualName),
			})
		}
	}
	return devices
}

// rootSnapshot is the snapshot of the root device, or "".
func rootSnapshot(image *types.Image) string {
	for _, mapping := range image.BlockDeviceMappings {
		if mapping.Ebs != nil && aws.ToString(mapping.DeviceName) == aws.ToString(image.RootDeviceName) {
			return aws.ToString(mapping.Ebs.SnapshotId)
		}
	}
	return ""
}
