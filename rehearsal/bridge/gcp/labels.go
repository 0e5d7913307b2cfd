package gcp

import (
	"context"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// Facts of this file: hashicorp/terraform-provider-google-beta google-beta/tpgresource/labels.go, version 7, with the label
// of pulumi-gcp's patches, read 2026-11-28.

const (
	attributionKey   = "goog-pulumi-provisioned"
	attributionValue = "true"
)

func withLabelSchema(of map[string]*schema.Schema) map[string]*schema.Schema {
	all, managed := textMap(), textMap()
	all.Optional, all.Computed = false, true
	managed.Optional, managed.Computed = false, true
	of["labels"], of["terraform_labels"], of["effective_labels"] = textMap(), managed, all
	return of
}

// planLabels plans `terraform_labels`, the program's own and the provider's, and `effective_labels`, those and what others
// put on the object.
func planLabels(_ context.Context, d *schema.ResourceDiff, meta any) error {
	if !d.GetRawPlan().GetAttr("labels").IsWhollyKnown() {
		if err := d.SetNewComputed("terraform_labels"); err != nil {
			return err
		}
		return d.SetNewComputed("effective_labels")
	}
	s := meta.(*session)
	managed := map[string]string{}
	for key, value := range s.defaultLabels {
		managed[key] = value
	}
	if s.attribution {
		_, labeled := d.Get("effective_labels").(map[string]any)[attributionKey]
		if labeled || s.always || d.Id() == "" {
			managed[attributionKey] = attributionValue
		}
	}
	for key, value := range d.Get("labels").(map[string]any) {
		managed[key] = value.(string)
	}
	if err := d.SetNew("terraform_labels", managed); err != nil {
		return err
	}
	before, after := d.GetChange("terraform_labels")
	effective := d.Get("effective_labels").(map[string]any)
	for key, value := range after.(map[string]any) {
		effective[key] = value
	}
	for key := range before.(map[string]any) {
		if _, kept := after.(map[string]any)[key]; !kept {
			delete(effective, key)
		}
	}
	return d.SetNew("effective_labels", effective)
}

// readLabels sets what was found: all of it, and of the others the keys that they manage.
func readLabels(d *schema.ResourceData, found any) error {
	labels, _ := found.(object)
	for _, name := range []string{"labels", "terraform_labels"} {
		of := map[string]any{}
		for key := range d.Get(name).(map[string]any) {
			of[key] = labels[key]
		}
		if err := d.Set(name, of); err != nil {
			return err
		}
	}
	return d.Set("effective_labels", labels)
}

// planProject takes the provider's project where the program names none.
func planProject(_ context.Context, d *schema.ResourceDiff, meta any) error {
	if given := d.GetRawConfig().GetAttr("project"); !given.IsNull() || d.Get("project") == meta.(*session).project {
		return nil
	}
	if project := meta.(*session).project; project != "" {
		return d.SetNew("project", project)
	}
	return nil
}
