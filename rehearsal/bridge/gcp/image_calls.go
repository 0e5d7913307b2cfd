package gcp

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// Facts of this file: as image.go.

func imagePath(d *schema.ResourceData, s *session) (project, path string) {
	project = projectOf(d, s)
	return project, fmt.Sprintf("projects/%s/global/images/%v", project, d.Get("name"))
}

func projectOf(d *schema.ResourceData, s *session) string {
	if given := d.Get("project").(string); given != "" {
		return given
	}
	return s.project
}

// createImage sends what is not empty. An operation that fails leaves nothing in the state.
func createImage(d *schema.ResourceData, meta any) error {
	s := meta.(*session)
	project, path := imagePath(d, s)
	timeout := d.Timeout(schema.TimeoutCreate)
	operation, err := s.send("POST", fmt.Sprintf("%sprojects/%s/global/images", s.compute, project), imageBody(d), timeout)
	if err != nil {
		return fmt.Errorf("Error creating Image: %w", err)
	}
	d.SetId(path)
	if err := s.wait(operation, project, "Creating Image", timeout); err != nil {
		d.SetId("")
		return fmt.Errorf("Error waiting to create Image: %w", err)
	}
	return readImage(d, meta)
}

func imageBody(d *schema.ResourceData) object {
	body := object{"name": d.Get("name")}
	for field, name := range map[string]string{
		"description": "description", "family": "family", "sourceDisk": "source_disk", "sourceImage": "source_image",
		"sourceSnapshot": "source_snapshot",
	} {
		if value := d.Get(name).(string); value != "" {
			body[field] = value
		}
	}
	if size := d.Get("disk_size_gb").(int); size != 0 {
		body["diskSizeGb"] = size
	}
	for field, name := range map[string]string{"licenses": "licenses", "storageLocations": "storage_locations"} {
		if list := d.Get(name).([]any); len(list) > 0 {
			body[field] = list
		}
	}
	if features := d.Get("guest_os_features").(*schema.Set).List(); len(features) > 0 {
		body["guestOsFeatures"] = features
	}
	if labels := d.Get("effective_labels").(map[string]any); len(labels) > 0 {
		body["labels"] = labels
	}
	if disks := d.Get("raw_disk").([]any); len(disks) > 0 && disks[0] != nil {
		given := disks[0].(map[string]any)
		disk := object{"source": given["source"], "containerType": given["container_type"]}
		if sha1 := given["sha1"].(string); sha1 != "" {
			disk["sha1Checksum"] = sha1
		}
		body["rawDisk"] = disk
	}
	if states := d.Get("shielded_instance_initial_state").([]any); len(states) > 0 && states[0] != nil {
		body["shieldedInstanceInitialState"] = secureBootBody(states[0].(map[string]any))
	}
	return body
}

func secureBootBody(given map[string]any) object {
	body := object{}
	for name, value := range given {
		var keys []any
		for _, one := range value.([]any) {
			key := object{"content": one.(map[string]any)["content"]}
			if kind := one.(map[string]any)["file_type"]; kind != "" {
				key["fileType"] = kind
			}
			keys = append(keys, key)
		}
		if len(keys) == 0 {
			continue
		}
		if name == "pk" {
			body[name] = keys[0]
		} else {
			body[name] = keys
		}
	}
	return body
}

// secureBootState is the state's form of what Google answered, nil where it answered nothing.
func secureBootState(answer any) []any {
	found, _ := answer.(object)
	if len(found) == 0 {
		return nil
	}
	state := map[string]any{}
	for _, name := range []string{"pk", "keks", "dbs", "dbxs"} {
		list, ok := found[name].([]any)
		if one, single := found[name].(object); single {
			list, ok = []any{one}, true
		}
		if !ok {
			continue
		}
		keys := []any{}
		for _, one := range list {
			key := one.(object)
			keys = append(keys, map[string]any{"content": key["content"], "file_type": key["fileType"]})
		}
		state[name] = keys
	}
	return []any{state}
}

