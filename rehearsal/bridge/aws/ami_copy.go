package aws

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/id"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// Facts of this file: hashicorp/terraform-provider-aws internal/service/ec2/ec2_ami_copy.go, read 2026-11-28 (its older
// version, and the parts that version 6 shares with ec2_ami.go).

func amiCopy() *schema.Resource {
	cloudText := func() *schema.Schema { return computed(schema.TypeString) }
	kmsKey := cloudText()
	kmsKey.Optional = true
	own := map[string]*schema.Schema{
		"destination_outpost_arn": text(),
		"ebs_block_device": {
			Type: schema.TypeSet, Optional: true, Computed: true, Set: hashOf("device_name", "snapshot_id"),
			Elem: &schema.Resource{Schema: map[string]*schema.Schema{
				"delete_on_termination": computed(schema.TypeBool),
				"device_name":           cloudText(),
				"encrypted":             computed(schema.TypeBool),
				"iops":                  computed(schema.TypeInt),
				"outpost_arn":           cloudText(),
				"snapshot_id":           cloudText(),
				"throughput":            computed(schema.TypeInt),
				"volume_size":           computed(schema.TypeInt),
				"volume_type":           cloudText(),
			}},
		},
		"ena_support": computed(schema.TypeBool),
		"encrypted":   withDefault(replacing(flag()), false),
		"ephemeral_block_device": {
			Type: schema.TypeSet, Optional: true, Computed: true, ForceNew: true, Set: hashOf("device_name", "virtual_name"),
			Elem: &schema.Resource{Schema: map[string]*schema.Schema{"device_name": cloudText(), "virtual_name": cloudText()}},
		},
		"kms_key_id":        replacing(kmsKey),
		"source_ami_id":     required(),
		"source_ami_region": required(),
	}
	for _, name := range []string{
		"architecture", "boot_mode", "image_location", "imds_support", "kernel_id", "ramdisk_id", "root_device_name",
		"sriov_net_support", "tpm_support", "uefi_data", "virtualization_type",
	} {
		own[name] = cloudText()
	}
	return withTags(&schema.Resource{
		CreateWithoutTimeout: copyImage,
		ReadWithoutTimeout:   readImage,
		UpdateWithoutTimeout: updateImage,
		DeleteWithoutTimeout: deleteImage,
		Importer:             importer(),
		Timeouts:             imageTimeouts,
		CustomizeDiff:        replaceInAnotherRegion,
		Schema:               imageSchema(own),
	})
}

// copyImage takes a new client token each time; the snapshot that the copy brings is deleted with it, and never tagged.
func copyImage(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	conn := meta.(*session).ec2(d.Get("region").(string))
	name, source := d.Get("name").(string), d.Get("source_ami_id").(string)
	input := &ec2.CopyImageInput{
		ClientToken:   aws.String(id.UniqueId()),
		Description:   aws.String(d.Get("description").(string)),
		Encrypted:     aws.Bool(d.Get("encrypted").(bool)),
		Name:          aws.String(name),
		SourceImageId: aws.String(source),
		SourceRegion:  aws.String(d.Get("source_ami_region").(string)),
	}
	if outpost, ok := d.GetOk("destination_outpost_arn"); ok {
		input.DestinationOutpostArn = aws.String(outpost.(string))
	}
	if key, ok := d.GetOk("kms_key_id"); ok {
		input.KmsKeyId = aws.String(key.(string))
	}
	creating := fmt.Sprintf("creating EC2 AMI (%s) from source EC2 AMI (%s)", name, source)
	made, err := conn.CopyImage(ctx, input)
	if err != nil {
		return diag.Errorf("%s: %s", creating, err)
	}
	d.SetId(aws.ToString(made.ImageId))
	_ = d.Set("manage_ebs_snapshots", true)
	return completeImage(ctx, d, meta, creating)
}
