package gcp

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// Facts of this file: hashicorp/terraform-provider-google-beta google-beta/tpgiamresource/resource_iam_member.go and iam.go,
// google-beta/services/compute/iam_compute_image.go, version 7, read 2026-11-28. Conditions are left out.

// policies lets one change of an image's policy happen at a time.
var policies sync.Map

func imageIamMember() *schema.Resource {
	member := required()
	member.DiffSuppressFunc = func(_, before, after string, _ *schema.ResourceData) bool {
		return normalizedMember(before) == normalizedMember(after)
	}
	member.ValidateFunc = validateMember
	return &schema.Resource{
		Create:        changeMember(true),                            //nolint:staticcheck // without a context, as the provider
		Read:          readMember,                                    //nolint:staticcheck
		Delete:        changeMember(false),                           //nolint:staticcheck
		Importer:      &schema.ResourceImporter{State: importMember}, //nolint:staticcheck
		UseJSONNumber: true,
		Schema: map[string]*schema.Schema{
			"etag": computed(schema.TypeString), "image": link(required()), "member": member,
			"project": replacing(either(schema.TypeString)), "role": required(),
		},
	}
}

func validateMember(value any, name string) ([]string, []error) {
	text := value.(string)
	switch {
	case strings.HasPrefix(text, "deleted"):
		return nil, []error{fmt.Errorf("invalid value for %s (Terraform does not support IAM members for deleted principals)", name)}
	case slices.Contains([]string{"projectOwners", "projectReaders", "projectWriters", "allUsers", "allAuthenticatedUsers"}, text):
		return nil, nil
	case strings.Index(text, ":") < 1 || strings.HasSuffix(text, ":"):
		return nil, []error{fmt.Errorf("invalid value %q for %s (IAM members must have one of the values outlined here: "+
			"https://cloud.google.com/billing/docs/reference/rest/v1/Policy#Binding)", text, name)}
	}
	return nil, nil
}

// normalizedMember is in lower case after the kind, as Google keeps it, but for principals of identity pools.
func normalizedMember(member string) string {
	kind, name, ok := strings.Cut(member, ":")
	if !ok || slices.Contains([]string{"principal", "principalSet", "principalHierarchy"}, kind) {
		return member
	}
	return kind + ":" + strings.ToLower(name)
}

// grant names an image and its policy.
type grant struct {
	s          *session
	path, role string
	member     string
}

func grantOf(d *schema.ResourceData, s *session) (grant, error) {
	project, name, err := imageID(d.Get("image").(string))
	if project == "" {
		project = projectOf(d, s)
	}
	path := fmt.Sprintf("projects/%s/global/images/%s", project, name)
	if err == nil {
		err = errors.Join(d.Set("project", project), d.Set("image", path))
	}
	return grant{s: s, path: path, role: d.Get("role").(string), member: d.Get("member").(string)}, err
}

func (g grant) describe() string { return fmt.Sprintf("compute image %q", g.path) }

func (g grant) policy() (object, error) {
	found, err := g.s.send("GET", g.s.compute+g.path+"/getIamPolicy?optionsRequestedPolicyVersion=3", nil, 10*time.Minute)
	if err != nil {
		return nil, fmt.Errorf("Error retrieving IAM policy for %s: %w", g.describe(), err)
	}
	return found, nil
}

// changed is the policy with or without the member; each role has one binding, its members are in Google's spelling.
func (g grant) changed(policy object, granted bool) object {
	bindings := []any{}
	mine := []any{}
	list, _ := policy["bindings"].([]any)
	for _, one := range list {
		binding := one.(object)
		if binding["role"] != g.role || binding["condition"] != nil {
			bindings = append(bindings, binding)
			continue
		}
		members, _ := binding["members"].([]any)
		for _, member := range members {
			mine = append(mine, normalizedMember(member.(string)))
		}
	}
	own := normalizedMember(g.member)
	if at := slices.Index(mine, any(own)); at >= 0 && !granted {
		mine = slices.Delete(mine, at, at+1)
	} else if at < 0 && granted {
		mine = append(mine, own)
	}
	if len(mine) > 0 {
		bindings = append(bindings, object{"role": g.role, "members": mine})
	}
	next := object{"bindings": bindings}
	for _, name := range []string{"etag", "version", "auditConfigs"} {
		if value, ok := policy[name]; ok {
			next[name] = value
		}
	}
	if granted {
		next["version"] = 3
	}
	return next
}