// readImage keeps `raw_disk`, which Google does not answer.
func readImage(d *schema.ResourceData, meta any) error {
	s := meta.(*session)
	project, path := imagePath(d, s)
	found, err := s.send("GET", s.compute+path, nil, 0)
	if isStatus(err, 404) {
		d.SetId("")
		return nil
	}
	if err != nil {
		return fmt.Errorf("Error when reading or editing ComputeImage %q: %w", d.Id(), err)
	}
	//nolint:staticcheck // as the provider: there is no other way to tell empty from absent
	if _, ok := d.GetOkExists("deletion_policy"); !ok {
		_ = d.Set("deletion_policy", "DELETE")
	}
	features := schema.NewSet(schema.HashResource(guestOSFeature()), nil)
	list, _ := found["guestOsFeatures"].([]any)
	for _, one := range list {
		features.Add(map[string]any{"type": one.(object)["type"]})
	}
	values := map[string]any{
		"project":                         project,
		"archive_size_bytes":              wholeNumber(found["archiveSizeBytes"]),
		"creation_timestamp":              found["creationTimestamp"],
		"description":                     found["description"],
		"disk_size_gb":                    wholeNumber(found["diskSizeGb"]),
		"family":                          found["family"],
		"guest_os_features":               features,
		"label_fingerprint":               found["labelFingerprint"],
		"licenses":                        v1Links(found["licenses"]),
		"name":                            found["name"],
		"self_link":                       v1Link(found["selfLink"]),
		"shielded_instance_initial_state": secureBootState(found["shieldedInstanceInitialState"]),
		"source_disk":                     v1Link(found["sourceDisk"]),
		"source_image":                    v1Link(found["sourceImage"]),
		"source_snapshot":                 v1Link(found["sourceSnapshot"]),
		"storage_locations":               found["storageLocations"],
	}
	for name, value := range values {
		if err := d.Set(name, value); err != nil {
			return fmt.Errorf("Error reading Image: %w", err)
		}
	}
	return readLabels(d, found["labels"])
}

// wholeNumber: 64-bit numbers come as text.
func wholeNumber(answer any) any {
	if text, ok := answer.(string); ok {
		if number, err := strconv.ParseInt(text, 10, 64); err == nil {
			return int(number)
		}
	}
	if number, ok := answer.(float64); ok {
		return int(number)
	}
	return answer
}

var apiVersion = regexp.MustCompile(`/compute/[a-zA-Z0-9]*/projects/`)

func v1Link(answer any) any {
	if text, ok := answer.(string); ok {
		return apiVersion.ReplaceAllString(text, "/compute/v1/projects/")
	}
	return answer
}

func v1Links(answer any) any {
	list, ok := answer.([]any)
	if !ok {
		return answer
	}
	links := make([]any, 0, len(list))
	for _, one := range list {
		links = append(links, v1Link(one))
	}
	return links
}

func updateImage(d *schema.ResourceData, meta any) error {
	s := meta.(*session)
	project, path := imagePath(d, s)
	d.Partial(true)
	if d.HasChange("label_fingerprint") || d.HasChange("effective_labels") {
		timeout := d.Timeout(schema.TimeoutUpdate)
		body := object{"labels": d.Get("effective_labels"), "labelFingerprint": d.Get("label_fingerprint")}
		operation, err := s.send("POST", s.compute+path+"/setLabels", body, timeout)
		if err != nil {
			return fmt.Errorf("Error updating Image %q: %w", d.Id(), err)
		}
		if err := s.wait(operation, project, "Updating Image", timeout); err != nil {
			return err
		}
	}
	d.Partial(false)
	return readImage(d, meta)
}

func deleteImage(d *schema.ResourceData, meta any) error {
	s := meta.(*session)
	switch d.Get("deletion_policy") {
	case "PREVENT":
		return errors.New(`cannot destroy ComputeImage without setting deletion_policy="DELETE" and running ` + "`terraform apply`")
	case "ABANDON":
		return nil
	}
	project, path := imagePath(d, s)
	timeout := d.Timeout(schema.TimeoutDelete)
	operation, err := s.send("DELETE", s.compute+path, nil, timeout)
	if isStatus(err, 404) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("Error when reading or editing Image: %w", err)
	}
	return s.wait(operation, project, "Deleting Image", timeout)
}

var imageIDs = []*regexp.Regexp{
	regexp.MustCompile(`^projects/(?P<project>[^/]+)/global/images/(?P<name>[^/]+)$`),
	regexp.MustCompile(`^(?P<project>[^/]+)/(?P<name>[^/]+)$`),
	regexp.MustCompile(`^(?P<name>[^/]+)$`),
}

// imageID reads an image's name, path or link; the project is "" where it is not named.
func imageID(text string) (project, name string, err error) {
	for _, form := range imageIDs {
		if match := form.FindStringSubmatch(text); match != nil {
			if at := form.SubexpIndex("project"); at >= 0 {
				project = match[at]
			}
			return project, match[form.SubexpIndex("name")], nil
		}
	}
	return "", "", fmt.Errorf("Import id %q doesn't match any of the accepted formats", text)
}

func importImage(d *schema.ResourceData, meta any) ([]*schema.ResourceData, error) {
	project, name, err := imageID(d.Id())
	if err != nil {
		return nil, err
	}
	if project == "" {
		project = meta.(*session).project
	}
	_ = d.Set("project", project)
	_ = d.Set("name", name)
	d.SetId(fmt.Sprintf("projects/%s/global/images/%s", project, name))
	return []*schema.ResourceData{d}, nil
}
