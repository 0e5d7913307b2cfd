package gcp

import (
	"reflect"
	"testing"
)

func TestSchemasAreValid(t *testing.T) {
	if err := terraformProvider().InternalValidate(); err != nil {
		t.Fatal(err)
	}
}

func TestSameLink(t *testing.T) {
	for _, one := range []struct {
		before, after string
		want          bool
	}{
		{"https://www.googleapis.com/compute/v1/projects/p/global/images/i", "projects/p/global/images/i", true},
		{"projects/p/global/images/i", "i", true},
		{"projects/p/global/images/i", "projects/q/global/images/i", false},
		{"i", "projects/p/global/images/i", false},
	} {
		if got := sameLink("", one.before, one.after, nil); got != one.want {
			t.Errorf("%s and %s: %v", one.before, one.after, got)
		}
	}
}

func TestMembers(t *testing.T) {
	for given, want := range map[string]string{
		"group:Partners@Example.org": "group:partners@example.org",
		"allUsers":                   "allUsers",
		"principalSet://iam.googleapis.com/Pool/A": "principalSet://iam.googleapis.com/Pool/A",
	} {
		if got := normalizedMember(given); got != want {
			t.Errorf("%s: %s", given, got)
		}
		if _, problems := validateMember(given, "member"); len(problems) > 0 {
			t.Errorf("%s: %v", given, problems)
		}
	}
	for _, given := range []string{"deleted:user:a@example.org", "partners@example.org", "group:"} {
		if _, problems := validateMember(given, "member"); len(problems) == 0 {
			t.Errorf("%s: no problem", given)
		}
	}
}

func TestPolicies(t *testing.T) {
	other := object{"role": "roles/owner", "members": []any{"user:a@example.org"}}
	policy := object{"etag": "x", "bindings": []any{other}}
	g := grant{role: "roles/user", member: "group:Partners@Example.org"}
	granted := g.changed(policy, true)
	want := []any{other, object{"role": "roles/user", "members": []any{"group:partners@example.org"}}}
	if !reflect.DeepEqual(granted["bindings"], want) || granted["etag"] != "x" || granted["version"] != 3 {
		t.Errorf("granted: %v", granted)
	}
	if again := g.changed(granted, true); !reflect.DeepEqual(again, granted) {
		t.Errorf("granted twice: %v", again)
	}
	if taken := g.changed(granted, false); !reflect.DeepEqual(taken["bindings"], []any{other}) {
		t.Errorf("taken away: %v", taken)
	}
}
