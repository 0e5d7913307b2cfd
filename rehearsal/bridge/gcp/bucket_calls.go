package gcp

import (
	"fmt"
	"net/url"
	"time"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/retry"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// Facts of this file: as bucket.go.

func createBucket(d *schema.ResourceData, meta any) error {
	s := meta.(*session)
	body := object{
		"name": d.Get("name"), "location": d.Get("location"), "labels": d.Get("effective_labels"),
		"iamConfiguration": accessOf(d),
	}
	if class, ok := d.GetOk("storage_class"); ok {
		body["storageClass"] = class
	}
	optionalSettings(d, body, func(name string) bool { _, ok := d.GetOk(name); return ok })
	query := "b?project=" + url.QueryEscape(projectOf(d, s)) + "&prettyPrint=false"
	made, err := s.send("POST", s.storage+query, body, d.Timeout(schema.TimeoutCreate))
	if err != nil {
		return err
	}
	d.SetId(fmt.Sprint(made["id"]))
	if _, err := s.bucket(d, d.Timeout(schema.TimeoutCreate)); err != nil {
		return fmt.Errorf("Error reading bucket after creation: %w", err)
	}
	return readBucket(d, meta)
}

func accessOf(d *schema.ResourceData) object {
	access := object{"uniformBucketLevelAccess": object{"enabled": d.Get("uniform_bucket_level_access")}}
	if prevention, ok := d.GetOk("public_access_prevention"); ok {
		access["publicAccessPrevention"] = prevention
	}
	return access
}

// optionalSettings adds those that `wanted` names; a policy of 0 seconds is sent as well.
func optionalSettings(d *schema.ResourceData, body object, wanted func(string) bool) {
	first := func(name string) (map[string]any, bool) {
		if !wanted(name) {
			return nil, false
		}
		list, _ := d.Get(name).([]any)
		if len(list) == 0 || list[0] == nil {
			return nil, false
		}
		return list[0].(map[string]any), true
	}
	if policy, ok := first("soft_delete_policy"); ok {
		body["softDeletePolicy"] = object{"retentionDurationSeconds": fmt.Sprint(policy["retention_duration_seconds"])}
	}
	if versioning, ok := first("versioning"); ok {
		body["versioning"] = object{"enabled": versioning["enabled"]}
	}
	if namespace, ok := first("hierarchical_namespace"); ok {
		body["hierarchicalNamespace"] = object{"enabled": namespace["enabled"]}
	}
	if wanted("requester_pays") {
		body["billing"] = object{"requesterPays": d.Get("requester_pays")}
	}
	if wanted("default_event_based_hold") {
		body["defaultEventBasedHold"] = d.Get("default_event_based_hold")
	}
	if wanted("rpo") {
		body["rpo"] = d.Get("rpo")
	}
}

// bucket looks for a bucket until the time is over: one that is gone is looked for all that time, also by a refresh.
func (s *session) bucket(d *schema.ResourceData, timeout time.Duration) (object, error) {
	var found object
	//nolint:staticcheck // like the provider, not with a context
	err := retry.Retry(timeout, func() *retry.RetryError {
		var err error
		found, err = s.send("GET", s.storage+"b/"+d.Get("name").(string)+"?prettyPrint=false", nil, 0)
		if isStatus(err, 404) {
			return retry.RetryableError(err)
		}
		return final(err)
	})
	return found, err
}

func readBucket(d *schema.ResourceData, meta any) error {
	s := meta.(*session)
	found, err := s.bucket(d, d.Timeout(schema.TimeoutRead))
	if isStatus(err, 404) {
		d.SetId("")
		return nil
	}
	if err != nil {
		return fmt.Errorf("Error when reading or editing Storage Bucket %q: %w", d.Get("name"), err)
	}
	access, _ := found["iamConfiguration"].(object)
	uniform, _ := access["uniformBucketLevelAccess"].(object)
	billing, _ := found["billing"].(object)
	namespace, _ := found["hierarchicalNamespace"].(object)
	values := map[string]any{
		"default_event_based_hold":    found["defaultEventBasedHold"] == true,
		"hierarchical_namespace":      []any{map[string]any{"enabled": namespace["enabled"] == true}},
		"location":                    found["location"],
		"project":                     projectOf(d, s),
		"project_number":              wholeNumber(found["projectNumber"]),
		"requester_pays":              billing["requesterPays"],
		"self_link":                   found["selfLink"],
		"soft_delete_policy":          softDeleteState(found["softDeletePolicy"]),
		"storage_class":               found["storageClass"],
		"time_created":                found["timeCreated"],
		"uniform_bucket_level_access": uniform["enabled"] == true,
		"updated":                     found["updated"],
		"url":                         "gs://" + d.Get("name").(string),
		"versioning":                  enabledState(found["versioning"]),
	}
	for field, name := range map[string]string{"publicAccessPrevention": "public_access_prevention"} {
		if value, ok := access[field]; ok {
			values[name] = value
		}
	}
	if rpo, ok := found["rpo"]; ok {
		values["rpo"] = rpo
	}
	for name, value := range values {
		if err := d.Set(name, value); err != nil {
			return fmt.Errorf("Error setting %s: %w", name, err)
		}
	}
	d.SetId(fmt.Sprint(found["id"]))
	return readLabels(d, found["labels"])
}

func softDeleteState(answer any) []any {
	policy, ok := answer.(object)
	if !ok {
		return nil
	}
	return []any{map[string]any{
		"effective_time": policy["effectiveTime"], "retention_duration_seconds": wholeNumber(policy["retentionDurationSeconds"]),
	}}
}

func enabledState(answer any) []any {
	setting, ok := answer.(object)
	if !ok {
		return nil
	}
	return []any{map[string]any{"enabled": setting["enabled"] == true}}
}

// updateBucket does not read the bucket back: what it made differ shows at the next refresh.
func updateBucket(d *schema.ResourceData, meta any) error {
	s := meta.(*session)
	body := object{}
	optionalSettings(d, body, d.HasChange)
	if d.HasChange("effective_labels") {
		labels := object{}
		before, after := d.GetChange("effective_labels")
		for key := range before.(map[string]any) {
			labels[key] = nil
		}
		for key, value := range after.(map[string]any) {
			labels[key] = value
		}
		body["labels"] = labels
	}
	if d.HasChange("storage_class") {
		body["storageClass"] = d.Get("storage_class")
	}
	if d.HasChange("uniform_bucket_level_access") || d.HasChange("public_access_prevention") {
		body["iamConfiguration"] = accessOf(d)
	}
	made, err := s.send("PATCH", s.storage+"b/"+d.Get("name").(string)+"?prettyPrint=false", body, 0)
	if err != nil {
		return err
	}
	_ = d.Set("self_link", made["selfLink"])
	if _, err := s.bucket(d, d.Timeout(schema.TimeoutUpdate)); err != nil {
		return fmt.Errorf("Error reading bucket after update: %w", err)
	}
	d.SetId(fmt.Sprint(made["id"]))
	return nil
}

// deleteBucket lists the objects first, every version of them; there may be some only with `force_destroy`.
func deleteBucket(d *schema.ResourceData, meta any) error {
	s := meta.(*session)
	name := d.Get("name").(string)
	at := s.storage + "b/" + name
	for {
		listed, err := s.send("GET", at+"/o?versions=true&prettyPrint=false", nil, 0)
		if err != nil {
			break // the bucket may be empty all the same
		}
		items, _ := listed["items"].([]any)
		if len(items) == 0 {
			break
		}
		if !d.Get("force_destroy").(bool) {
			return fmt.Errorf("Error trying to delete bucket %s containing objects without `force_destroy` set to true", name)
		}
		for _, item := range items {
			of := item.(object)
			path := fmt.Sprintf("%s/o/%s?generation=%v&prettyPrint=false", at, url.PathEscape(fmt.Sprint(of["name"])), of["generation"])
			if _, err := s.send("DELETE", path, nil, 0); err != nil {
				return err
			}
		}
	}
	_, err := s.send("DELETE", at+"?prettyPrint=false", nil, time.Minute)
	return err
}

func importBucket(d *schema.ResourceData, _ any) ([]*schema.ResourceData, error) {
	_ = d.Set("name", d.Id())
	_ = d.Set("force_destroy", false)
	return []*schema.ResourceData{d}, nil
}
