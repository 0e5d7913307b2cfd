package aws

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// Facts of this file: hashicorp/terraform-provider-aws internal/service/ec2/ec2_ami.go, version 6, read 2026-11-28. Read,
// update and delete are the same for images that were registered and for those that were copied.

// completeImage is what follows RegisterImage and CopyImage: tags, the wait, the deprecation date, the first read.
func completeImage(ctx context.Context, d *schema.ResourceData, meta any, creating string) diag.Diagnostics {
	conn := meta.(*session).ec2(d.Get("region").(string))
	if err := createTags(ctx, conn, d.Id(), tagsIn(d)); err != nil {
		return diag.Errorf("setting EC2 AMI (%s) tags: %s", d.Id(), err)
	}
	if _, err := waitAvailable(ctx, conn, d.Id(), d.Timeout(schema.TimeoutCreate)); err != nil {
		return diag.Errorf("%s: waiting for completion: %s", creating, err)
	}
	if at, ok := d.GetOk("deprecation_time"); ok {
		if err := deprecate(ctx, conn, d.Id(), at.(string)); err != nil {
			return diag.Errorf("%s: %s", creating, err)
		}
	}
	return readImage(ctx, d, meta)
}

func readImage(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	s := meta.(*session)
	region := d.Get("region").(string)
	conn := s.ec2(region)
	image, err := findNewImage(ctx, conn, d.Id(), d.IsNewResource())
	if isNotFound(err) && !d.IsNewResource() {
		d.SetId("")
		return nil
	}
	if err != nil {
		return diag.Errorf("reading EC2 AMI (%s): %s", d.Id(), err)
	}
	if image.State == types.ImageStatePending {
		if image, err = waitAvailable(ctx, conn, d.Id(), d.Timeout(schema.TimeoutCreate)); err != nil {
			return diag.Errorf("waiting for EC2 AMI (%s) create: %s", d.Id(), err)
		}
	}
	err = setAll(d, map[string]any{
		"architecture":           string(image.Architecture),
		"arn":                    fmt.Sprintf("arn:%s:ec2:%s::image/%s", partitionOf(region), region, d.Id()),
		"boot_mode":              string(image.BootMode),
		"deprecation_time":       image.DeprecationTime,
		"description":            image.Description,
		"ebs_block_device":       ebsDevices(image.BlockDeviceMappings),
		"ena_support":            image.EnaSupport,
		"ephemeral_block_device": ephemeralDevices(image.BlockDeviceMappings),
		"hypervisor":             string(image.Hypervisor),
		"image_location":         image.ImageLocation,
		"image_owner_alias":      image.ImageOwnerAlias,
		"image_type":             string(image.ImageType),
		"imds_support":           string(image.ImdsSupport),
		"kernel_id":              image.KernelId,
		"last_launched_time":     image.LastLaunchedTime,
		"name":                   image.Name,
		"owner_id":               image.OwnerId,
		"platform":               string(image.Platform),
		"platform_details":       image.PlatformDetails,
		"public":                 image.Public,
		"ramdisk_id":             image.RamdiskId,
		"region":                 region,
		"root_device_name":       image.RootDeviceName,
		"root_snapshot_id":       rootSnapshot(image),
		"sriov_net_support":      image.SriovNetSupport,
		"tpm_support":            string(image.TpmSupport),
		"usage_operation":        image.UsageOperation,
		"virtualization_type":    string(image.VirtualizationType),
	})
	if err != nil {
		return diag.FromErr(err)
	}
	// The provider asks for the UEFI data of an instance by the image's id, and takes no notice of the refusal.
	asked := &ec2.GetInstanceUefiDataInput{InstanceId: aws.String(d.Id())}
	if uefi, err := conn.GetInstanceUefiData(ctx, asked); err == nil {
		_ = d.Set("uefi_data", uefi.UefiData)
	}
	return setTags(d, s, ec2Tags(image.Tags))
}

func updateImage(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	conn := meta.(*session).ec2(d.Get("region").(string))
	if err := updateTags(ctx, conn, d); err != nil {
		return diag.Errorf("updating tags for EC2 (Elastic Compute Cloud) AMI (%s): %s", d.Id(), err)
	}
	updating := fmt.Sprintf("updating EC2 AMI (%s)", d.Id())
	if d.HasChange("description") {
		if err := describe(ctx, conn, d.Id(), d.Get("description").(string)); err != nil {
			return diag.Errorf("%s: %s", updating, err)
		}
	}
	if d.HasChange("deprecation_time") {
		change := endDeprecation
		if at := d.Get("deprecation_time").(string); at != "" {
			change = func(ctx context.Context, conn *ec2.Client, id string) error { return deprecate(ctx, conn, id, at) }
		}
		if err := change(ctx, conn, d.Id()); err != nil {
			return diag.Errorf("%s: %s", updating, err)
		}
	}
	return readImage(ctx, d, meta)
}

// deleteImage deregisters, deletes the snapshots at once if they are the image's own, and waits until the image is gone. A
// refused snapshot (AWS still holds it for the image) is not tried again: the image is gone from AWS and stays in the state.
func deleteImage(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	conn := meta.(*session).ec2(d.Get("region").(string))
	_, err := conn.DeregisterImage(ctx, &ec2.DeregisterImageInput{ImageId: aws.String(d.Id())})
	if hasCode(err, "InvalidAMIID.NotFound", "InvalidAMIID.Unavailable") {
		return nil
	}
	if err != nil {
		return diag.Errorf("deregistering EC2 AMI (%s): %s", d.Id(), err)
	}
	if d.Get("manage_ebs_snapshots").(bool) {
		var refused []string
		for _, element := range d.Get("ebs_block_device").(*schema.Set).List() {
			snapshot := element.(map[string]any)["snapshot_id"].(string)
			if snapshot == "" {
				continue
			}
			if _, err := conn.DeleteSnapshot(ctx, &ec2.DeleteSnapshotInput{SnapshotId: aws.String(snapshot)}); err != nil {
				refused = append(refused, fmt.Sprintf("%s: %s", snapshot, err))
			}
		}
		if len(refused) > 0 {
			return diag.Errorf("Errors while deleting associated EBS snapshots:\n%s\n"+
				"These are no longer managed by Terraform and must be deleted manually.", strings.Join(refused, "\n"))
		}
	}
	if err := waitDeleted(ctx, conn, d.Id(), d.Timeout(schema.TimeoutDelete)); err != nil {
		return diag.Errorf("waiting for EC2 AMI (%s) delete: %s", d.Id(), err)
	}
	return nil
}
