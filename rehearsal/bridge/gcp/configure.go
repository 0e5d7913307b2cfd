package gcp

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/google"
)

// Facts of this file: hashicorp/terraform-provider-google-beta google-beta/provider/provider.go and transport/config.go,
// version 7, read 2026-11-28.

const scope = "https://www.googleapis.com/auth/cloud-platform"

// session is what the resources need of a configured provider.
type session struct {
	project       string
	compute       string
	storage       string
	defaultLabels map[string]string
	// attribution says whether the label that names Pulumi is put on what is made; always also on what is changed.
	attribution, always bool
	client              *http.Client
}

func text() *schema.Schema { return &schema.Schema{Type: schema.TypeString, Optional: true} }
func flag() *schema.Schema { return &schema.Schema{Type: schema.TypeBool, Optional: true} }
func textMap() *schema.Schema {
	return &schema.Schema{Type: schema.TypeMap, Optional: true, Elem: &schema.Schema{Type: schema.TypeString}}
}

func tokenOf(name string) tokens.Type { return tokens.Type("gcp:" + name) }
func lowerCase(name string) string    { return strings.ToLower(name) }

func configSchema() map[string]*schema.Schema {
	return map[string]*schema.Schema{
		"access_token":                    text(),
		"add_terraform_attribution_label": flag(),
		"billing_project":                 text(),
		"compute_custom_endpoint":         text(),
		"credentials":                     text(),
		"default_labels":                  textMap(),
		"impersonate_service_account":     text(),
		"project":                         text(),
		"region":                          text(),
		"request_reason":                  text(),
		"request_timeout":                 text(),
		"storage_custom_endpoint":         text(),
		"terraform_attribution_label_addition_strategy": text(),
		"user_project_override":                         flag(),
		"zone":                                          text(),
	}
}

func firstOf(given string, variables ...string) string {
	for _, name := range variables {
		if given == "" {
			given = os.Getenv(name)
		}
	}
	return given
}

// configure finds credentials and asks no cloud for anything.
func configure(ctx context.Context, d *schema.ResourceData) (any, diag.Diagnostics) {
	given := func(name string) string { return d.Get(name).(string) }
	s := &session{
		project:       given("project"),
		compute:       base(firstOf(given("compute_custom_endpoint"), "GOOGLE_COMPUTE_CUSTOM_ENDPOINT"), "https://compute.googleapis.com/compute/v1/"),
		storage:       base(firstOf(given("storage_custom_endpoint"), "GOOGLE_STORAGE_CUSTOM_ENDPOINT"), "https://storage.googleapis.com/storage/v1/"),
		defaultLabels: map[string]string{},
		attribution:   d.Get("add_terraform_attribution_label").(bool),
		always:        given("terraform_attribution_label_addition_strategy") == "PROACTIVE",
	}
	for key, value := range d.Get("default_labels").(map[string]any) {
		s.defaultLabels[key] = value.(string)
	}
	if firstOf(given("impersonate_service_account"), "GOOGLE_IMPERSONATE_SERVICE_ACCOUNT") != "" {
		return nil, diag.Errorf("impersonate_service_account: this bridge does not impersonate")
	}
	source, err := tokenSource(ctx, d)
	if err != nil {
		return nil, diag.FromErr(err)
	}
	s.client = oauth2.NewClient(context.WithoutCancel(ctx), source)
	return s, nil
}

func tokenSource(ctx context.Context, d *schema.ResourceData) (oauth2.TokenSource, error) {
	ctx = context.WithoutCancel(ctx)
	if token := firstOf(d.Get("access_token").(string), "GOOGLE_OAUTH_ACCESS_TOKEN"); token != "" {
		return oauth2.StaticTokenSource(&oauth2.Token{AccessToken: token}), nil
	}
	variables := []string{"GOOGLE_CREDENTIALS", "GOOGLE_CLOUD_KEYFILE_JSON", "GCLOUD_KEYFILE_JSON"}
	if credentials := firstOf(d.Get("credentials").(string), variables...); credentials != "" {
		contents := []byte(credentials)
		if !strings.HasPrefix(strings.TrimSpace(credentials), "{") {
			read, err := os.ReadFile(credentials)
			if err != nil {
				return nil, fmt.Errorf("error loading credentials: %w", err)
			}
			contents = read
		}
		found, err := google.CredentialsFromJSON(ctx, contents, scope) //nolint:staticcheck // as the provider does
		if err != nil {
			return nil, fmt.Errorf("unable to parse credentials from '%s': %w", "credentials", err)
		}
		return found.TokenSource, nil
	}
	source, err := google.DefaultTokenSource(ctx, scope)
	if err != nil {
		return nil, fmt.Errorf("Attempted to load application default credentials since neither `credentials` nor "+
			"`access_token` was set in the provider block.  No credentials loaded. To use your gcloud credentials, run "+
			"'gcloud auth application-default login'.  Original error: %w", err)
	}
	return source, nil
}

func base(given, usual string) string {
	if given == "" {
		return usual
	}
	return strings.TrimSuffix(given, "/") + "/"
}
