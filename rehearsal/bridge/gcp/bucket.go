package gcp

import (
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// Facts of this file: hashicorp/terraform-provider-google-beta google-beta/services/storage/resource_storage_bucket.go,
// version 6 and later, read 2026-11-28. Left out: what a place for archives does not need (lifecycle rules, websites,
// retention, logging, encryption keys, dual regions).

func bucket() *schema.Resource {
	location, class := required(), text()
	location.StateFunc = func(given any) string { return strings.ToUpper(given.(string)) }
	class.Default = "STANDARD"
	force := flag()
	force.Default = false
	one := func(of *schema.Schema, fields map[string]*schema.Schema) *schema.Schema {
		of.MaxItems, of.Elem = 1, &schema.Resource{Schema: fields}
		return of
	}
	hierarchical := replacing(&schema.Schema{Type: schema.TypeList, Optional: true})
	hierarchical.DiffSuppressFunc = func(key, before, after string, d *schema.ResourceData) bool {
		enabled, _ := d.GetChange("hierarchical_namespace.0.enabled")
		return key == "hierarchical_namespace.#" && before == "1" && after == "0" && !enabled.(bool)
	}
	return &schema.Resource{
		Create:   createBucket,                                  //nolint:staticcheck // without a context, as the provider
		Read:     readBucket,                                    //nolint:staticcheck
		Update:   updateBucket,                                  //nolint:staticcheck
		Delete:   deleteBucket,                                  //nolint:staticcheck
		Importer: &schema.ResourceImporter{State: importBucket}, //nolint:staticcheck
		Timeouts: &schema.ResourceTimeout{
			Create: schema.DefaultTimeout(10 * time.Minute),
			Read:   schema.DefaultTimeout(4 * time.Minute),
			Update: schema.DefaultTimeout(4 * time.Minute),
		},
		CustomizeDiff: planLabels,
		SchemaVersion: 3,
		UseJSONNumber: true,
		Schema: withLabelSchema(map[string]*schema.Schema{
			"default_event_based_hold": flag(),
			"force_destroy":            force,
			"hierarchical_namespace": one(hierarchical, map[string]*schema.Schema{
				"enabled": {Type: schema.TypeBool, Required: true, ForceNew: true},
			}),
			"location":                 location,
			"name":                     required(),
			"project":                  replacing(either(schema.TypeString)),
			"project_number":           computed(schema.TypeInt),
			"public_access_prevention": either(schema.TypeString),
			"requester_pays":           flag(),
			"rpo":                      either(schema.TypeString),
			"self_link":                computed(schema.TypeString),
			"soft_delete_policy": one(either(schema.TypeList), map[string]*schema.Schema{
				"effective_time":             computed(schema.TypeString),
				"retention_duration_seconds": {Type: schema.TypeInt, Optional: true, Default: 604800},
			}),
			"storage_class":               class,
			"time_created":                computed(schema.TypeString),
			"uniform_bucket_level_access": either(schema.TypeBool),
			"updated":                     computed(schema.TypeString),
			"url":                         computed(schema.TypeString),
			"versioning": one(either(schema.TypeList), map[string]*schema.Schema{
				"enabled": {Type: schema.TypeBool, Required: true},
			}),
		}),
	}
}
