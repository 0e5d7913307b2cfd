package gcp

import (
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/customdiff"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/validation"
)

// Facts of this file: hashicorp/terraform-provider-google-beta google-beta/services/compute/resource_compute_image.go, version
// 7, read 2026-11-28. Encryption keys are left out. Everything but the labels replaces.

var guestOSFeatures = []string{
	"MULTI_IP_SUBNET", "SECURE_BOOT", "SEV_CAPABLE", "UEFI_COMPATIBLE", "VIRTIO_SCSI_MULTIQUEUE", "WINDOWS", "GVNIC", "IDPF",
	"SEV_LIVE_MIGRATABLE", "SEV_SNP_CAPABLE", "SUSPEND_RESUME_COMPATIBLE", "TDX_CAPABLE", "SEV_LIVE_MIGRATABLE_V2",
	"SNP_SVSM_CAPABLE",
}

func computed(kind schema.ValueType) *schema.Schema {
	return &schema.Schema{Type: kind, Computed: true}
}

func replacing(of *schema.Schema) *schema.Schema {
	of.ForceNew = true
	return of
}

func required() *schema.Schema {
	return &schema.Schema{Type: schema.TypeString, Required: true, ForceNew: true}
}

// either is given by the program or chosen by the cloud.
func either(kind schema.ValueType) *schema.Schema {
	return &schema.Schema{Type: kind, Optional: true, Computed: true}
}

func link(of *schema.Schema) *schema.Schema {
	of.DiffSuppressFunc = sameLink
	return of
}

// sameLink: two links are the same that have the same path from `projects/` on, or end in the name that was given.
func sameLink(_, before, after string, _ *schema.ResourceData) bool {
	if !strings.Contains(after, "/") && before[strings.LastIndex(before, "/")+1:] == after {
		return true
	}
	_, one, ok := strings.Cut(before, "projects/")
	_, other, also := strings.Cut(after, "projects/")
	return ok && also && one == other
}

func guestOSFeature() *schema.Resource {
	kind := required()
	kind.ValidateFunc = validation.StringInSlice(guestOSFeatures, false)
	return &schema.Resource{Schema: map[string]*schema.Schema{"type": kind}}
}

func secureBootKeys(max int) *schema.Schema {
	return &schema.Schema{
		Type: schema.TypeList, Optional: true, ForceNew: true, MaxItems: max,
		Elem: &schema.Resource{Schema: map[string]*schema.Schema{"content": required(), "file_type": replacing(text())}},
	}
}

func image() *schema.Resource {
	licenses, locations := replacing(either(schema.TypeList)), replacing(either(schema.TypeList))
	licenses.Elem = link(&schema.Schema{Type: schema.TypeString})
	locations.Elem = &schema.Schema{Type: schema.TypeString}
	features := replacing(either(schema.TypeSet))
	features.Elem = guestOSFeature()
	secureBoot := replacing(either(schema.TypeList))
	secureBoot.MaxItems = 1
	secureBoot.Elem = &schema.Resource{Schema: map[string]*schema.Schema{
		"dbs": secureBootKeys(0), "dbxs": secureBootKeys(0), "keks": secureBootKeys(0), "pk": secureBootKeys(1),
	}}
	container := replacing(text())
	container.Default, container.ValidateFunc = "TAR", validation.StringInSlice([]string{"TAR", ""}, false)
	deletion := text()
	deletion.Default = "DELETE"
	return &schema.Resource{
		Create:   createImage,                                  //nolint:staticcheck // without a context, as the provider
		Read:     readImage,                                    //nolint:staticcheck
		Update:   updateImage,                                  //nolint:staticcheck
		Delete:   deleteImage,                                  //nolint:staticcheck
		Importer: &schema.ResourceImporter{State: importImage}, //nolint:staticcheck
		Timeouts: &schema.ResourceTimeout{
			Create: schema.DefaultTimeout(20 * time.Minute),
			Update: schema.DefaultTimeout(20 * time.Minute),
			Delete: schema.DefaultTimeout(20 * time.Minute),
		},
		CustomizeDiff: customdiff.All(planLabels, planProject),
		UseJSONNumber: true,
		Schema: withLabelSchema(map[string]*schema.Schema{
			"archive_size_bytes": computed(schema.TypeInt),
			"creation_timestamp": computed(schema.TypeString),
			"deletion_policy":    deletion,
			"description":        replacing(text()),
			"disk_size_gb":       replacing(either(schema.TypeInt)),
			"family":             replacing(text()),
			"guest_os_features":  features,
			"label_fingerprint":  computed(schema.TypeString),
			"licenses":           licenses,
			"name":               required(),
			"project":            replacing(either(schema.TypeString)),
			"raw_disk": {
				Type: schema.TypeList, Optional: true, ForceNew: true, MaxItems: 1,
				Elem: &schema.Resource{Schema: map[string]*schema.Schema{
					"container_type": container, "sha1": replacing(text()), "source": required(),
				}},
			},
			"self_link":                       computed(schema.TypeString),
			"shielded_instance_initial_state": secureBoot,
			"source_disk":                     link(replacing(text())),
			"source_image":                    link(replacing(text())),
			"source_snapshot":                 link(replacing(text())),
			"storage_locations":               locations,
		}),
	}
}
