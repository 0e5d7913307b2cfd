package aws

import (
	"context"
	"fmt"
	"hash/crc32"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/validation"
)

// Facts of this file: hashicorp/terraform-provider-aws internal/service/ec2/ec2_ami.go, version 6, read 2026-11-28.

var imageTimeouts = &schema.ResourceTimeout{
	Create: schema.DefaultTimeout(40 * time.Minute),
	Update: schema.DefaultTimeout(40 * time.Minute),
	Delete: schema.DefaultTimeout(90 * time.Minute),
}

func computed(kind schema.ValueType) *schema.Schema {
	return &schema.Schema{Type: kind, Computed: true}
}

func required() *schema.Schema {
	return &schema.Schema{Type: schema.TypeString, Required: true, ForceNew: true}
}

func replacing(of *schema.Schema, oneOf ...string) *schema.Schema {
	of.ForceNew = true
	if len(oneOf) > 0 {
		of.ValidateFunc = validation.StringInSlice(oneOf, false)
	}
	return of
}

func withDefault(of *schema.Schema, value any) *schema.Schema {
	of.Default = value
	return of
}

// imageSchema is what registered and copied images have in common.
func imageSchema(own map[string]*schema.Schema) map[string]*schema.Schema {
	shared := map[string]*schema.Schema{
		"arn": computed(schema.TypeString),
		"deprecation_time": {
			Type: schema.TypeString, Optional: true, ValidateFunc: validation.IsRFC3339Time,
			DiffSuppressFunc: sameMinute, DiffSuppressOnRefresh: true,
		},
		"description":          text(),
		"hypervisor":           computed(schema.TypeString),
		"image_owner_alias":    computed(schema.TypeString),
		"image_type":           computed(schema.TypeString),
		"last_launched_time":   computed(schema.TypeString),
		"manage_ebs_snapshots": computed(schema.TypeBool),
		"name":                 required(),
		"owner_id":             computed(schema.TypeString),
		"platform":             computed(schema.TypeString),
		"platform_details":     computed(schema.TypeString),
		"public":               computed(schema.TypeBool),
		"root_snapshot_id":     computed(schema.TypeString),
		"usage_operation":      computed(schema.TypeString),
	}
	for name, of := range own {
		shared[name] = of
	}
	return regional(shared)
}

func ami() *schema.Resource {
	iops, throughput := computed(schema.TypeInt), computed(schema.TypeInt)
	iops.Optional, iops.Computed = true, false
	throughput.Optional = true
	volumeSize := computed(schema.TypeInt)
	volumeSize.Optional = true
	imageLocation := computed(schema.TypeString)
	imageLocation.Optional = true
	return withTags(&schema.Resource{
		CreateWithoutTimeout: registerImage,
		ReadWithoutTimeout:   readImage,
		UpdateWithoutTimeout: updateImage,
		DeleteWithoutTimeout: deleteImage,
		Importer:             importer(),
		Timeouts:             imageTimeouts,
		CustomizeDiff:        replaceInAnotherRegion,
		Schema: imageSchema(map[string]*schema.Schema{
			"architecture": withDefault(replacing(text(), "i386", "x86_64", "arm64", "x86_64_mac", "arm64_mac"), "x86_64"),
			"boot_mode":    replacing(text(), "legacy-bios", "uefi", "uefi-preferred"),
			// Its elements are told apart by device and snapshot alone, so a change of anything else in one is no change of
			// the set: it neither replaces nor is sent.
			"ebs_block_device": {
				Type: schema.TypeSet, Optional: true, Computed: true, Set: hashOf("device_name", "snapshot_id"),
				Elem: &schema.Resource{Schema: map[string]*schema.Schema{
					"delete_on_termination": withDefault(replacing(flag()), true),
					"device_name":           required(),
					"encrypted":             replacing(flag()),
					"iops":                  replacing(iops),
					"outpost_arn":           replacing(text()),
					"snapshot_id":           replacing(text()),
					"throughput":            replacing(throughput),
					"volume_size":           replacing(volumeSize),
					"volume_type": withDefault(
						replacing(text(), "standard", "io1", "io2", "gp2", "sc1", "st1", "gp3"), "standard"),
				}},
			},
			"ena_support": replacing(flag()),
			"ephemeral_block_device": {
				Type: schema.TypeSet, Optional: true, Computed: true, ForceNew: true, Set: hashOf("device_name", "virtual_name"),
				Elem: &schema.Resource{Schema: map[string]*schema.Schema{
					"device_name":  {Type: schema.TypeString, Required: true},
					"virtual_name": {Type: schema.TypeString, Required: true},
				}},
			},
			"image_location":      replacing(imageLocation),
			"imds_support":        replacing(text(), "v2.0"),
			"kernel_id":           replacing(text()),
			"ramdisk_id":          replacing(text()),
			"root_device_name":    replacing(text()),
			"sriov_net_support":   withDefault(replacing(text()), "simple"),
			"tpm_support":         replacing(text(), "v2.0"),
			"uefi_data":           replacing(text()),
			"virtualization_type": withDefault(replacing(text(), "hvm", "paravirtual"), "paravirtual"),
		}),
	})
}

// hashOf tells the elements of a set apart by some of their fields, each followed by a dash.
func hashOf(fields ...string) schema.SchemaSetFunc {
	return func(element any) int {
		joined := ""
		for _, field := range fields {
			joined += element.(map[string]any)[field].(string) + "-"
		}
		return int(crc32.ChecksumIEEE([]byte(joined)))
	}
}

// registerImage sends `Description` and `ImageLocation` also where they are empty.
func registerImage(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	conn := meta.(*session).ec2(d.Get("region").(string))
	given := func(name string) string { return d.Get(name).(string) }
	optional := func(name string) *string {
		if value := given(name); value != "" {
			return &value
		}
		return nil
	}
	devices, err := blockDevices(d)
	if err != nil {
		return diag.FromErr(err)
	}
	made, err := conn.RegisterImage(ctx, &ec2.RegisterImageInput{
		Architecture:        types.ArchitectureValues(given("architecture")),
		BlockDeviceMappings: devices,
		BootMode:            types.BootModeValues(given("boot_mode")),
		Description:         aws.String(given("description")),
		EnaSupport:          aws.Bool(d.Get("ena_support").(bool)),
		ImageLocation:       aws.String(given("image_location")),
		ImdsSupport:         types.ImdsSupportValues(given("imds_support")),
		KernelId:            optional("kernel_id"),
		Name:                aws.String(given("name")),
		RamdiskId:           optional("ramdisk_id"),
		RootDeviceName:      aws.String(given("root_device_name")),
		SriovNetSupport:     aws.String(given("sriov_net_support")),
		TpmSupport:          types.TpmSupportValues(given("tpm_support")),
		UefiData:            optional("uefi_data"),
		VirtualizationType:  aws.String(given("virtualization_type")),
	})
	creating := fmt.Sprintf("creating EC2 AMI (%s)", given("name"))
	if err != nil {
		return diag.Errorf("%s: %s", creating, err)
	}
	d.SetId(aws.ToString(made.ImageId))
	return completeImage(ctx, d, meta, creating)
}