// write reads, changes and writes the policy, again where somebody else wrote between (409 and 412), for up to half a minute;
// then it reads it three times, a second apart. A 412 that means something else ends as "Too many conflicts".
func (g grant) write(granted bool) error {
	lock, _ := policies.LoadOrStore(g.path, &sync.Mutex{})
	lock.(*sync.Mutex).Lock()
	defer lock.(*sync.Mutex).Unlock()
	for backoff := time.Second; ; {
		policy, err := g.policy()
		if err != nil {
			return err
		}
		body := object{"policy": g.changed(policy, granted)}
		_, err = g.s.send("POST", g.s.compute+g.path+"/setIamPolicy", body, 0)
		if err == nil {
			return g.confirm()
		}
		err = fmt.Errorf("Error setting IAM policy for %s: %w", g.describe(), err)
		if !isStatus(err, 409) && !isStatus(err, 412) {
			return fmt.Errorf("Error applying IAM policy for %s: %w", g.describe(), err)
		}
		time.Sleep(backoff)
		if backoff *= 2; backoff > 30*time.Second {
			return fmt.Errorf("Error applying IAM policy to %s: Too many conflicts.  Latest error: %w", g.describe(), err)
		}
	}
}

func (g grant) confirm() error {
	for range 3 {
		time.Sleep(time.Second)
		if _, err := g.policy(); err != nil {
			return err
		}
	}
	return nil
}

func changeMember(granted bool) func(*schema.ResourceData, any) error {
	return func(d *schema.ResourceData, meta any) error {
		g, err := grantOf(d, meta.(*session))
		if err != nil {
			return err
		}
		err = g.write(granted)
		if isStatus(err, 404) && !granted {
			d.SetId("")
			return nil
		}
		if err != nil {
			return err
		}
		if granted {
			d.SetId(g.path + "/" + g.role + "/" + normalizedMember(g.member))
		}
		return readMember(d, meta)
	}
}

func readMember(d *schema.ResourceData, meta any) error {
	g, err := grantOf(d, meta.(*session))
	if err != nil {
		return err
	}
	policy, err := g.policy()
	if isStatus(err, 404) {
		d.SetId("")
		return nil
	}
	if err != nil {
		return err
	}
	list, _ := policy["bindings"].([]any)
	for _, one := range list {
		binding := one.(object)
		if binding["role"] != g.role || binding["condition"] != nil {
			continue
		}
		members, _ := binding["members"].([]any)
		for _, member := range members {
			if strings.EqualFold(member.(string), g.member) {
				return errors.Join(d.Set("etag", policy["etag"]), d.Set("member", member), d.Set("role", g.role))
			}
		}
	}
	d.SetId("")
	return nil
}

func importMember(d *schema.ResourceData, meta any) ([]*schema.ResourceData, error) {
	parts := strings.Fields(d.Id())
	if len(parts) != 3 {
		return nil, fmt.Errorf("Wrong number of parts to Member id %s; expected 'resource_name role member [condition_title]'.", parts)
	}
	err := errors.Join(d.Set("image", parts[0]), d.Set("role", parts[1]), d.Set("member", normalizedMember(parts[2])))
	if err != nil {
		return nil, err
	}
	g, err := grantOf(d, meta.(*session))
	if err != nil {
		return nil, err
	}
	d.SetId(g.path + "/" + g.role + "/" + g.member)
	return []*schema.ResourceData{d}, nil
}
